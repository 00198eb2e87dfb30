use events::classify::DerivationKind;
use events::document::{DerivationRefused, DocumentDerived};
use events::{DocumentEvent, DocumentId};
use uuid::Uuid;

use super::*;
use crate::testing::{office, registered, sent, view_of};

#[test]
fn an_event_that_sends_to_two_offices_is_two_steps() {
    let begun = registered(DocumentId(Uuid::nil()), 1);
    let derived = DocumentDerived {
        derivations: vec![
            sent(1, DerivationKind::Principal, 1, 2),
            sent(2, DerivationKind::Copy, 1, 3),
        ],
        forwards: None,
        reopens: None,
    };
    let rejected = DerivationRefused {
        ordinal: 1,
        reason: "no corresponde".to_owned(),
    };
    let history = vec![
        (0, DocumentEvent::Registered(Box::new(begun))),
        (5, DocumentEvent::Derived(derived)),
        (9, DocumentEvent::DerivationRejected(rejected)),
    ];
    let mut rows = Vec::new();
    view_of(history, |told| project(&told, &mut rows));
    let keys: Vec<_> = rows
        .iter()
        .map(|row| (row.event_number, row.ordinal))
        .collect();
    assert_eq!(keys, [(1, 0), (2, 1), (2, 2), (3, 1)]);
    let places: Vec<_> = rows
        .iter()
        .map(|row| (row.from_office_id, row.to_office_id))
        .collect();
    assert_eq!(places[1], (Some(office(1)), Some(office(2))));
    assert_eq!(places[2], (Some(office(1)), Some(office(3))));
    assert_eq!(
        places[3],
        (Some(office(2)), Some(office(1))),
        "a rejection goes back"
    );
    assert_eq!(rows[3].note.as_deref(), Some("no corresponde"));
    assert_eq!(rows[1].note.as_deref(), Some("Atender"));
    assert_eq!((rows[3].seq, rows[3].folios), (3, 3));
}
