//! A log on which things go wrong as they do on a network: for tests of what is built on it.
//!
//! The log beneath is a real one; only its answers are lost, late, or a refusal.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::Aggregate;
use futures::FutureExt;
use futures::future::BoxFuture;
use platform::tasks::Tasks;

use super::{AppendError, Entry, EventLog, ReadError, Stored};

/// What goes wrong with one append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// Nothing.
    Nothing,
    /// It is recorded, but nobody is told.
    AnswerLost,
    /// It is not recorded, and nobody is told.
    Lost,
    /// It is recorded a moment after the caller gave up.
    Late,
    /// The log is busy and does nothing.
    Busy,
    /// The log is full and does nothing.
    Full,
    /// The log is away, and the caller knows.
    Away,
}

/// A log whose next appends go wrong as `plan` says; then all goes well.
#[derive(Debug)]
pub(crate) struct FaultyLog {
    beneath: Arc<dyn EventLog>,
    plan: Mutex<VecDeque<Wrong>>,
}

impl FaultyLog {
    pub(crate) fn new(beneath: Arc<dyn EventLog>, plan: &[Wrong]) -> Arc<Self> {
        let plan = Mutex::new(plan.iter().copied().collect());
        Arc::new(Self { beneath, plan })
    }

    /// Whether everything planned went wrong.
    pub(crate) fn is_through(&self) -> bool {
        self.plan.lock().unwrap().is_empty()
    }

    async fn go(
        &self,
        append: BoxFuture<'static, Result<u64, AppendError>>,
    ) -> Result<u64, AppendError> {
        let wrong = self.plan.lock().unwrap().pop_front();
        let unknown = || AppendError::Unknown("no answer".into());
        match wrong.unwrap_or(Wrong::Nothing) {
            Wrong::Nothing => append.await,
            Wrong::AnswerLost => {
                drop(append.await);
                Err(unknown())
            }
            Wrong::Lost => Err(unknown()),
            Wrong::Late => {
                Tasks::default().spawn(async move {
                    tokio::time::sleep(Duration::from_millis(3)).await;
                    drop(append.await);
                });
                Err(unknown())
            }
            Wrong::Busy => Err(AppendError::Busy),
            Wrong::Full => Err(AppendError::Full),
            Wrong::Away => Err(AppendError::Unavailable("away".into())),
        }
    }
}

impl EventLog for FaultyLog {
    fn read<'a>(
        &'a self,
        aggregate: &'a Aggregate,
        after: u64,
    ) -> BoxFuture<'a, Result<Vec<Stored>, ReadError>> {
        self.beneath.read(aggregate, after)
    }

    fn first<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        self.beneath.first(aggregate)
    }

    fn last<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        self.beneath.last(aggregate)
    }

    fn at<'a>(
        &'a self,
        like: &'a Aggregate,
        sequence: u64,
    ) -> BoxFuture<'a, Result<Option<(Aggregate, Stored)>, ReadError>> {
        self.beneath.at(like, sequence)
    }

    fn append(&self, entry: Entry) -> BoxFuture<'_, Result<u64, AppendError>> {
        let log = Arc::clone(&self.beneath);
        let append = async move { log.append(entry).await };
        self.go(append.boxed()).boxed()
    }

    fn append_all(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<u64, AppendError>> {
        let log = Arc::clone(&self.beneath);
        let append = async move { log.append_all(entries).await };
        self.go(append.boxed()).boxed()
    }
}
