//! The one way in which the worker changes something.

use std::fmt::Debug;
use std::sync::Arc;

use chrono::NaiveDate;
use directory::Directory;
use events::DocumentId;
use futures::future::BoxFuture;
use thiserror::Error;

/// The command side, as the worker sees it.
pub trait Commands: Send + Sync + Debug {
    /// The organisation, by which the next command is decided or by a newer one.
    fn directory(&self) -> Arc<Directory>;

    /// Computes the deadline of `document` anew if days in its course changed, by a calendar that
    /// knows `version` at least. The same `key` is the same request: it has one effect, and one answer.
    fn reschedule(
        &self,
        document: DocumentId,
        version: u64,
        key: String,
    ) -> BoxFuture<'_, Result<Answer, CommandError>>;

    /// Says what is to be said today of the deadline of `document`, if it still ends on `due_on` and it
    /// was not said. The same `key` is the same request.
    fn alert(
        &self,
        document: DocumentId,
        due_on: NaiveDate,
        key: String,
    ) -> BoxFuture<'_, Result<Answer, CommandError>>;
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it brought about an event, now or when it was asked for first.
    pub by_event: bool,
    /// The version of the calendar it was decided by.
    pub calendar: u64,
    /// Where the history of the document ended then.
    pub sequence: u64,
}

/// Why a command was not carried out, or may not have been.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The log does not answer, is full, or the calendar is not known yet; it goes for every document.
    #[error("commands are not taken now")]
    Away(#[source] Cause),
    /// It goes for this document alone.
    #[error("the command is not carried out")]
    Refused(#[source] Cause),
}

/// What lies beneath.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;
