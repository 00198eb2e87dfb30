//! What is known about the recording of a fact.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{CommandId, EventId, Fingerprint, Hash, OfficeId, SubstitutionId, UserId};

/// Who acted, and for which office.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The user.
    pub user: UserId,
    /// The office in whose name; none for the system and for acts on the directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeId>,
    /// The substitution by virtue of which the user acted, if not in the own right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<ActingFor>,
}

/// A substitution, as an act says it was done *por encargo*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActingFor {
    /// The substitution.
    pub substitution: SubstitutionId,
    /// The user who is away; none when an office without a head is headed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
}

impl Actor {
    /// `user`, in the own right, in the name of `office`.
    pub const fn of(user: UserId, office: Option<OfficeId>) -> Self {
        Self {
            user,
            office,
            acting_for: None,
        }
    }

    /// Mesa itself.
    pub fn system() -> Self {
        Self::of(UserId::system(), None)
    }
}

/// A fact, who brought it about and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope<E> {
    /// Names this event for ever.
    pub id: EventId,
    /// When it happened. Never before the event before it in the same history (I6).
    pub at: DateTime<Utc>,
    /// Who did it.
    pub by: Actor,
    /// The fact itself.
    pub event: E,
}

/// Everything one command caused on one aggregate: the unit of appending, one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<E> {
    /// The command.
    pub command: CommandId,
    /// What was asked, to tell a retry from another request under the same key.
    pub request: Fingerprint,
    /// When the command side recorded it.
    pub recorded_at: DateTime<Utc>,
    /// The version of the history before this record: how many events it had.
    pub version: u64,
    /// The hash of the record before it on the same aggregate; zero for the first.
    pub prev: Hash,
    /// The request in which it all began.
    pub correlation: Uuid,
    /// The event that led to the command, if one did.
    pub causation: Option<EventId>,
    /// The facts, at least one.
    pub events: Vec<Envelope<E>>,
}

impl<E> Record<E> {
    /// The version of the history after this record.
    pub fn next_version(&self) -> u64 {
        self.version + self.events.len() as u64
    }
}

/// An event type that knows its stored names.
pub trait StoredEvent: Sized + Debug {
    /// The name it is stored under.
    fn kind(&self) -> &'static str;
    /// The version of its stored form.
    fn version(&self) -> u16;
    /// The current version of `kind`, if this type has it.
    fn current(kind: &str) -> Option<u16>;
    /// Its data as JSON.
    ///
    /// # Errors
    ///
    /// When a value has no JSON form; ours all have.
    fn encode(&self) -> serde_json::Result<Box<RawValue>>;
    /// The event of `kind` with this data in its current form; `None` when the kind is unknown.
    fn decode(kind: &str, data: &str) -> Option<serde_json::Result<Self>>;
}
