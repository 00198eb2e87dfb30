//! The event log, as the write side sees it: one history, read whole or from a place on, and
//! appended to if nobody else was faster.
//!
//! The log holds bytes and headers; what they mean is for [`crate::history`] to say. There are two
//! implementations, [`JetStreamLog`] and its twin in memory, [`MemoryLog`]; both pass `contract`.

#[cfg(test)]
mod contract;
mod direct;
#[cfg(test)]
pub(crate) mod faulty;
mod figures;
mod full;
mod jetstream;
mod memory;

use std::error::Error as StdError;
use std::fmt::Debug;

use bytes::Bytes;
use events::Aggregate;
use futures::future::BoxFuture;
use thiserror::Error;

pub use full::Full;
pub use jetstream::{JetStreamLog, Limits, expected};
pub use memory::MemoryLog;

/// The most messages one atomic batch holds; the server refuses more than a thousand (10199).
pub const BATCH: usize = 1_000;

/// One record as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its place in its stream, from 1.
    pub sequence: u64,
    /// Its bytes.
    pub bytes: Bytes,
}

/// One record to append.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Whose history it continues.
    pub aggregate: Aggregate,
    /// The sequence of that history's last record; 0 when there is none.
    pub expected: u64,
    /// What the server tells duplicates by; not used within a batch, where one duplicate would
    /// refuse the whole (10201).
    pub message_id: String,
    /// What mirrors the body for those who do not open it.
    pub headers: Vec<(&'static str, String)>,
    /// The record's bytes.
    pub body: Bytes,
}

/// Why a history could not be read. Asking again later may help.
#[derive(Debug, Error)]
#[error("the event log cannot be read now")]
pub struct ReadError(#[source] pub Cause);

/// What lies beneath.
pub type Cause = Box<dyn StdError + Send + Sync>;

/// Why an append did not happen, or may not have.
#[derive(Debug, Error)]
pub enum AppendError {
    /// Somebody appended first (10071); read again and decide again. After an unknown outcome
    /// that somebody may have been ourselves.
    #[error("the history changed since it was read")]
    Conflict,
    /// A record with this message id stands at this sequence of the stream already.
    #[error("a record with the same message id stands at {sequence}")]
    Duplicate {
        /// Where.
        sequence: u64,
    },
    /// The log takes no more (10077); heals when there is space again.
    #[error("the event log is full")]
    Full,
    /// The batch was not taken, and none of it is stored; the same again at once may help.
    #[error("the event log is busy with other batches")]
    Busy,
    /// The log cannot be reached, and nothing was sent.
    #[error("the event log is unavailable")]
    Unavailable(#[source] Cause),
    /// Sent, but no answer came: it may be stored, now or in a moment.
    #[error("the event log did not say what became of the append")]
    Unknown(#[source] Cause),
    /// The server refuses for a reason that asking again does not change.
    #[error("the event log refuses the record: {description} ({code})")]
    Refused {
        /// The server's error code.
        code: u64,
        /// The server's words.
        description: String,
    },
}

/// Where histories are kept.
pub trait EventLog: Send + Sync + Debug {
    /// The records of `aggregate` with a sequence above `after`, in order.
    ///
    /// Any replica may answer, so the newest records may be missing for a moment: good enough to
    /// decide on, because the append checks, but not to refuse on.
    fn read<'a>(
        &'a self,
        aggregate: &'a Aggregate,
        after: u64,
    ) -> BoxFuture<'a, Result<Vec<Stored>, ReadError>>;

    /// The first record of `aggregate`, from any replica: one request and one answer.
    fn first<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>>;

    /// The last record of `aggregate`, asked of the leader: nothing acknowledged is missing.
    fn last<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>>;

    /// The record at `sequence` of the stream in which `like` has its history, and its subject's
    /// aggregate, asked of the leader.
    fn at<'a>(
        &'a self,
        like: &'a Aggregate,
        sequence: u64,
    ) -> BoxFuture<'a, Result<Option<(Aggregate, Stored)>, ReadError>>;

    /// Appends one record and gives its sequence.
    fn append(&self, entry: Entry) -> BoxFuture<'_, Result<u64, AppendError>>;

    /// Appends all of `entries` or none, and gives the sequence of the last; the others are the
    /// ones before it, in order. Each aggregate occurs once, all are of the log stream, and there
    /// are 1 to [`BATCH`] of them.
    fn append_all(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<u64, AppendError>>;
}
