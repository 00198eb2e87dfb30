//! What Mesa does by itself: it looks at the views for what is due, and asks the command side for it.
//!
//! The worker changes no document. What is to be done it writes down as rows, in transactions of its
//! own; what it then asks for goes through [`Commands`], which the program connects with the command
//! side, and is idempotent there. So a worker may end anywhere, and two may work at once: what is
//! written down is done by whoever takes it, and done once.
//!
//! [`rescheduling`] computes deadlines anew when days are declared or revoked (T2); [`alerts`] says when
//! last days are near, or over (T5).

pub mod alerts;
pub mod commands;
pub mod config;
mod health;
pub mod rescheduling;
pub mod sql;
mod stopped;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use events::legal_date;
use platform::clock::Clock;
use platform::http::Check;
use platform::metrics::Sample;
use platform::postgres::{self, PostgresError};
use platform::tasks::Tasks;
use sqlx::PgPool;
use tokio::time::{Instant, sleep};

use alerts::Alerts;
pub use commands::{Answer, CommandError, Commands};
pub use config::Config;
use rescheduling::Rescheduling;
pub use stopped::Stopped;

/// How often everything is looked at, also when nothing is known to have changed: what was decided
/// elsewhere by an older calendar shows only in the views.
const EVERY: Duration = Duration::from_secs(5);
/// How often last days are looked at, while it is the same day.
const ALERTS: TimeDelta = TimeDelta::minutes(1);
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
        alerts::figures::begin();
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
        let alerts = Alerts {
            pool: self.pool.clone(),
            commands: Arc::clone(&self.commands),
            clock: Arc::clone(&self.clock),
        };
        let mut told = false;
        let mut last = None;
        loop {
            let version = rescheduling.version();
            // First what moves deadlines, then what is said of them.
            let mut done = rescheduling.round().await;
            let now = self.clock.now();
            if done.is_ok() && is_time(last, now) {
                done = alerts.round().await;
                last = done.is_ok().then_some(now).or(last);
            }
            let pause = match done {
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

/// Whether last days are to be looked at, if they were at `last`.
fn is_time(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last.is_none_or(|last| legal_date(last) != legal_date(now) || now - last >= ALERTS)
}

/// Says once what keeps the worker from its work.
fn tell(stopped: &Stopped, told: &mut bool) {
    if !*told {
        *told = true;
        tracing::warn!(
            error = stopped as &dyn std::error::Error,
            "deadlines are not looked after now; trying again"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t5_last_days_are_looked_at_each_minute_and_at_midnight_in_lima() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let last = Some(at("2026-08-07T04:59:30Z"));
        assert!(is_time(None, at("2026-08-07T04:59:30Z")));
        assert!(!is_time(last, at("2026-08-07T04:59:59Z")));
        assert!(is_time(last, at("2026-08-07T05:00:00Z")));
        assert!(is_time(
            Some(at("2026-08-07T15:00:00Z")),
            at("2026-08-07T15:01:00Z")
        ));
    }
}
