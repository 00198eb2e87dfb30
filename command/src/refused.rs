//! Why a document was not registered.

use domain::document::DocumentRefusal;
use thiserror::Error;

use crate::history::Damaged;
use crate::log::ReadError;
use crate::numbering::NumberingError;
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
