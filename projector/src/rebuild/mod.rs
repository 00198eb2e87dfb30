//! `mesa rebuild`: views made anew from the log while the old ones are read.
//!
//! 1. Make the tables of the next generation beside those that are read ([`ddl`]).
//! 2. Fold the log in memory and copy the rows in ([`fold`], [`copy`]); then build the indexes.
//! 3. Follow the log until abreast of the projector ([`follow`]).
//! 4. Compare both generations in one snapshot ([`compare`]); a difference is refused unless it was
//!    accepted.
//! 5. Switch in one transaction ([`switch`]); the old generation is kept, and a roll-back follows and
//!    switches the same way.
//!
//! A rebuild tells nobody of any event. Broken off in 1 or 2 it begins anew; in 3 or later it goes on
//! where it was. Of two at once the second is refused.

mod aim;
mod alone;
mod build;
mod compare;
mod copy;
mod ddl;
mod fold;
mod follow;
mod half;
mod outcome;
mod read;
mod rows;
mod sql;
mod switch;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;
use std::time::Instant;

use async_nats::jetstream::stream::Stream;
use events::Namespace;
use platform::clock::Clock;
use platform::ids::{Ids, SystemIds};
use platform::redis::Redis;
use sqlx::PgPool;

pub use compare::Compared;
pub use half::{Half, Kept, Step};
pub use outcome::{RebuildError, Rebuilt};
pub use sql::CATALOGUE;
pub use view::{NoSuchView, View, Views};

use crate::beside;
use crate::checkpoint::Checkpoint;

/// The schema in which the tables that are read lie.
pub const HOME: &str = "/* q:projector.rebuild.home */
    select quote_ident(current_schema())";

/// So close behind the projector, the switch is tried.
const CLOSE: u64 = 500;

/// What a rebuild works on.
#[derive(Clone)]
pub struct Rebuild {
    pool: PgPool,
    log: Stream,
    names: Namespace,
    client: async_nats::Client,
    redis: Redis,
    clock: Arc<dyn Clock>,
    progress: Progress,
    home: String,
    memory: u64,
}

/// Told how much of a step is done, of how much.
pub type Progress = Arc<dyn Fn(&'static str, u64, u64) + Send + Sync>;

impl std::fmt::Debug for Rebuild {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = &self.names;
        f.debug_struct("Rebuild")
            .field("names", names)
            .finish_non_exhaustive()
    }
}

impl Rebuild {
    /// A rebuild on these servers. `memory` is how many bytes of log are folded at a time.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn new(
        pool: PgPool,
        log: Stream,
        names: Namespace,
        (client, redis): (async_nats::Client, Redis),
        clock: Arc<dyn Clock>,
        (memory, progress): (u64, Progress),
    ) -> Result<Self, RebuildError> {
        let home = sqlx::query_scalar(HOME).fetch_one(&pool).await?;
        Ok(Self {
            pool,
            log,
            names,
            client,
            redis,
            clock,
            progress,
            home,
            memory: memory.max(1),
        })
    }

    /// Rebuilds `views`, going on where a rebuild of the same views was broken off; `None` goes on
    /// whatever its views are.
    ///
    /// # Errors
    ///
    /// [`RebuildError`]; the views that are read are as they were.
    pub async fn run(
        &self,
        views: Option<Views>,
        accept_differences: bool,
    ) -> Result<Rebuilt, RebuildError> {
        self.alone(async |tool| tool.build(views, accept_differences).await)
            .await
    }

    async fn build(
        &self,
        views: Option<Views>,
        accept_differences: bool,
    ) -> Result<Rebuilt, RebuildError> {
        let mut half = self.begin(views).await?;
        let begun = Instant::now();
        let (mut events, mut seconds) = (0, 0.0);
        if half.step == Step::Copying {
            events = self.copy(&mut half).await?;
        }
        if half.step == Step::Copied {
            self.index(&mut half).await?;
        }
        if events > 0 {
            seconds = begun.elapsed().as_secs_f64();
        }
        self.follow_closely(&mut half).await?;
        let compared = self.judge(&mut half, accept_differences).await?;
        self.switch(&mut half).await?;
        self.tell_others().await?;
        Ok(Rebuilt {
            views: half.views,
            generation: half.checkpoint.generation,
            sequence: half.checkpoint.sequence,
            events,
            seconds,
            compared,
        })
    }

    /// Goes back to the generation that is kept, which follows the log first; the other one is kept.
    ///
    /// # Errors
    ///
    /// [`RebuildError`]; the views that are read are as they were.
    pub async fn roll_back(&self) -> Result<Rebuilt, RebuildError> {
        self.alone(async |tool| tool.go_back().await).await
    }

    async fn go_back(&self) -> Result<Rebuilt, RebuildError> {
        let mut half = self.take_kept().await?;
        self.follow_closely(&mut half).await?;
        self.switch(&mut half).await?;
        self.tell_others().await?;
        Ok(Rebuilt {
            views: half.views,
            generation: half.checkpoint.generation,
            sequence: half.checkpoint.sequence,
            events: 0,
            seconds: 0.0,
            compared: Vec::new(),
        })
    }

    /// Drops the generation that is kept.
    ///
    /// # Errors
    ///
    /// Another rebuild is at work, or the database does not answer.
    pub async fn drop_old(&self) -> Result<(), RebuildError> {
        self.alone(async |tool| {
            let mut connection = tool.pool.acquire().await?;
            Ok(switch::drop_before(&mut connection).await?)
        })
        .await
    }

    /// Drops what a rebuild that was broken off has left.
    ///
    /// # Errors
    ///
    /// Another rebuild is at work, or the database does not answer.
    pub async fn abandon(&self) -> Result<(), RebuildError> {
        self.alone(async |tool| {
            let mut connection = tool.pool.acquire().await?;
            let drop = "drop schema if exists mesa_next cascade".to_owned();
            ddl::run(&mut connection, drop).await?;
            Ok(Half::forget(&mut connection, Kept::Next).await?)
        })
        .await
    }

    /// Follows the log until the projector is close.
    async fn follow_closely(&self, half: &mut Half) -> Result<(), RebuildError> {
        loop {
            let aim = self.aim(half).await?;
            if aim.until <= half.checkpoint.sequence {
                return Ok(());
            }
            let far = aim.until - half.checkpoint.sequence;
            self.follow(half, aim.until).await?;
            if far <= CLOSE {
                return Ok(());
            }
        }
    }

    /// Compares, waiting a while for a projector that is behind; gives what was found when it is no
    /// reason to stop.
    async fn judge(
        &self,
        half: &mut Half,
        accept_differences: bool,
    ) -> Result<Vec<Compared>, RebuildError> {
        let mut patience = 50;
        loop {
            match self.compare(half).await? {
                Ok(compared) => {
                    let differs = compared.iter().any(|table| table.differing > 0);
                    if differs && !accept_differences {
                        return Err(RebuildError::Differs(compared));
                    }
                    return Ok(compared);
                }
                Err(_) if accept_differences || self.is_untouched().await? => {
                    return Ok(Vec::new());
                }
                Err(why) if patience == 0 => return Err(RebuildError::NotCompared(why)),
                Err(_) => {
                    patience -= 1;
                    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                }
            }
        }
    }

    /// Whether nothing was ever projected, so that there is nothing to compare with.
    async fn is_untouched(&self) -> Result<bool, RebuildError> {
        let mut connection = self.pool.acquire().await?;
        let checkpoint = Checkpoint::read(&mut connection).await?;
        Ok(checkpoint.is_none_or(|checkpoint| checkpoint.sequence == 0))
    }

    /// The generation that is kept, made the next one.
    async fn take_kept(&self) -> Result<Half, RebuildError> {
        let now = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        if let Some(next) = Half::read(&mut transaction, Kept::Next).await? {
            return Err(RebuildError::Other(next.views));
        }
        let kept = Half::read(&mut transaction, Kept::Before).await?;
        let kept = kept.ok_or(RebuildError::NothingKept)?;
        self.fits(&kept.checkpoint)
            .await?
            .map_err(RebuildError::KeptForeign)?;
        let half = Half {
            run: SystemIds.next(),
            ..kept
        };
        let rename = "alter schema mesa_before rename to mesa_next".to_owned();
        ddl::run(&mut transaction, rename).await?;
        Half::forget(&mut transaction, Kept::Before).await?;
        half.write(&mut transaction, Kept::Next, now).await?;
        transaction.commit().await?;
        Ok(half)
    }

    async fn tell_others(&self) -> Result<(), RebuildError> {
        let (client, redis, now) = (&self.client, &self.redis, self.clock.now());
        Ok(beside::tell(client, redis, &self.names, &self.pool, now).await?)
    }

    fn tell(&self, step: &'static str, done: u64, all: u64) {
        (self.progress)(step, done, all);
    }
}
