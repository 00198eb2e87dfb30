//! What goes into a transaction, and what can come out of it.

use ::directory::{Directory, User};
use domain::Decider;
use events::Envelope;
use platform::http::IfMatch;
use thiserror::Error;

use crate::history::{Asking, Damaged, History};
use crate::log::{AppendError, ReadError};
use crate::shell::LoadError;

/// A command and all that goes with it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What the record will say of it.
    pub asking: Asking,
    /// Who asks.
    pub user: &'a User,
    /// The organisation now.
    pub directory: &'a Directory,
    /// The version the caller believes to change.
    pub if_match: IfMatch,
}

/// What became of a command.
#[derive(Clone, Debug)]
pub struct Done<D: Decider> {
    /// The history right after it.
    pub history: History<D>,
    /// What it brought about; nothing when there was nothing left to do.
    pub events: Vec<Envelope<D::Event>>,
    /// Whether this is the answer to a retry.
    pub replayed: bool,
}

/// Why a command was not carried out, or may not have been.
#[derive(Debug, Error)]
pub enum TransactError<R: std::error::Error + 'static> {
    /// The domain says no; asking again does not help.
    #[error(transparent)]
    Refused(R),
    /// The key names another request already; asking again does not help.
    #[error("the idempotency key belongs to another request")]
    KeyReused,
    /// The history is not at the version the caller believes.
    #[error("the history is at version {version}")]
    Precondition {
        /// Where it is.
        version: u64,
    },
    /// Others kept being faster; asking again may help.
    #[error("too many others are changing the same history")]
    Contended,
    /// It may have been carried out; the same request again will say.
    #[error("the event log did not say what became of the command")]
    Unknown,
    /// The history cannot be read now; asking again may help.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The history cannot be trusted; asking again does not help.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// The log takes nothing, and nothing was carried out.
    #[error(transparent)]
    Append(AppendError),
    /// A record has no stored form.
    #[error("the record cannot be written")]
    Encode(#[from] serde_json::Error),
}

impl<R: std::error::Error> From<LoadError> for TransactError<R> {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Read(error) => Self::Read(error),
            LoadError::Damaged(error) => Self::Damaged(error),
        }
    }
}

impl<D: Decider> Done<D> {
    /// `events` were brought about, and led to `history`.
    pub const fn of(history: History<D>, events: Vec<Envelope<D::Event>>, replayed: bool) -> Self {
        Self {
            history,
            events,
            replayed,
        }
    }

    /// There was nothing left to do.
    pub const fn nothing(history: History<D>) -> Self {
        Self::of(history, Vec::new(), false)
    }
}
