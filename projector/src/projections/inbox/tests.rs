use events::DocumentEvent;
use events::document::{
    DerivationRefused, DerivationSent, DerivationTouched, DocumentAttended, DocumentDerived,
};
use uuid::Uuid;

use super::*;
use crate::testing::{office, registered, sent, view_of};

fn history(events: Vec<DocumentEvent>) -> DocumentView {
    let begun = registered(DocumentId(Uuid::nil()), 1);
    let mut told = vec![(0, DocumentEvent::Registered(Box::new(begun)))];
    told.extend((1..).map(|n| n * 10).zip(events));
    view_of(told, |_| {})
}

fn derived(derivations: Vec<DerivationSent>) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations,
        forwards: None,
        reopens: None,
    })
}

fn received(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationReceived(DerivationTouched { ordinal })
}

fn places(view: &DocumentView) -> Vec<(OfficeId, Tray, u32)> {
    let items = items(view);
    items
        .iter()
        .map(|item| (item.office_id, item.tray, item.ordinal))
        .collect()
}

#[test]
fn a_registered_document_lies_in_its_registry_office() {
    let view = history(vec![]);
    assert_eq!(places(&view), [(office(1), Tray::InOffice, 0)]);
    let item = &items(&view)[0];
    assert_eq!(item.due_on, view.row.due_on());
    assert_eq!((item.kind, item.other_office_id), (None, None));
}

#[test]
fn a_sent_document_waits_at_its_target_and_is_pending_at_its_origin() {
    let view = history(vec![derived(vec![
        sent(1, DerivationKind::Principal, 1, 2),
        sent(2, DerivationKind::Parallel, 1, 3),
        sent(3, DerivationKind::Copy, 1, 4),
    ])]);
    assert_eq!(
        places(&view),
        [
            (office(2), Tray::ToReceive, 1),
            (office(1), Tray::SentPending, 1),
            (office(3), Tray::ToReceive, 2),
            (office(1), Tray::SentPending, 2),
            (office(4), Tray::Copies, 3),
        ]
    );
}

#[test]
fn received_documents_lie_in_the_offices_that_received_them() {
    let view = history(vec![
        derived(vec![
            sent(1, DerivationKind::Principal, 1, 2),
            sent(2, DerivationKind::Parallel, 1, 3),
        ]),
        received(1),
        received(2),
    ]);
    assert_eq!(
        places(&view),
        [
            (office(2), Tray::InOffice, 1),
            (office(3), Tray::InOffice, 2)
        ]
    );
}

#[test]
fn a_rejected_document_lies_in_returned_since_it_came_back() {
    let rejected = DocumentEvent::DerivationRejected(DerivationRefused {
        ordinal: 1,
        reason: "no".to_owned(),
    });
    let view = history(vec![
        derived(vec![sent(1, DerivationKind::Principal, 1, 2)]),
        rejected,
    ]);
    assert_eq!(places(&view), [(office(1), Tray::Returned, 1)]);
    let item = &items(&view)[0];
    assert_eq!(item.since, view.row.last_activity_at);
    assert_eq!(item.other_office_id, Some(office(2)));
}

#[test]
fn a_finished_document_lies_nowhere_but_its_copy_still_waits() {
    let attended = DocumentEvent::Attended(DocumentAttended {
        office: office(1),
        outcome: None,
        note: None,
    });
    let view = history(vec![
        derived(vec![sent(1, DerivationKind::Copy, 1, 2)]),
        attended,
    ]);
    assert_eq!(places(&view), [(office(2), Tray::Copies, 1)]);
}

#[test]
fn counters_move_by_the_difference_and_due_days_count_work_only() {
    let before = history(vec![]);
    let urgent = DerivationSent {
        due_on: Some("2026-07-05".parse().unwrap()),
        urgent: true,
        ..sent(1, DerivationKind::Principal, 1, 2)
    };
    let now = history(vec![derived(vec![urgent])]);
    let mut changes = InboxChanges::default();
    changes.add(Some(&before), &now);
    assert_eq!(changes.gone, [(now.row.id, Tray::InOffice, 0)]);
    let counters: Vec<_> = changes
        .counters
        .into_iter()
        .filter(|(_, n)| *n != 0)
        .collect();
    let mut expected = vec![
        ((office(1), Tray::InOffice), -1),
        ((office(1), Tray::SentPending), 1),
        ((office(2), Tray::ToReceive), 1),
    ];
    expected.sort_unstable();
    assert_eq!(counters, expected);
    let due: BTreeMap<_, _> = changes.due;
    assert_eq!(due[&(office(1), "2026-07-10".parse().unwrap())], -1);
    assert_eq!(due[&(office(2), "2026-07-05".parse().unwrap())], 1);
    assert_eq!(due.len(), 2);
    assert!(items(&now).iter().all(|item| item.urgent));
}
