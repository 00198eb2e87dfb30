//! Whether the log is really being read.
//!
//! A consumer that is gone says nothing, as one does that has nothing to give: the one of a server
//! that was killed is missed by the client after half a minute. So the log is asked beside it where
//! it ends. What was there at one look and has not come at the next, while nothing else came, does
//! not come at all; then reading begins again. Until it is known to go on, the projector does not
//! say that nothing happens.
//!
//! A log that ends before what has come, or that was made at another time than it was, is not the
//! one that was being read; one that leaves out a message has lost it. Then nothing more is read.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use async_nats::jetstream::stream::Stream;

/// Between looks at the end of the log.
const LOOK: Duration = Duration::from_millis(500);

/// What is wrong with the log itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It may be another log than the one that was being read: it has to be compared again.
    Other,
    /// A message is gone.
    Hole {
        /// The last one before it.
        after: u64,
        /// The next one that is there.
        next: u64,
    },
}

/// How far reading has come, for those who watch it.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The last message that came.
    seen: AtomicU64,
    /// Whether messages wait for those before them to be applied.
    full: AtomicBool,
    /// Whether what was there a moment ago has come.
    abreast: AtomicBool,
    /// When the log was made, in nanoseconds; 0 until it is known.
    made: AtomicI64,
    /// What is wrong with it, if anything ever was.
    broken: OnceLock<Broken>,
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

    /// What is wrong with the log, if it must not be read any more.
    pub(crate) fn broken(&self) -> Option<Broken> {
        self.broken.get().copied()
    }

    /// The log must not be read any more.
    pub(crate) fn breaks(&self, broken: Broken) -> async_nats::Error {
        self.abreast.store(false, Ordering::Relaxed);
        // The first is what the others follow from.
        let _ = self.broken.set(broken);
        "the log is not what it was".into()
    }

    /// Whether the log was made when the one was that is being read.
    fn is_the_same(&self, made: i64) -> bool {
        let known = self.made.swap(made, Ordering::Relaxed);
        known == 0 || known == made
    }

    /// Whether nothing that happened goes unnoticed.
    pub(crate) fn is_abreast(&self) -> bool {
        self.abreast.load(Ordering::Relaxed)
    }

    /// Watches until the log has what does not come, says nothing itself, or is another one.
    pub(crate) async fn watch(&self, log: &Stream) -> async_nats::Error {
        let (mut was_there, mut was_short) = (0, false);
        let mut had_seen = None;
        loop {
            let before = self.seen.load(Ordering::Relaxed);
            let (last, made) = match log.get_info().await {
                Ok(info) => {
                    let made = info.created.unix_timestamp_nanos();
                    (
                        info.state.last_sequence,
                        i64::try_from(made).unwrap_or_default(),
                    )
                }
                Err(error) => {
                    self.abreast.store(false, Ordering::Relaxed);
                    return error.into();
                }
            };
            // A server that has just begun to lead may not know the end yet: it is asked twice.
            let short = last < before;
            if !self.is_the_same(made) || (short && was_short) {
                return self.breaks(Broken::Other);
            }
            let seen = self.seen.load(Ordering::Relaxed);
            let moves = had_seen.is_some_and(|had_seen| seen > had_seen);
            let abreast = !short && (seen >= last || moves || self.full.load(Ordering::Relaxed));
            if !abreast && seen < was_there {
                self.abreast.store(false, Ordering::Relaxed);
                return "what the log has does not come".into();
            }
            if abreast || short {
                self.abreast.store(abreast, Ordering::Relaxed);
            }
            (was_there, was_short, had_seen) = (last, short, Some(seen));
            tokio::time::sleep(LOOK).await;
        }
    }
}
