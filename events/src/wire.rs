//! The stored form of a record: one JSON body, and the headers that mirror its essentials.
//!
//! The body alone is the truth; headers are there for the server (deduplication, the expected
//! sequence) and for readers that do not open bodies (CloudEvents, binary mode).

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;
use uuid::Uuid;

use crate::envelope::StoredEvent;
use crate::upcast::{STEPS, upcast};
use crate::{Actor, CommandId, Envelope, EventId, Fingerprint, Hash, Record};

/// The server's deduplication key.
pub const MSG_ID: &str = "Nats-Msg-Id";
/// The sequence the subject's last message must have.
pub const EXPECTED_SEQUENCE: &str = "Nats-Expected-Last-Subject-Sequence";
/// The version of the history after the record.
pub const VERSION: &str = "Mesa-Version";
/// The hash of the body, lower-case hex.
pub const HASH: &str = "Mesa-Hash";

#[derive(Serialize, Deserialize)]
struct StoredRecord<'a> {
    command: CommandId,
    request: Fingerprint,
    recorded_at: DateTime<Utc>,
    version: u64,
    prev: Hash,
    correlation: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    causation: Option<EventId>,
    #[serde(borrow)]
    events: Vec<StoredEnvelope<'a>>,
}

#[derive(Serialize, Deserialize)]
struct StoredEnvelope<'a> {
    id: EventId,
    at: DateTime<Utc>,
    by: Actor,
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    v: u16,
    #[serde(borrow)]
    data: std::borrow::Cow<'a, RawValue>,
}

/// Why stored bytes are not a record. Asking again does not help; a newer program might.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The body, or the data of an event, is not what it should be.
    #[error("the stored record cannot be read")]
    Malformed(#[from] serde_json::Error),
    /// An event's name is not known to this program.
    #[error("the event type `{0}` is unknown")]
    UnknownKind(String),
    /// An event's version is newer than this program, or a step from it is missing.
    #[error("version {version} of `{kind}` cannot be brought to version {current}")]
    UnknownVersion {
        /// Its name.
        kind: String,
        /// The stored version.
        version: u16,
        /// The version this program reads.
        current: u16,
    },
    /// The record holds no event.
    #[error("the stored record holds no event")]
    Empty,
    /// The subject names no aggregate.
    #[error("the subject `{0}` names no known aggregate")]
    UnknownSubject(String),
}

/// Turns a record into the bytes that are stored.
///
/// # Errors
///
/// When a value has no JSON form; ours all have.
pub fn encode<E: StoredEvent>(record: &Record<E>) -> serde_json::Result<Vec<u8>> {
    let events = record
        .events
        .iter()
        .map(|envelope| {
            Ok(StoredEnvelope {
                id: envelope.id,
                at: envelope.at,
                by: envelope.by,
                kind: envelope.event.kind().into(),
                v: envelope.event.version(),
                data: std::borrow::Cow::Owned(envelope.event.encode()?),
            })
        })
        .collect::<serde_json::Result<_>>()?;
    serde_json::to_vec(&StoredRecord {
        command: record.command,
        request: record.request,
        recorded_at: record.recorded_at,
        version: record.version,
        prev: record.prev,
        correlation: record.correlation,
        causation: record.causation,
        events,
    })
}

/// Reads stored bytes, bringing every event to today's form.
///
/// # Errors
///
/// [`DecodeError`] when the bytes are not a record this program knows.
pub fn decode<E: StoredEvent>(bytes: &[u8]) -> Result<Record<E>, DecodeError> {
    let stored: StoredRecord<'_> = serde_json::from_slice(bytes)?;
    if stored.events.is_empty() {
        return Err(DecodeError::Empty);
    }
    let events = stored
        .events
        .into_iter()
        .map(|envelope| {
            Ok(Envelope {
                id: envelope.id,
                at: envelope.at,
                by: envelope.by,
                event: decode_event(&envelope.kind, envelope.v, envelope.data.get())?,
            })
        })
        .collect::<Result<_, DecodeError>>()?;
    Ok(Record {
        command: stored.command,
        request: stored.request,
        recorded_at: stored.recorded_at,
        version: stored.version,
        prev: stored.prev,
        correlation: stored.correlation,
        causation: stored.causation,
        events,
    })
}

fn decode_event<E: StoredEvent>(kind: &str, version: u16, data: &str) -> Result<E, DecodeError> {
    let current = E::current(kind).ok_or_else(|| DecodeError::UnknownKind(kind.to_owned()))?;
    let decoded = if version == current {
        E::decode(kind, data)
    } else {
        let old = serde_json::from_str(data)?;
        let unknown = || DecodeError::UnknownVersion {
            kind: kind.to_owned(),
            version,
            current,
        };
        let today = (version < current)
            .then(|| upcast(STEPS, kind, version, current, old))
            .flatten()
            .ok_or_else(unknown)?;
        E::decode(kind, &today.to_string())
    };
    Ok(decoded.ok_or_else(|| DecodeError::UnknownKind(kind.to_owned()))??)
}

/// The headers that mirror `record`, whose stored bytes are `body`: name and value.
///
/// The caller adds [`MSG_ID`] and [`EXPECTED_SEQUENCE`] where the append needs them.
pub fn headers<E: StoredEvent>(
    record: &Record<E>,
    source: &str,
    body: &[u8],
) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("ce-specversion", "1.0".to_owned()),
        ("ce-source", source.to_owned()),
        ("ce-dataschema", "mesa:record:1".to_owned()),
        (
            "ce-time",
            record
                .recorded_at
                .to_rfc3339_opts(SecondsFormat::Micros, true),
        ),
        ("Content-Type", "application/json".to_owned()),
        (VERSION, record.next_version().to_string()),
        (HASH, Hash::of(body).to_string()),
        ("Mesa-Command", record.command.to_string()),
        ("Mesa-Correlation", record.correlation.to_string()),
    ];
    if let Some(first) = record.events.first() {
        headers.push(("ce-id", first.id.to_string()));
        headers.push(("ce-type", first.event.kind().to_owned()));
        headers.push(("Mesa-Actor", first.by.user.to_string()));
    }
    if let Some(causation) = record.causation {
        headers.push(("Mesa-Causation", causation.to_string()));
    }
    headers
}
