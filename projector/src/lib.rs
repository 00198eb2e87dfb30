//! Projections: what has happened, arranged for asking.
//!
//! The projector reads the log in order and moves the views of `readmodel` in `PostgreSQL`, and
//! after each commit the hot views in Redis. [`runner`] tells the order; [`projections`] hold what
//! an event means for each view; [`refold`] folds a whole log in memory, and [`verify`] compares
//! it with what is stored.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod announce;
pub mod at;
pub mod batch;
mod begin;
pub mod beside;
pub mod checkpoint;
mod columns;
pub mod commit;
pub mod config;
mod figures;
mod health;
pub mod history;
pub mod hot;
pub mod incoming;
pub mod lease;
pub mod parked;
pub mod projections;
mod reading;
pub mod rebuild;
pub mod refold;
pub mod retry;
pub mod runner;
pub mod source;
pub mod sql;
pub mod standing;
mod stop;
#[cfg(test)]
mod testing;
pub mod verify;

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use events::Namespace;
use platform::clock::Clock;
use platform::http::Check;
use platform::ids::{Ids, SystemIds};
use platform::metrics::Sample;
use platform::redis::Redis;
use platform::tasks::Tasks;
use platform::{nats, postgres};
use sqlx::PgPool;
use sqlx::migrate::Migrator;

use announce::Announcer;
pub use config::Config;
use hot::Hot;
use lease::Lease;
use runner::{Runner, Turn};
pub use stop::Stop;

/// The migrations of the read models, as they were when this program was built.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// Between attempts to reach a server before the first turn.
const AGAIN: Duration = Duration::from_millis(500);

/// The projector of one installation, connected.
#[derive(Debug)]
pub struct Projector {
    client: async_nats::Client,
    pool: PgPool,
    redis: Redis,
    names: Namespace,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
}

impl Projector {
    /// Connects to NATS; the database and Redis are reached when they are there.
    ///
    /// # Errors
    ///
    /// [`Stop`] when NATS does not answer or an address is none.
    pub async fn connect(
        config: &Config,
        clock: Arc<dyn Clock>,
        tasks: Tasks,
    ) -> Result<Self, Stop> {
        Ok(Self {
            names: config.nats.namespace.parse()?,
            client: nats::connect(&config.nats, "projector").await?,
            pool: postgres::connect_lazily(&config.postgres, "projector")?,
            redis: Redis::open(&config.redis)?,
            clock,
            tasks,
        })
    }

    /// What must be well for the role to do its work, and what makes it slower.
    pub fn checks(&self) -> Vec<Check> {
        health::checks(&self.client, &self.names, &self.pool, &self.redis)
    }

    /// What has to be asked for to show how the role does.
    pub fn samples(&self) -> Vec<Sample> {
        figures::begin();
        let (log, clock) = (self.names.log_stream(), Arc::clone(&self.clock));
        let pool = self.pool.clone();
        vec![
            postgres::sample(move || pool.clone(), "projector"),
            figures::lag(nats::jetstream(&self.client), log, clock),
        ]
    }

    /// Projects until it is time to stop, standing by while another projector is at work.
    ///
    /// # Errors
    ///
    /// [`Stop`] when somebody has to act before it can go on.
    pub async fn run(self) -> Result<(), Stop> {
        let stop = self.tasks.token();
        let Some(log) = stop.run_until_cancelled(self.find_log()).await else {
            return Ok(());
        };
        loop {
            let Some(lease) = stop.run_until_cancelled(self.take_lease(&log)).await else {
                return Ok(());
            };
            let turn = self.runner(log.clone()).turn().await;
            lease.give_back().await;
            match turn? {
                Turn::Stopped => return Ok(()),
                Turn::Fenced => tracing::warn!("another projector went on; standing by"),
                Turn::OtherLog => tracing::warn!("the log may be another one; comparing it"),
            }
        }
    }

    fn runner(&self, log: Stream) -> Runner {
        Runner {
            pool: self.pool.clone(),
            log,
            names: self.names.clone(),
            hot: Hot::new(self.redis.clone(), &self.names),
            announcer: Announcer::new(self.client.clone(), &self.names, SystemIds.next()),
            clock: Arc::clone(&self.clock),
            tasks: self.tasks.clone(),
        }
    }

    /// The log, waiting until the command side has made it.
    async fn find_log(&self) -> Stream {
        let jetstream = nats::jetstream(&self.client);
        let name = self.names.log_stream();
        let mut told = false;
        loop {
            let why = match stop::find_log(&jetstream, &name).await {
                Ok(Some(log)) => return log,
                Ok(None) => "it does not exist yet".to_owned(),
                Err(error) => error.to_string(),
            };
            if !told {
                told = true;
                tracing::info!(nats.stream = name, why, "waiting for the log");
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn take_lease(&self, log: &Stream) -> Lease {
        let mut told = false;
        loop {
            match Lease::take(&self.pool, &self.names, log).await {
                Ok(lease) => return lease,
                Err(error) if !told => {
                    told = true;
                    tracing::warn!(%error, "PostgreSQL does not answer; trying again");
                }
                Err(_) => {}
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}
