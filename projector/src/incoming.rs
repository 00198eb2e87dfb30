//! A message of the log on its way into the views.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::{AnyRecord, EventId, Hash, Namespace};
use platform::telemetry::trace::Trace;
use uuid::Uuid;

use crate::projections::documents::instant;

/// Asks the same of a record of any aggregate.
macro_rules! of_any {
    ($any:expr, $record:ident => $answer:expr) => {
        match $any {
            AnyRecord::Document(_, $record) => $answer,
            AnyRecord::Series(_, $record) => $answer,
            AnyRecord::Office(_, $record) => $answer,
            AnyRecord::DocumentType(_, $record) => $answer,
            AnyRecord::User(_, $record) => $answer,
            AnyRecord::ApiKey(_, $record) => $answer,
            AnyRecord::Role(_, $record) => $answer,
            AnyRecord::Substitution(_, $record) => $answer,
            AnyRecord::Calendar($record) => $answer,
            AnyRecord::IntakePolicy(_, $record) => $answer,
            AnyRecord::Institution($record) => $answer,
            AnyRecord::RoutingRule(_, $record) => $answer,
        }
    };
}

/// One message, read as far as it can be read.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its place in the log.
    pub sequence: u64,
    /// The subject it stands on.
    pub subject: String,
    /// When the server stored it.
    pub recorded_at: DateTime<Utc>,
    /// Its bytes.
    pub body: Bytes,
    /// Their SHA-256.
    pub hash: Hash,
    /// The trace in which it was recorded, if its header says.
    pub trace: Option<Trace>,
    /// What they say, or why they cannot be read. Such a message parks its aggregate.
    pub record: Result<AnyRecord, String>,
}

impl Incoming {
    /// Reads a message: decodes it and brings its events to today's form.
    pub fn read(
        names: &Namespace,
        sequence: u64,
        subject: &str,
        body: Bytes,
        recorded_at: DateTime<Utc>,
    ) -> Self {
        Self {
            sequence,
            recorded_at: instant(recorded_at),
            hash: Hash::of(&body),
            trace: None,
            record: decode(names, subject, &body),
            subject: subject.to_owned(),
            body,
        }
    }

    /// The id of its first event.
    pub fn event_id(&self) -> Option<EventId> {
        let record = self.record.as_ref().ok()?;
        of_any!(record, record => record.events.first().map(|first| first.id))
    }

    /// How many events it has.
    pub fn events(&self) -> u64 {
        let Ok(record) = self.record.as_ref() else {
            return 0;
        };
        of_any!(record, record => record.events.len() as u64)
    }

    /// The request in which it all began.
    pub fn correlation(&self) -> Option<Uuid> {
        let record = self.record.as_ref().ok()?;
        Some(of_any!(record, record => record.correlation))
    }

    /// How it is tied to the record before it on its subject.
    pub fn link(&self) -> Option<Link> {
        let record = self.record.as_ref().ok()?;
        Some(of_any!(record, record => Link {
            prev: record.prev,
            version: record.version,
            next_version: record.next_version(),
        }))
    }
}

/// What ties a record to the one before it (I14).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The hash it says the record before it has.
    pub prev: Hash,
    /// The version it continues.
    pub version: u64,
    /// The version after it.
    pub next_version: u64,
}

fn decode(names: &Namespace, subject: &str, body: &[u8]) -> Result<AnyRecord, String> {
    if holds_nul(body) {
        return Err("the record holds the character U+0000, which no view can keep".to_owned());
    }
    AnyRecord::decode(names, subject, body).map_err(|error| with_causes(&error))
}

/// Whether JSON text has the escape of U+0000, which `PostgreSQL` text cannot hold.
fn holds_nul(json: &[u8]) -> bool {
    let mut escaped = false;
    for (place, byte) in json.iter().enumerate() {
        if escaped && json[place..].starts_with(b"u0000") {
            return true;
        }
        escaped = *byte == b'\\' && !escaped;
    }
    false
}

/// An error and what led to it, as one sentence.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        cause = deeper.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_real_nul_is_one() {
        assert!(holds_nul(br#"{"a":"\u0000"}"#));
        assert!(holds_nul(br#"{"a":"\\\u0000"}"#));
        assert!(!holds_nul(br#"{"a":"\\u0000"}"#));
        assert!(!holds_nul(br#"{"a":"\u0001"}"#));
    }

    #[test]
    fn bytes_that_are_no_record_say_why() {
        let read = Incoming::read(
            &Namespace::default(),
            1,
            "mesa.log.series.EXP-2026",
            Bytes::from_static(b"{}"),
            DateTime::UNIX_EPOCH,
        );
        let why = read.record.unwrap_err();
        assert!(why.contains("cannot be read"), "{why}");
    }
}
