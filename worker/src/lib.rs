//! What Mesa does by itself: it looks at the views for what is due, and asks the command side for it.
//!
//! The worker changes no document. What is to be done it writes down as rows, in transactions of its
//! own; what it then asks for goes through [`Commands`], which the program connects with the command
//! side, and is idempotent there. So a worker may end anywhere, and two may work at once: what is
//! written down is done by whoever takes it, and done once.
//!
//! [`rescheduling`] computes deadlines anew when days are declared or revoked (T2).

pub mod commands;
pub mod config;
mod health;
pub mod rescheduling;
pub mod sql;

use std::sync::Arc;
use std::time::Duration;

use platform::clock::Clock;
use platform::http::Check;
use platform::metrics::Sample;
use platform::postgres::{self, PostgresError};
use platform::tasks::Tasks;
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

pub use commands::{Answer, CommandError, Commands};
pub use config::Config;
use rescheduling::{Rescheduling, Stopped};

/// How often everything is looked at, also when nothing is known to have changed: what was decided
/// elsewhere by an older calendar shows only in the views.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is asked whether the calendar changed.
const GLANCE: Duration = Duration::from_millis(200);
/// After how long it is tried again when a server was away.
const AGAIN: Duration = Duration::from_secs(1);

/// The worker of one installation, connected.
#[derive(Debug)]
pub struct Worker {
    pool: PgPool,
    commands: Arc<dyn Commands>,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
}

impl Worker {
    /// A worker that asks for everything through `commands`; the database is reached when it is there.
    ///
    /// # Errors
    ///
    /// The address of the database is none.
    pub fn connect(
        config: &Config,
        commands: Arc<dyn Commands>,
        clock: Arc<dyn Clock>,
        tasks: Tasks,
    ) -> Result<Self, PostgresError> {
        Ok(Self {
            pool: postgres::connect_lazily(&config.postgres, "worker")?,
            commands,
            clock,
            tasks,
        })
    }

    /// What must be well for the role to do its work, besides what [`Commands`] need.
    pub fn checks(&self) -> Vec<Check> {
        health::checks(&self.pool)
    }

    /// What has to be asked for to show how the role does.
    pub fn samples(&self) -> Vec<Sample> {
        rescheduling::figures::begin();
        let pool = self.pool.clone();
        vec![postgres::sample(move || pool.clone(), "worker")]
    }

    /// Works until it is time to stop; may be dropped at any moment.
    pub async fn run(self) {
        let stop = self.tasks.token();
        stop.run_until_cancelled(self.work()).await;
    }

    async fn work(&self) {
        let rescheduling = Rescheduling {
            pool: self.pool.clone(),
            commands: Arc::clone(&self.commands),
            clock: Arc::clone(&self.clock),
        };
        let mut told = false;
        loop {
            let version = rescheduling.version();
            let pause = match rescheduling.round().await {
                Ok(()) => {
                    told = false;
                    EVERY
                }
                Err(stopped) => {
                    tell(&stopped, &mut told);
                    AGAIN
                }
            };
            let until = Instant::now() + pause;
            while Instant::now() < until && (told || rescheduling.version() == version) {
                sleep(GLANCE).await;
            }
        }
    }
}

/// Says once what keeps the worker from its work.
fn tell(stopped: &Stopped, told: &mut bool) {
    if !*told {
        *told = true;
        tracing::warn!(
            error = stopped as &dyn std::error::Error,
            "deadlines are not rescheduled now; trying again"
        );
    }
}
