//! Records of every kind, with values of every form that can be stored.

use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::Channel;
use events::envelope::StoredEvent;
use events::wire::encode;
use events::{
    ActingFor, Actor, Aggregate, AnyRecord, ApiKeyId, CommandId, DocumentId, DocumentTypeId,
    Envelope, EventId, Fingerprint, Hash, OfficeId, Record, RoutingRuleId, SeriesId,
    SubstitutionId, UserId,
};
use proptest::prelude::*;
use proptest::{collection, option, sample};
use uuid::Uuid;

mod clock;
mod directory;
mod document;
mod institution;
mod routing;

pub(crate) use document::document_event;

/// The stored bytes of `record`.
pub(crate) fn bytes_of(record: &AnyRecord) -> Vec<u8> {
    match record {
        AnyRecord::Document(_, record) => encode(record),
        AnyRecord::Series(_, record) => encode(record),
        AnyRecord::Office(_, record) => encode(record),
        AnyRecord::DocumentType(_, record) => encode(record),
        AnyRecord::User(_, record) => encode(record),
        AnyRecord::ApiKey(_, record) => encode(record),
        AnyRecord::Role(_, record) => encode(record),
        AnyRecord::Substitution(_, record) => encode(record),
        AnyRecord::Calendar(record) => encode(record),
        AnyRecord::IntakePolicy(_, record) => encode(record),
        AnyRecord::Institution(record) => encode(record),
        AnyRecord::RoutingRule(_, record) => encode(record),
    }
    .unwrap()
}

/// A record of `events`, one to four of them.
pub(crate) fn record<E: StoredEvent + Clone>(
    event: impl Strategy<Value = E>,
) -> impl Strategy<Value = Record<E>> {
    let acting_for = option::of((uuid(), option::of(uuid())));
    let by = (uuid(), option::of(uuid()), acting_for);
    let envelope =
        (uuid(), instant(), by, event).prop_map(|(id, at, (user, office, acting_for), event)| {
            Envelope {
                id: EventId(id),
                at,
                by: Actor {
                    user: UserId(user),
                    office: office.map(OfficeId),
                    acting_for: acting_for.map(|(substitution, user)| ActingFor {
                        substitution: SubstitutionId(substitution),
                        user: user.map(UserId),
                    }),
                },
                event,
            }
        });
    let head = (
        uuid(),
        any::<[u8; 16]>(),
        instant(),
        any::<u64>(),
        any::<[u8; 32]>(),
        uuid(),
    );
    let events = collection::vec(envelope, 1..5);
    (head, option::of(uuid()), events).prop_map(|(head, causation, events)| {
        let (command, request, recorded_at, version, prev, correlation) = head;
        Record {
            command: CommandId(command),
            request: Fingerprint(request),
            recorded_at,
            version,
            prev: Hash(prev),
            correlation,
            causation: causation.map(EventId),
            events,
        }
    })
}

/// A record of any aggregate, and the aggregate.
pub(crate) fn any_record() -> impl Strategy<Value = (Aggregate, AnyRecord)> {
    prop_oneof![
        of(
            uuid().prop_map(DocumentId),
            Aggregate::Document,
            document_event(),
            AnyRecord::Document
        ),
        of(
            series(),
            Aggregate::Series,
            document::series_event(),
            AnyRecord::Series
        ),
        of(
            uuid().prop_map(OfficeId),
            Aggregate::Office,
            directory::office_event(),
            AnyRecord::Office
        ),
        of(
            uuid().prop_map(DocumentTypeId),
            Aggregate::DocumentType,
            directory::document_type_event(),
            AnyRecord::DocumentType
        ),
        of(
            uuid().prop_map(UserId),
            Aggregate::User,
            directory::user_event(),
            AnyRecord::User
        ),
        of(
            uuid().prop_map(ApiKeyId),
            Aggregate::ApiKey,
            directory::api_key_event(),
            AnyRecord::ApiKey
        ),
        of(
            directory::role(),
            Aggregate::Role,
            directory::role_event(),
            AnyRecord::Role
        ),
        of(
            uuid().prop_map(SubstitutionId),
            Aggregate::Substitution,
            directory::substitution_event(),
            AnyRecord::Substitution
        ),
        of(
            Just(()),
            |()| Aggregate::Calendar,
            clock::calendar_event(),
            |(), record| AnyRecord::Calendar(record)
        ),
        of(
            word(Channel::ALL),
            Aggregate::IntakePolicy,
            clock::intake_policy_event(),
            AnyRecord::IntakePolicy
        ),
        of(
            Just(()),
            |()| Aggregate::Institution,
            institution::institution_event(),
            |(), record| AnyRecord::Institution(record)
        ),
        of(
            uuid().prop_map(RoutingRuleId),
            Aggregate::RoutingRule,
            routing::routing_rule_event(),
            AnyRecord::RoutingRule
        ),
    ]
}

fn of<K: Clone + Debug, E: StoredEvent + Clone>(
    key: impl Strategy<Value = K>,
    aggregate: fn(K) -> Aggregate,
    event: impl Strategy<Value = E>,
    any: fn(K, Record<E>) -> AnyRecord,
) -> impl Strategy<Value = (Aggregate, AnyRecord)> {
    (key, record(event)).prop_map(move |(key, record)| (aggregate(key.clone()), any(key, record)))
}

fn uuid() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

/// An instant of the years 0 to 9999, to the nanosecond.
fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let seconds = -62_167_219_200_i64..253_402_300_800;
    let nanos = prop_oneof![Just(0), 0..1_000_000_000_u32];
    (seconds, nanos).prop_map(|(s, nanos)| DateTime::from_timestamp(s, nanos).unwrap())
}

fn date() -> impl Strategy<Value = NaiveDate> {
    instant().prop_map(|at| at.date_naive())
}

/// Any text, also with quotes, line ends and letters of any script.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-zñ\"\\\\\n\u{0}😀 ]{0,12}"]
}

fn maybe_text() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn word<T: Copy + Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    sample::select(all)
}

fn series() -> impl Strategy<Value = SeriesId> {
    ("[A-Z][A-Z0-9]{0,11}", 1000..=9999)
        .prop_map(|(code, year)| SeriesId::new(&code, year).unwrap())
}
