//! Tasks that shutdown waits for.

use std::future::Future;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The tasks of one process, and the word to stop. Clones share both.
#[derive(Clone, Debug, Default)]
pub struct Tasks {
    stop: CancellationToken,
    running: TaskTracker,
}

impl Tasks {
    /// Runs `work`, and makes [`Tasks::drain`] wait for its end. The work itself watches
    /// [`Tasks::stopping`].
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(work);
    }

    /// Runs `work` until its end or the word to stop, whichever comes first: for loops that may be
    /// dropped at any `await`.
    pub fn spawn_until_stop(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.running.spawn(async move {
            stop.run_until_cancelled(work).await;
        });
    }

    /// Resolves when it is time to stop.
    pub async fn stopping(&self) {
        self.stop.cancelled().await;
    }

    /// Says whether it is time to stop.
    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// The word to stop, for libraries that take it as a token.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Says stop, and does not wait.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// A part that can be stopped and drained by itself, and stops with the whole. Draining the
    /// whole does not wait for the part: whoever made it drains it.
    #[must_use]
    pub fn child(&self) -> Self {
        Self {
            stop: self.stop.child_token(),
            running: TaskTracker::new(),
        }
    }

    /// Says stop, and waits for what is in flight.
    pub async fn drain(&self) {
        self.stop.cancel();
        self.running.close();
        self.running.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[tokio::test]
    async fn drain_waits_for_tasks() {
        let tasks = Tasks::default();
        let seen = Arc::new(AtomicBool::new(false));
        let (inner, flag) = (tasks.clone(), Arc::clone(&seen));
        tasks.spawn(async move {
            inner.stopping().await;
            flag.store(true, Ordering::Relaxed);
        });
        tasks.drain().await;
        assert!(seen.load(Ordering::Relaxed));
    }

    #[tokio::test]
    async fn a_loop_without_an_end_is_dropped_at_the_word_to_stop() {
        let tasks = Tasks::default();
        tasks.spawn_until_stop(std::future::pending());
        tasks.drain().await;
    }

    #[tokio::test]
    async fn a_part_stops_with_the_whole_but_not_the_other_way_round() {
        let whole = Tasks::default();
        let (one, other) = (whole.child(), whole.child());
        one.drain().await;
        assert!(!whole.is_stopping() && !other.is_stopping());
        whole.drain().await;
        assert!(other.is_stopping());
    }
}
