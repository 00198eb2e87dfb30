//! What the last append said about the room that the log has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::AppendError;

/// Whether the log had no room for the last append that it answered. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Full(Arc<AtomicBool>);

impl Full {
    /// Says whether there was no room.
    #[must_use]
    pub fn is_so(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Passes the outcome of an append on, and remembers what it says.
    pub(super) fn noted(&self, outcome: Result<u64, AppendError>) -> Result<u64, AppendError> {
        match &outcome {
            Ok(_) => self.0.store(false, Ordering::Relaxed),
            Err(AppendError::Full) => self.0.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
        outcome
    }
}
