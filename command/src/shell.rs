//! What surrounds every decision: the log, the clock, ids, and the histories kept at hand.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use domain::Decider;
use events::{Aggregate, Namespace};
use moka::future::Cache;
use platform::clock::Clock;
use platform::ids::Ids;
use thiserror::Error;
use tokio::sync::{Mutex, MutexGuard};

use crate::history::{Damaged, History};
use crate::log::{EventLog, ReadError};

/// How many commands can have their turn at once, and how long one waits for it.
const TURNS: usize = 1_024;
const TURN: Duration = Duration::from_secs(2);
/// How many histories of one kind are kept at hand, and for how long after their last use.
const KEPT: u64 = 20_000;
const IDLE: Duration = Duration::from_hours(1);

/// The outside of a decision.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Where histories are kept.
    pub log: Arc<dyn EventLog>,
    /// What they are called there.
    pub names: Namespace,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Ids, and the chance in waiting times.
    pub ids: Arc<dyn Ids>,
    turns: Arc<[Mutex<()>]>,
}

impl Shell {
    /// A shell around decisions on `log`.
    pub fn new(
        log: Arc<dyn EventLog>,
        names: Namespace,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        let turns = (0..TURNS).map(|_| Mutex::new(())).collect();
        Self {
            log,
            names,
            clock,
            ids,
            turns,
        }
    }

    /// Waits for the turn to change `aggregate`, but not for ever: it saves retries, and nothing
    /// rests on it.
    pub async fn turn(&self, aggregate: &Aggregate) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        aggregate.hash(&mut hasher);
        let place = usize::try_from(hasher.finish() % TURNS as u64).unwrap_or_default();
        let turn = self.turns.get(place)?.lock();
        tokio::time::timeout(TURN, turn).await.ok()
    }
}

/// Why a history is not to be had.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The log does not answer; asking again may help.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It cannot be read or trusted; asking again does not help.
    #[error(transparent)]
    Damaged(#[from] Damaged),
}

/// Histories of one kind of aggregate, kept at hand. One that others have continued since is safe
/// to append on, because the append is checked.
#[derive(Clone, Debug)]
pub struct Histories<D: Decider> {
    kept: Cache<Aggregate, Arc<History<D>>>,
}

impl<D: Decider> Default for Histories<D> {
    fn default() -> Self {
        let kept = Cache::builder()
            .max_capacity(KEPT)
            .time_to_idle(IDLE)
            .build();
        Self { kept }
    }
}

impl<D: Decider> Histories<D> {
    /// The history of `aggregate`: the one at hand, else read now.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the log does not answer, or the history is damaged.
    pub async fn load(
        &self,
        shell: &Shell,
        aggregate: &Aggregate,
    ) -> Result<History<D>, LoadError> {
        if let Some(history) = self.kept.get(aggregate).await {
            return Ok(History::clone(&history));
        }
        let records = shell.log.read(aggregate, 0).await?;
        Ok(History::of(&records)?)
    }

    /// Keeps `history` at hand, unless it is empty or a longer one is there.
    pub async fn keep(&self, aggregate: &Aggregate, history: &History<D>) {
        let known = self.kept.get(aggregate).await;
        let longer = known.is_none_or(|known| known.sequence < history.sequence);
        if history.sequence > 0 && longer {
            let history = Arc::new(history.clone());
            self.kept.insert(aggregate.clone(), history).await;
        }
    }

    /// Brings `history` to where the leader says that it ends, as far as replicas have it, and
    /// says whether it got there.
    ///
    /// # Errors
    ///
    /// [`LoadError`] when the log does not answer, or the history is damaged.
    pub async fn catch_up(
        &self,
        shell: &Shell,
        aggregate: &Aggregate,
        history: &mut History<D>,
    ) -> Result<bool, LoadError> {
        let Some(last) = shell.log.last(aggregate).await? else {
            *history = History::default();
            self.kept.invalidate(aggregate).await;
            return Ok(true);
        };
        if last.sequence < history.sequence {
            // The log is shorter than it was: it was restored. What is at hand is of no use.
            self.kept.invalidate(aggregate).await;
            *history = History::of(&shell.log.read(aggregate, 0).await?)?;
        }
        if last.sequence > history.sequence {
            let next = crate::history::read(&last)?;
            if !history.is_continued_by(&next) {
                for stored in shell.log.read(aggregate, history.sequence).await? {
                    history.take(&stored)?;
                }
            }
            let reached = history.sequence < last.sequence && history.is_continued_by(&next);
            if reached {
                history.take(&last)?;
            }
        }
        self.keep(aggregate, history).await;
        Ok(history.sequence >= last.sequence)
    }
}
