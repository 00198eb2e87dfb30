//! One history, folded: the state it adds up to, where it ends, and what was asked along it.

use bytes::Bytes;
use directory::User;
use domain::{Decided, Decider};
use events::document::Origin;
use events::envelope::StoredEvent;
use events::wire::{self, DecodeError};
use events::{
    Actor, Aggregate, CommandId, DocumentId, Envelope, EventId, Fingerprint, Hash, Namespace,
    Record, UserId,
};
use platform::telemetry::trace::{TRACEPARENT, Trace};
use thiserror::Error;

use chrono::{DateTime, Utc};

use crate::log::{Entry, Stored};

/// A history as far as it was read.
#[derive(Clone, Debug, Default)]
pub struct History<D> {
    /// What it adds up to.
    pub state: D,
    /// How many events it has.
    pub version: u64,
    /// The sequence of its last record; 0 when there is none.
    pub sequence: u64,
    /// The hash of its last record; zero when there is none (I14).
    pub hash: Hash,
    /// Every command that left a record, oldest first: a retry finds itself however late it
    /// comes (I15). Some 50 bytes each.
    pub commands: Vec<Remembered>,
}

/// A command that left a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The command.
    pub command: CommandId,
    /// What was asked.
    pub request: Fingerprint,
    /// The sequence of its record.
    pub sequence: u64,
}

/// A history that cannot be trusted or read. Asking again does not help.
#[derive(Debug, Error)]
pub enum Damaged {
    /// A record is unknown to this program.
    #[error("the record at {sequence} cannot be read")]
    Record {
        /// Where.
        sequence: u64,
        /// Why.
        source: DecodeError,
    },
    /// A record does not follow the one before it (I14).
    #[error("the record at {sequence} does not continue the history before it")]
    Chain {
        /// Where.
        sequence: u64,
    },
}

/// Who asks for what, and in which request: what a record says of its command.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// The command.
    pub command: CommandId,
    /// What is asked, to tell a retry from another request under the same key.
    pub request: Fingerprint,
    /// Who asks.
    pub user: UserId,
    /// The request in which it all began; its trace id is the record's correlation.
    pub trace: Trace,
}

impl Asking {
    /// The document that this begins: of what comes from elsewhere, the one of its `origin` (I12).
    pub fn document(&self, origin: Option<&Origin>) -> DocumentId {
        origin.map_or_else(|| DocumentId::registered_by(self.command), Origin::document)
    }
}

impl<D: Decider> History<D> {
    /// The history that `records`, read from its beginning, add up to.
    ///
    /// # Errors
    ///
    /// [`Damaged`] when a record cannot be read or does not follow the one before it.
    pub fn of(records: &[Stored]) -> Result<Self, Damaged> {
        let mut history = Self::default();
        for stored in records {
            history.take(stored)?;
        }
        Ok(history)
    }

    /// Takes in the next record and gives it; none when it was taken before.
    ///
    /// # Errors
    ///
    /// [`Damaged`] when it cannot be read or does not follow.
    pub fn take(&mut self, stored: &Stored) -> Result<Option<Record<D::Event>>, Damaged> {
        let sequence = stored.sequence;
        if sequence <= self.sequence {
            return Ok(None);
        }
        let record = read(stored)?;
        if !self.is_continued_by(&record) {
            return Err(Damaged::Chain { sequence });
        }
        self.follow(stored, &record);
        Ok(Some(record))
    }

    /// Goes on from `last` as if all before it had been read: for states that their last record
    /// says whole, like a series'.
    ///
    /// # Errors
    ///
    /// [`Damaged`] when it cannot be read.
    pub fn resume(last: &Stored) -> Result<Self, Damaged> {
        let record = read(last)?;
        let mut history = Self {
            version: record.version,
            hash: record.prev,
            ..Self::default()
        };
        history.follow(last, &record);
        Ok(history)
    }

    /// Its version for `user`: that of a history without an event where there is none to be known.
    pub fn version_for(&self, user: &User) -> u64 {
        if self.state.is_shown_to(user) {
            self.version
        } else {
            0
        }
    }

    /// Whether `record` is the very next one.
    pub fn is_continued_by(&self, record: &Record<D::Event>) -> bool {
        record.version == self.version && record.prev == self.hash
    }

    fn follow(&mut self, stored: &Stored, record: &Record<D::Event>) {
        for event in &record.events {
            self.state.evolve(event);
        }
        self.version = record.next_version();
        self.sequence = stored.sequence;
        self.hash = Hash::of(&stored.bytes);
        self.commands.push(Remembered {
            command: record.command,
            request: record.request,
            sequence: stored.sequence,
        });
    }

    /// The record `command` left, if it did.
    pub fn remembered(&self, command: CommandId) -> Option<Remembered> {
        self.commands
            .iter()
            .rev()
            .find(|known| known.command == command)
            .copied()
    }

    /// The record of what was decided and done `by` somebody: the next one of this history. Its events carry one time,
    /// never an earlier one than the history has (I6).
    pub fn next_record(
        &self,
        aggregate: &Aggregate,
        decided: Decided<D::Event>,
        by: Actor,
        asking: &Asking,
        now: DateTime<Utc>,
    ) -> Record<D::Event> {
        let at = self.state.last_at().map_or(now, |last| now.max(last));
        let key = aggregate.to_string();
        Record {
            command: asking.command,
            request: asking.request,
            recorded_at: now,
            version: self.version,
            prev: self.hash,
            correlation: asking.trace.id,
            causation: None,
            events: envelopes(asking.command, &key, decided.events, at, by),
        }
    }
}

/// The facts that `command` brings about in the history `key`, each under an id of its own.
pub(crate) fn envelopes<E>(
    command: CommandId,
    key: &str,
    events: Vec<E>,
    at: DateTime<Utc>,
    by: Actor,
) -> Vec<Envelope<E>> {
    let told = |(index, event)| Envelope {
        id: EventId::derive(command, key, index),
        at,
        by,
        event,
    };
    events.into_iter().enumerate().map(told).collect()
}

/// Reads one record.
///
/// # Errors
///
/// [`Damaged::Record`] when this program does not know it.
pub fn read<E: StoredEvent>(stored: &Stored) -> Result<Record<E>, Damaged> {
    wire::decode(&stored.bytes).map_err(|source| Damaged::Record {
        sequence: stored.sequence,
        source,
    })
}

/// The message that appends `record` after the record at `expected`; `trace` is the span that
/// sends it, of the trace in which it all began.
///
/// # Errors
///
/// A value without a JSON form; ours all have one.
pub fn entry<E: StoredEvent>(
    names: &Namespace,
    aggregate: &Aggregate,
    expected: u64,
    record: &Record<E>,
    trace: Trace,
) -> serde_json::Result<Entry> {
    let body = wire::encode(record)?;
    let source = format!("/{names}/{aggregate}");
    let mut headers = wire::headers(record, &source, &body);
    headers.push((TRACEPARENT, trace.to_string()));
    Ok(Entry {
        aggregate: aggregate.clone(),
        expected,
        message_id: record.command.to_string(),
        headers,
        body: Bytes::from(body),
    })
}
