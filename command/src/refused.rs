//! Why a document was not registered.

use domain::document::DocumentRefusal;
use thiserror::Error;

use crate::history::Damaged;
use crate::log::ReadError;
use crate::numbering::NumberingError;
use crate::shell::LoadError;
use crate::vault::VaultError;

/// Why a document was not registered, or may not have been.
#[derive(Debug, Error)]
pub enum RegisterError {
    /// The domain says no; no number was taken.
    #[error(transparent)]
    Refused(#[from] DocumentRefusal),
    /// The key names another registration already.
    #[error("the idempotency key belongs to another registration")]
    KeyReused,
    /// The document is not at the version the caller believes.
    #[error("the history is at version {version}")]
    Precondition {
        /// Where it is.
        version: u64,
    },
    /// Others kept being faster; asking again may help.
    #[error("too many others are changing the same history")]
    Contended,
    /// It got no number, or that is not known yet.
    #[error(transparent)]
    Numbering(#[from] NumberingError),
    /// It cannot be read whether it was registered before.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The document's history cannot be trusted.
    #[error(transparent)]
    Damaged(#[from] Damaged),
    /// No tracking token can be made.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl From<LoadError> for RegisterError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Read(error) => Self::Read(error),
            LoadError::Damaged(error) => Self::Damaged(error),
        }
    }
}
