//! Values for given / when / then.

use std::collections::BTreeSet;

use calendar::Term;
use chrono::{DateTime, Utc};
use events::classify::{Channel, DerivationKind, Priority, SenderKind};
use events::desk::{DocumentObserved, DocumentSubmitted, ObservedItem};
use events::document::{DerivationSent, DocumentRegistered, Sender};
use events::{
    Actor, CommandId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, EventId, Fingerprint,
    Hash, OfficeId, Record, RegistryNumber, SeriesId, UserId,
};
use uuid::Uuid;

use crate::projections::documents::{DocumentView, Told};

/// The series of the tests.
pub(crate) fn series() -> SeriesId {
    "EXP-2026".parse().unwrap()
}

/// One of some offices.
pub(crate) fn office(n: u32) -> OfficeId {
    OfficeId::of_code(&format!("O{n}"))
}

/// One of some users.
pub(crate) fn user(n: u32) -> UserId {
    UserId::of_login(&format!("u{n}"))
}

/// Noon in Lima.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-07-01T17:00:00Z".parse().unwrap()
}

/// A record at `version` of a history, all of it at noon in Lima.
pub(crate) fn record<E>(version: u64, events: Vec<E>) -> Record<E> {
    let told = events.into_iter().map(|event| (noon(), event)).collect();
    record_at(version, told)
}

/// A record at `version` of a history.
pub(crate) fn record_at<E>(version: u64, told: Vec<(DateTime<Utc>, E)>) -> Record<E> {
    let by = Actor::of(user(1), Some(office(1)));
    let envelope = |(at, event)| Envelope {
        id: EventId(Uuid::nil()),
        at,
        by,
        event,
    };
    Record {
        command: CommandId(Uuid::nil()),
        request: Fingerprint::default(),
        recorded_at: noon(),
        version,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: told.into_iter().map(envelope).collect(),
    }
}

/// A registration at office 1, due on 10 July.
pub(crate) fn registered(document: DocumentId, value: u64) -> DocumentRegistered {
    let filed_on = "2026-07-01".parse().unwrap();
    DocumentRegistered {
        document,
        number: RegistryNumber {
            series: series(),
            value,
        },
        document_type: DocumentTypeId::of_code("SOL"),
        category: None,
        external_number: Some("OF-7".to_owned()),
        sender: Sender {
            name: "Rosa Ñahui".to_owned(),
            kind: SenderKind::Dni,
            number: Some("12345678".to_owned()),
            representative: None,
            email: None,
            phone: None,
            address: None,
        },
        subject: "Solicita constancia".to_owned(),
        folios: 3,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: BTreeSet::from(["a".to_owned(), "b \"c\"".to_owned()]),
        notes: None,
        answer_required: true,
        presented_at: noon(),
        filed_on,
        registry_office: office(1),
        deadline: Some(Term::given("2026-07-10".parse().unwrap(), filed_on)),
        related_document: None,
        origin: None,
        tracking_token: format!("{:032x}", document.0.as_u128()),
        acknowledged_warnings: BTreeSet::new(),
    }
}

/// The same, handed in at the digital desk.
pub(crate) fn submitted(document: DocumentId) -> DocumentSubmitted {
    let registered = registered(document, 1);
    DocumentSubmitted {
        document,
        document_type: registered.document_type,
        external_number: registered.external_number,
        sender: registered.sender,
        subject: registered.subject,
        folios: registered.folios,
        has_annexes: registered.has_annexes,
        channel: Channel::Web,
        notes: Some("por la noche".to_owned()),
        answer_required: registered.answer_required,
        presented_at: registered.presented_at,
        filed_on: registered.filed_on,
        registry_office: registered.registry_office,
        related_document: None,
        origin: None,
        tracking_token: registered.tracking_token,
    }
}

/// Two things to be corrected by 3 July.
pub(crate) fn observed() -> DocumentObserved {
    let item = |item: &str| ObservedItem {
        item: item.to_owned(),
        detail: format!("falta {item}"),
    };
    DocumentObserved {
        items: vec![item("firma"), item("tasa")],
        correct_by_on: "2026-07-03".parse().unwrap(),
    }
}

/// A derivation from one office to another.
pub(crate) fn sent(ordinal: u32, kind: DerivationKind, from: u32, to: u32) -> DerivationSent {
    DerivationSent {
        ordinal,
        number: format!("EXP-2026-000001-D{ordinal:02}"),
        kind,
        from_office: office(from),
        to_office: office(to),
        to_user: None,
        instructions: Some("Atender".to_owned()),
        urgent: false,
        answer_required: false,
        due_on: None,
    }
}

/// Folds a history told as minutes after noon, shows every event to `tell`, and gives the document.
pub(crate) fn view_of(
    told: Vec<(i64, DocumentEvent)>,
    mut tell: impl FnMut(Told<'_>),
) -> DocumentView {
    let id = DocumentId(Uuid::nil());
    let mut view = None;
    for (place, (minutes, event)) in (0_u64..).zip(told) {
        let at = noon() + chrono::TimeDelta::minutes(minutes);
        let record = record_at(place, vec![(at, event)]);
        DocumentView::apply(&mut view, id, &record, place + 1, &mut tell).unwrap();
    }
    view.unwrap()
}
