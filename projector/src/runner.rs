//! The order in which a projector does things.
//!
//! 1. Wait for the lease: of several projectors one works.
//! 2. Read the checkpoint and compare it with the log: the record it stands at must be there. A log
//!    that may have become another while it was read leads back to 1.
//! 3. Repair the hot views, then read the log from the checkpoint on. For each batch:
//!    1. drop what is already applied;
//!    2. in one transaction: lock the checkpoint — is it where we left it? if not, somebody else
//!       went on, so give everything up and begin at 1 —, load the touched rows, fold the records
//!       in memory, write the rows, archive the records, move the checkpoint, notify, commit;
//!    3. then write the hot views, and then say so on core NATS.
//!
//! A crash between any two of these loses nothing: the checkpoint moves in the rows' transaction,
//! and the hot views know up to where they are complete. Whoever changes the views beside the
//! projector moves the fence of the checkpoint; it then begins at 1. A database that does not answer is asked
//! again for ever. A batch that the database refuses is halved until the record at fault is alone,
//! and its aggregate is parked.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_nats::jetstream::stream::Stream;
use events::Namespace;
use platform::clock::Clock;
use platform::crash;
use platform::tasks::Tasks;
use sqlx::PgPool;

use crate::announce::Announcer;
use crate::at::At;
use crate::begin::Patience;
use crate::checkpoint::Checkpoint;
use crate::commit::{Committed, Done, commit, is_refusal};
use crate::figures::{self, AtWork};
use crate::hot::{Hot, HotChanges};
use crate::incoming::{Incoming, with_causes};
use crate::parked::MOST_PARKED;
use crate::source::{BACKLOG, Source};
use crate::stop::Stop;

/// How long one batch may take. A database that went away without a word would otherwise be waited
/// for until the network gives up; what did land is found when the batch is tried again.
const COMMIT: Duration = Duration::from_mins(1);

/// Between looks whether something is to be said or repaired.
const TICK: Duration = Duration::from_millis(100);

/// Between looks whether the views were changed beside this projector, while nothing else tells it.
const LOOK: Duration = Duration::from_millis(500);

/// Why a turn at work ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It is time to stop.
    Stopped,
    /// Another projector went on.
    Fenced,
    /// The log may be another one than it was: the next turn compares it.
    OtherLog,
}

/// A projector at work.
#[derive(Debug)]
pub struct Runner {
    pub(crate) pool: PgPool,
    pub(crate) log: Stream,
    pub(crate) names: Namespace,
    pub(crate) hot: Hot,
    pub(crate) announcer: Announcer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tasks: Tasks,
}

impl Runner {
    /// Works until it is time to stop, or another projector goes on.
    ///
    /// # Errors
    ///
    /// [`Stop`] when somebody has to act before views can be made from this log.
    pub async fn turn(&mut self) -> Result<Turn, Stop> {
        let Some(mut at) = self.begin().await? else {
            return Ok(Turn::Stopped);
        };
        let reached = at.checkpoint.sequence;
        self.hot.doubt(at.checkpoint.fence);
        self.repair(reached).await;
        let mut source = Source::open(&self.log, &self.names, reached, &self.tasks);
        let _at_work = AtWork::from(&at);
        let mut looked = Instant::now();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let tasks = self.tasks.clone();
        tracing::info!(position = reached, "the projector is at work");
        loop {
            tokio::select! {
                biased;
                () = tasks.stopping() => return Ok(Turn::Stopped),
                batch = source.next() => {
                    let Some(batch) = batch else { return at.end(source.broken()) };
                    if let Some(end) = self.apply(&mut at, batch).await? {
                        return Ok(end);
                    }
                }
                _ = tick.tick() => {
                    if looked.elapsed() >= LOOK {
                        looked = Instant::now();
                        if self.is_passed_by(&at).await {
                            return Ok(Turn::Fenced);
                        }
                    }
                    self.repair(at.checkpoint.sequence).await;
                    if source.is_abreast() {
                        self.announcer.heartbeat(at.position()).await;
                    }
                }
            }
        }
    }

    /// Applies a batch, however long it takes; gives a reason to end the turn, if there is one.
    pub(crate) async fn apply(
        &mut self,
        at: &mut At,
        batch: Vec<Incoming>,
    ) -> Result<Option<Turn>, Stop> {
        let mut patience = Patience::new(&self.tasks);
        let mut todo = vec![batch];
        while let Some(mut records) = todo.pop() {
            let reached = at.checkpoint.sequence;
            records.retain(|record| record.sequence > reached);
            let Some(first) = records.first() else {
                continue;
            };
            crash::point("projector.fetched");
            let begun = Instant::now();
            let committing = commit(&self.pool, at, &records, self.clock.now());
            let committed = tokio::time::timeout(COMMIT, committing).await;
            match committed.unwrap_or(Err(sqlx::Error::PoolTimedOut)) {
                Ok(Committed::Fenced) => return Ok(Some(Turn::Fenced)),
                Ok(Committed::Done(done)) => {
                    patience.reset();
                    at.keep(&done);
                    figures::applied(&records, at, begun.elapsed());
                    self.publish(at, reached, *done, records.len()).await;
                }
                Err(error) if is_refusal(&error) && records.len() == 1 => {
                    let why = with_causes(&error);
                    at.parked.park(&first.subject, first.sequence, &why);
                    todo.push(records);
                }
                Err(error) if is_refusal(&error) => {
                    let second = records.split_off(records.len() / 2);
                    todo.extend([second, records]);
                }
                Err(error) => {
                    if !patience.wait(error.into()).await? {
                        return Ok(Some(Turn::Stopped));
                    }
                    todo.push(records);
                }
            }
            if at.parked.len() > MOST_PARKED {
                return Err(Stop::TooManyParked);
            }
        }
        Ok(None)
    }

    /// Everything that follows the commit.
    async fn publish(&mut self, at: &At, from: u64, done: Done, records: usize) {
        for parked in &done.changes.parked {
            if parked.skipped == 0 {
                tracing::error!(
                    aggregate = parked.aggregate,
                    sequence = parked.sequence,
                    error = parked.error,
                    "parked a history that cannot be applied"
                );
            }
        }
        let documents = done.documents();
        let hot = HotChanges::of(from, done, records >= BACKLOG);
        self.hot.write(&hot).await;
        crash::point("projector.hot_written");
        self.announcer
            .changed(at.position(), hot.scopes, documents)
            .await;
        crash::point("projector.announced");
    }

    /// Whether somebody changed the views beside this projector. A database that does not answer is
    /// found out by the next batch.
    async fn is_passed_by(&self, at: &At) -> bool {
        let looking = async {
            let mut connection = self.pool.acquire().await?;
            Checkpoint::read(&mut connection).await
        };
        match tokio::time::timeout(LOOK / 4, looking).await {
            Ok(Ok(Some(found))) => found.fence != at.checkpoint.fence,
            Ok(Ok(None) | Err(_)) | Err(_) => false,
        }
    }

    async fn repair(&mut self, sequence: u64) {
        if !self.hot.is_complete() {
            let epoch = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or_default();
            self.hot.repair(&self.pool, sequence, epoch).await;
        }
    }
}
