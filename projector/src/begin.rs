//! The beginning of a turn: the checkpoint, and whether it belongs to this log.

use std::time::Duration;

use platform::backoff::{Backoff, jitter};
use platform::ids::{Ids, SystemIds};
use platform::tasks::Tasks;

use crate::at::At;
use crate::checkpoint::{Checkpoint, Mismatch};
use crate::commit::is_unmigrated;
use crate::parked::{self, ParkedSet};
use crate::runner::Runner;
use crate::stop::Stop;

/// Between attempts to reach a server.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));

impl Runner {
    /// Where to go on, once both servers answer; `None` when it is time to stop before.
    pub(crate) async fn begin(&mut self) -> Result<Option<At>, Stop> {
        let mut patience = Patience::new(&self.tasks);
        loop {
            match self.try_begin().await {
                Ok((at, fits)) => {
                    fits?;
                    return Ok(Some(at));
                }
                Err(error) => {
                    if !patience.wait(error).await? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    async fn try_begin(&mut self) -> anyhow::Result<(At, Result<(), Mismatch>)> {
        let mut connection = self.pool.acquire().await?;
        let stream = self.names.log_stream();
        let checkpoint = Checkpoint::load(&mut connection, &stream, self.clock.now()).await?;
        let parked = ParkedSet::of(parked::list(&mut connection).await?);
        let compared = checkpoint.compare(&mut self.log).await;
        let fits = compared.map_err(|error| anyhow::anyhow!(error))?;
        Ok((At::new(checkpoint, parked), fits))
    }
}

/// Waiting for servers that do not answer, for ever, longer and longer.
#[derive(Debug)]
pub(crate) struct Patience {
    tasks: Tasks,
    attempt: u32,
}

impl Patience {
    /// Nothing has failed yet.
    pub(crate) fn new(tasks: &Tasks) -> Self {
        Self {
            tasks: tasks.clone(),
            attempt: 0,
        }
    }

    /// Waits before the next attempt; `false` when it is time to stop instead. An error that only
    /// a migration can mend is passed on.
    pub(crate) async fn wait(&mut self, error: anyhow::Error) -> Result<bool, Stop> {
        let error = match error.downcast::<sqlx::Error>() {
            Ok(error) if is_unmigrated(&error) => return Err(Stop::Unmigrated(error)),
            Ok(error) => error.into(),
            Err(error) => error,
        };
        if self.attempt == 0 {
            let error = format!("{error:#}");
            tracing::warn!(error, "a server does not answer; trying again");
        }
        let delay = AGAIN.delay(self.attempt, jitter(SystemIds.next()));
        self.attempt = self.attempt.saturating_add(1);
        tokio::select! {
            () = tokio::time::sleep(delay) => Ok(true),
            () = self.tasks.stopping() => Ok(false),
        }
    }

    /// Something went well.
    pub(crate) fn reset(&mut self) {
        self.attempt = 0;
    }
}
