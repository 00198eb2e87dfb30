//! What comes of a rebuild, and why it may not come to its end.

use super::compare::Compared;
use super::view::Views;
use crate::checkpoint::Mismatch;

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebuilt {
    /// The views.
    pub views: Views,
    /// The generation that is read now.
    pub generation: u64,
    /// Where it is.
    pub sequence: u64,
    /// Events folded in memory; 0 when it went on where it was broken off.
    pub events: u64,
    /// From the beginning to the indexes, in seconds; 0 as above.
    pub seconds: f64,
    /// The tables, compared; none when there was nothing to compare with.
    pub compared: Vec<Compared>,
}

/// Why a rebuild did not come to its end. The views that are read are as they were.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The database does not answer, or refuses.
    #[error("the rows cannot be written")]
    Rows(#[from] sqlx::Error),
    /// NATS does not answer.
    #[error("the log cannot be read: {0}")]
    Log(async_nats::Error),
    /// Another rebuild is at work.
    #[error("another rebuild is at work; wait for it, or end it")]
    AtWork,
    /// Another rebuild went on with what this one had made.
    #[error("another rebuild went on with the generation that this one had made")]
    PassedBy,
    /// Another rebuild was broken off, of other views.
    #[error(
        "a rebuild of {0} was broken off: go on with the same words, or forget it with \
         `mesa rebuild --abandon`"
    )]
    Other(Views),
    /// Some views cannot be rebuilt because all are of another log.
    #[error("only all views together can be rebuilt: {0}")]
    Foreign(#[source] Mismatch),
    /// The views of a partial rebuild must be where the others are.
    #[error("the log is behind the views; rebuild all views")]
    Partly,
    /// A copy ended early.
    #[error("the database ended a copy")]
    CopyEnded,
    /// The database refuses a value that a view would have.
    #[error(
        "the database refuses a value under the index {index}: an empty database lets the \
         projector park its history (docs/operations.md)"
    )]
    Refused {
        /// The index.
        index: String,
        /// What it says.
        #[source]
        error: sqlx::Error,
    },
    /// The two generations differ.
    #[error("the rebuilt views differ from those that are read")]
    Differs(Vec<Compared>),
    /// The two generations cannot be compared.
    #[error("the rebuilt views cannot be compared with those that are read: {0}")]
    NotCompared(String),
    /// No moment was found in which nobody reads.
    #[error("somebody reads the views for a long time; end that, and go on with `mesa rebuild`")]
    Busy,
    /// There is nothing to roll back to.
    #[error("no generation is kept: there is nothing to roll back to")]
    NothingKept,
    /// What is kept is of another log.
    #[error("the generation that is kept cannot follow: {0}")]
    KeptForeign(#[source] Mismatch),
}
