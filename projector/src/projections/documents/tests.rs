use events::classify::{DerivationKind, DerivationStatus, DocumentStatus, Outcome};
use events::document::{
    DerivationAttended, DerivationRefused, DerivationTouched, DocumentArchived, DocumentAttended,
    DocumentDerived, DocumentRestored, DocumentVoided, NoteAdded,
};
use events::{DocumentEvent, DocumentId};
use uuid::Uuid;

use super::*;
use crate::testing::{office, record, registered, sent, user, view_of};

fn begun() -> DocumentEvent {
    DocumentEvent::Registered(Box::new(registered(DocumentId(Uuid::nil()), 1)))
}

fn derived(
    forwards: Option<u32>,
    derivations: Vec<events::document::DerivationSent>,
) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations,
        forwards,
        reopens: None,
    })
}

fn received(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationReceived(DerivationTouched { ordinal })
}

fn refused(ordinal: u32) -> DerivationRefused {
    DerivationRefused {
        ordinal,
        reason: "no es de aquí".to_owned(),
    }
}

fn told(history: Vec<DocumentEvent>) -> DocumentView {
    view_of((0..).map(|n| n * 10).zip(history).collect(), |_| {})
}

#[test]
fn a_registered_document_is_held_by_its_registry_office() {
    let view = told(vec![begun()]);
    let row = &view.row;
    assert_eq!(row.status, DocumentStatus::Registered);
    assert_eq!((row.holder_office_id, row.custody_ordinal), (office(1), 0));
    assert_eq!((row.version, row.last_seq), (1, 1));
    assert_eq!(row.registered_by, user(1));
}

#[test]
fn a_pending_principal_is_in_transit_and_custody_stays_until_it_is_received() {
    let principal = sent(1, DerivationKind::Principal, 1, 2);
    let view = told(vec![begun(), derived(None, vec![principal.clone()])]);
    assert_eq!(view.row.holder_office_id, office(1));
    assert_eq!(view.row.in_transit_to_id, Some(office(2)));
    assert_eq!(view.row.status, DocumentStatus::InProcess);
    let view = told(vec![begun(), derived(None, vec![principal]), received(1)]);
    assert_eq!(view.row.holder_office_id, office(2));
    assert_eq!(
        (view.row.in_transit_to_id, view.row.custody_ordinal),
        (None, 1)
    );
    assert_eq!(view.derivations[0].received_by, Some(user(1)));
}

#[test]
fn a_copy_changes_neither_status_nor_custody() {
    let copy = sent(1, DerivationKind::Copy, 1, 2);
    let acknowledged = DocumentEvent::CopyAcknowledged(DerivationTouched { ordinal: 1 });
    let view = told(vec![begun(), derived(None, vec![copy]), acknowledged]);
    assert_eq!(view.row.status, DocumentStatus::Registered);
    assert_eq!(view.row.holder_office_id, office(1));
    assert_eq!(view.row.routed_at, None);
    assert_eq!(view.derivations[0].status, DerivationStatus::Acknowledged);
}

#[test]
fn a_returned_document_is_held_by_the_office_that_sent_it() {
    let view = told(vec![
        begun(),
        derived(None, vec![sent(1, DerivationKind::Principal, 1, 2)]),
        received(1),
        derived(Some(1), vec![sent(2, DerivationKind::Principal, 2, 3)]),
        received(2),
        DocumentEvent::DerivationReturned(refused(2)),
    ]);
    assert_eq!(view.row.holder_office_id, office(2));
    assert_eq!(
        view.row.custody_ordinal, 1,
        "brought by the first derivation"
    );
    assert_eq!(view.row.returned_ordinal, Some(2));
    assert_eq!(view.derivations[0].status, DerivationStatus::Forwarded);
    assert_eq!(view.derivations[1].reason.as_deref(), Some("no es de aquí"));
}

#[test]
fn a_recalled_document_never_left_and_is_not_returned() {
    let view = told(vec![
        begun(),
        derived(None, vec![sent(1, DerivationKind::Principal, 1, 2)]),
        DocumentEvent::DerivationRecalled(refused(1)),
    ]);
    assert_eq!(view.row.holder_office_id, office(1));
    assert_eq!(
        (view.row.in_transit_to_id, view.row.returned_ordinal),
        (None, None)
    );
    assert_eq!(view.row.custody_since, view.row.registered_at);
}

#[test]
fn reopening_forgets_how_it_ended() {
    let attended = DocumentEvent::Attended(DocumentAttended {
        office: office(1),
        outcome: Some(Outcome::Denied),
        note: None,
    });
    let reopened = DocumentEvent::Derived(DocumentDerived {
        derivations: vec![sent(1, DerivationKind::Principal, 1, 2)],
        forwards: None,
        reopens: Some("faltaba".to_owned()),
    });
    let view = told(vec![begun(), attended.clone()]);
    assert_eq!(view.row.attended_at, Some(view.row.last_activity_at));
    let view = told(vec![begun(), attended, reopened]);
    assert_eq!((view.row.attended_at, view.row.outcome), (None, None));
    assert_eq!(view.row.status, DocumentStatus::InProcess);
}

#[test]
fn restoring_gives_back_the_status_before_the_archive() {
    let archived = DocumentEvent::Archived(DocumentArchived {
        classification: "A".to_owned(),
        retention_years: 3,
        location: "estante".to_owned(),
    });
    let restored = DocumentEvent::Restored(DocumentRestored {
        reason: "se necesita otra vez".to_owned(),
    });
    let voided = DocumentEvent::Voided(DocumentVoided {
        reason: "duplicado".to_owned(),
    });
    let view = told(vec![begun(), voided, archived.clone()]);
    assert_eq!(view.row.status, DocumentStatus::Archived);
    assert_eq!(view.row.archive.as_ref().unwrap().retention_years, 3);
    let voided = DocumentEvent::Voided(DocumentVoided {
        reason: "duplicado".to_owned(),
    });
    let view = told(vec![begun(), voided, archived, restored]);
    assert_eq!(
        (view.row.status, view.row.archive),
        (DocumentStatus::Voided, None)
    );
}

#[test]
fn attending_a_pending_derivation_receives_it_too() {
    let attended = DocumentEvent::DerivationAttended(DerivationAttended {
        ordinal: 1,
        note: None,
        outcome: None,
    });
    let principal = sent(1, DerivationKind::Principal, 1, 2);
    let view = told(vec![begun(), derived(None, vec![principal]), attended]);
    let derivation = &view.derivations[0];
    assert_eq!(derivation.received_at, derivation.attended_at);
    assert_eq!(view.row.holder_office_id, office(2));
}

#[test]
fn records_that_do_not_fit_are_refused() {
    let id = DocumentId(Uuid::nil());
    let note = || {
        DocumentEvent::NoteAdded(NoteAdded {
            text: "x".to_owned(),
        })
    };
    let apply = |view: &Option<DocumentView>, version, events| {
        DocumentView::apply(&mut view.clone(), id, &record(version, events), 9, |_| {})
    };
    let kind = "document.registered";
    assert_eq!(
        apply(&None, 0, vec![note()]),
        Err(Misfit::OutOfPlace {
            kind: "document.note_added",
            version: 0
        })
    );
    let view = Some(told(vec![begun()]));
    let (found, expected) = (3, 1);
    assert_eq!(
        apply(&view, 3, vec![note()]),
        Err(Misfit::Version { found, expected })
    );
    let version = 1;
    assert_eq!(
        apply(&view, 1, vec![begun()]),
        Err(Misfit::OutOfPlace { kind, version })
    );
    let (kind, ordinal) = ("derivation.received", 4);
    assert_eq!(
        apply(&view, 1, vec![received(4)]),
        Err(Misfit::Derivation { kind, ordinal })
    );
    let zero = apply(&view, 1, vec![received(0)]);
    assert!(matches!(zero, Err(Misfit::Derivation { ordinal: 0, .. })));
}
