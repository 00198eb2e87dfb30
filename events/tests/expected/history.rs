//! One document from beginning to end: four records, the third with three events.

use events::classify::{DerivationKind, Outcome, Priority};
use events::document::{
    DerivationAttended, DerivationTouched, DocumentArchived, DocumentAttended, DocumentDerived,
    DocumentRegistered,
};
use events::wire::encode;
use events::{Aggregate, AnyRecord, DocumentEvent, Hash, OfficeId, Record};

use super::derivations::bare;
use super::documents::{nameless, registered};
use super::{Expected, document, office, record};

pub(super) fn forms() -> Vec<Expected> {
    let told = [
        (
            office("MP"),
            vec![DocumentEvent::Registered(Box::new(plain()))],
        ),
        (office("MP"), vec![sent()]),
        (office("GDU"), attended()),
        (office("MP"), vec![archived()]),
    ];
    let aggregate = Aggregate::Document(document());
    let (mut version, mut prev) = (0, Hash::default());
    let mut forms = vec![];
    for ((by, events), number) in told.into_iter().zip(1..) {
        let record = link(&aggregate, by, events, version, prev);
        // Its first record was written before registrations were as they are today.
        let is_today = number > 1;
        let hash = if is_today {
            Hash::of(&encode(&record).unwrap())
        } else {
            Hash::of(include_bytes!("../stored/history/1.json"))
        };
        (version, prev) = (record.next_version(), hash);
        forms.push(Expected {
            file: format!("history/{number}.json"),
            aggregate: aggregate.clone(),
            record: AnyRecord::Document(document(), record),
            is_today,
        });
    }
    forms
}

fn link(
    aggregate: &Aggregate,
    by: OfficeId,
    events: Vec<DocumentEvent>,
    version: u64,
    prev: Hash,
) -> Record<DocumentEvent> {
    Record {
        version,
        prev,
        causation: None,
        ..record(aggregate, Some(by), events)
    }
}

/// A registration that says no more than it must.
fn plain() -> DocumentRegistered {
    DocumentRegistered {
        category: None,
        external_number: None,
        sender: nameless(),
        has_annexes: false,
        priority: Priority::Normal,
        tags: [].into(),
        notes: None,
        answer_required: false,
        deadline: None,
        related_document: None,
        origin: None,
        acknowledged_warnings: [].into(),
        ..registered()
    }
}

fn sent() -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations: vec![bare(1, DerivationKind::Principal, "MP", "GDU")],
        forwards: None,
        reopens: None,
    })
}

fn attended() -> Vec<DocumentEvent> {
    let outcome = Some(Outcome::Denied);
    vec![
        DocumentEvent::DerivationReceived(DerivationTouched { ordinal: 1 }),
        DocumentEvent::DerivationAttended(DerivationAttended {
            ordinal: 1,
            note: None,
            outcome,
        }),
        DocumentEvent::Attended(DocumentAttended {
            office: office("GDU"),
            outcome,
            note: None,
        }),
    ]
}

fn archived() -> DocumentEvent {
    DocumentEvent::Archived(DocumentArchived {
        classification: "Solicitudes".to_owned(),
        retention_years: 3,
        location: "Archivo central".to_owned(),
    })
}
