//! What each stored form means, in today's types.

use chrono::{DateTime, NaiveDate, Utc};
use events::envelope::StoredEvent;
use events::{
    Actor, Aggregate, AnyRecord, CommandId, DocumentId, DocumentTypeId, Envelope, EventId,
    Fingerprint, Hash, OfficeId, Record, UserId,
};
use uuid::Uuid;

mod clock;
mod derivations;
mod directory;
mod documents;
mod history;
mod institution;
mod routing;
mod series;

/// One stored form.
pub(crate) struct Expected {
    /// Its file in `stored/`.
    pub(crate) file: String,
    /// The aggregate in whose history it stands.
    pub(crate) aggregate: Aggregate,
    /// What it means.
    pub(crate) record: AnyRecord,
    /// Whether this is the form that is written today.
    pub(crate) is_today: bool,
}

/// Every stored form.
pub(crate) fn all() -> Vec<Expected> {
    [
        documents::forms(),
        derivations::forms(),
        series::forms(),
        directory::forms(),
        clock::forms(),
        institution::forms(),
        routing::forms(),
        history::forms(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The form that is written today of an event of `aggregate`, alone in its record.
fn today<E, K: Clone>(
    aggregate: fn(K) -> Aggregate,
    any: fn(K, Record<E>) -> AnyRecord,
    key: &K,
    event: E,
) -> Expected
where
    E: StoredEvent,
{
    let aggregate = aggregate(key.clone());
    let in_office = aggregate.is_in_log().then(|| office("MP"));
    Expected {
        file: format!("{}.v{}.json", event.kind(), event.version()),
        record: any(key.clone(), record(&aggregate, in_office, vec![event])),
        aggregate,
        is_today: true,
    }
}

/// A record in the middle of a history.
fn record<E>(aggregate: &Aggregate, office: Option<OfficeId>, events: Vec<E>) -> Record<E> {
    let command = CommandId(Uuid::from_u128(0x0c0c));
    let by = Actor::of(user("ana"), office);
    let key = aggregate.to_string();
    Record {
        command,
        request: Fingerprint::of("POST /api/v1/documents", b"{}"),
        recorded_at: at("2026-03-02T15:04:05.123456Z"),
        version: 3,
        prev: Hash::of(b"the record before"),
        correlation: Uuid::from_u128(0xc0ff_ee00),
        causation: Some(EventId(Uuid::from_u128(0xe0e0))),
        events: (events.into_iter().zip(0..))
            .map(|(event, index)| Envelope {
                id: EventId::derive(command, &key, index),
                at: at("2026-03-02T15:04:05.123Z"),
                by,
                event,
            })
            .collect(),
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn on(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn office(code: &str) -> OfficeId {
    OfficeId::of_code(code)
}

fn user(login: &str) -> UserId {
    UserId::of_login(login)
}

fn document_type(code: &str) -> DocumentTypeId {
    DocumentTypeId::of_code(code)
}

fn document() -> DocumentId {
    DocumentId(Uuid::from_u128(0xd0c))
}
