//! Whether the log is really being read.
//!
//! A consumer that is gone says nothing, as one does that has nothing to give: the one of a server
//! that was killed is missed by the client after half a minute. So the log is asked beside it where
//! it ends. What was there at one look and has not come at the next, while nothing else came, does
//! not come at all; then reading begins again. Until it is known to go on, the projector does not
//! say that nothing happens.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::stream::Stream;

/// Between looks at the end of the log.
const LOOK: Duration = Duration::from_millis(500);

/// How far reading has come, for those who watch it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The last message that came.
    seen: AtomicU64,
    /// Whether messages wait for those before them to be applied.
    full: AtomicBool,
    /// Whether what was there a moment ago has come.
    abreast: AtomicBool,
}

impl Reading {
    /// Reading begins after `sequence`, and knows nothing yet.
    pub(crate) fn begins(&self, sequence: u64) {
        self.seen.store(sequence, Ordering::Relaxed);
        self.full.store(false, Ordering::Relaxed);
        self.abreast.store(false, Ordering::Relaxed);
    }

    /// The message `sequence` has come.
    pub(crate) fn saw(&self, sequence: u64) {
        self.seen.store(sequence, Ordering::Relaxed);
    }

    /// Whether no message is taken for now.
    pub(crate) fn is_full(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    /// Whether nothing that happened goes unnoticed.
    pub(crate) fn is_abreast(&self) -> bool {
        self.abreast.load(Ordering::Relaxed)
    }

    /// Watches until the log has what does not come, or says nothing itself.
    pub(crate) async fn watch(&self, log: &Stream) -> async_nats::Error {
        let mut was_there = 0;
        let mut had_seen = None;
        loop {
            let last = match log.get_info().await {
                Ok(info) => info.state.last_sequence,
                Err(error) => {
                    self.abreast.store(false, Ordering::Relaxed);
                    return error.into();
                }
            };
            let seen = self.seen.load(Ordering::Relaxed);
            let moves = had_seen.is_some_and(|had_seen| seen > had_seen);
            let abreast = seen >= last || moves || self.full.load(Ordering::Relaxed);
            if !abreast && seen < was_there {
                self.abreast.store(false, Ordering::Relaxed);
                return "what the log has does not come".into();
            }
            if abreast {
                self.abreast.store(true, Ordering::Relaxed);
            }
            (was_there, had_seen) = (last, Some(seen));
            tokio::time::sleep(LOOK).await;
        }
    }
}
