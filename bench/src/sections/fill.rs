//! Documents to measure with, registered and sent as everybody does it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use anyhow::bail;
use sqlx::PgPool;

use crate::load::{Web, drive};
use crate::process::Process;
use crate::scripts::{Act, Pool, Sends};
use crate::site::Site;

/// How many clients fill.
const CLIENTS: usize = 64;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_mins(5);

/// The documents of a run, by what was done with them last.
#[derive(Debug, Default)]
pub(crate) struct Stock {
    pub(crate) registered: Pool,
    pub(crate) derived: Pool,
    pub(crate) received: Pool,
    sent: Arc<AtomicU64>,
}

impl Stock {
    /// Those who do `act`.
    pub(crate) fn sends(&self, act: Act, site: &Site) -> Sends {
        let nothing = Pool::default();
        let (key, from, to) = match act {
            Act::Register => (&site.registrar, &nothing, &self.registered),
            Act::Derive => (&site.registrar, &self.registered, &self.derived),
            Act::Receive => (&site.officer, &self.derived, &self.received),
        };
        Sends::of(act, key, from, to, &self.sent)
    }

    /// Does `act` so many times.
    pub(crate) async fn add(
        &self,
        act: Act,
        times: usize,
        site: &Site,
        command: &Process,
    ) -> anyhow::Result<()> {
        let sends = self.sends(act, site).at_most(times);
        drive(webs(CLIENTS, &command.address, &sends).await?, PATIENCE).await?;
        Ok(())
    }

    /// Makes sure that `act` can be done so many times.
    pub(crate) async fn ensure(
        &self,
        act: Act,
        times: usize,
        site: &Site,
        command: &Process,
    ) -> anyhow::Result<()> {
        let missing = |pool: &Pool| times.saturating_sub(pool.len());
        match act {
            Act::Register => {}
            Act::Derive => {
                let times = missing(&self.registered);
                self.add(Act::Register, times, site, command).await?;
            }
            Act::Receive => {
                let times = missing(&self.derived);
                let registrations = times.saturating_sub(self.registered.len());
                self.add(Act::Register, registrations, site, command)
                    .await?;
                self.add(Act::Derive, times, site, command).await?;
            }
        }
        Ok(())
    }
}

/// So many clients of `address`, who share a script.
pub(crate) async fn webs<S: crate::load::Script + Clone>(
    clients: usize,
    address: &str,
    script: &S,
) -> anyhow::Result<Vec<Web<S>>> {
    let mut all = Vec::with_capacity(clients);
    for _ in 0..clients {
        all.push(Web::open(address, script.clone()).await?);
    }
    Ok(all)
}

/// Waits until the views are where the log is.
pub(crate) async fn views_are_there(site: &Site, pool: &PgPool) -> anyhow::Result<u64> {
    let last = last_sequence(site).await?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if reached(pool).await? >= last {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("the projector does not get to {last}")
}

/// The sequence of the last record of the log.
pub(crate) async fn last_sequence(site: &Site) -> anyhow::Result<u64> {
    let jetstream = async_nats::jetstream::new(site.fresh.nats_client().await);
    let stream = jetstream.get_stream(site.names.log_stream()).await?;
    Ok(stream.get_info().await?.state.last_sequence)
}

/// How far the views are.
pub(crate) async fn reached(pool: &PgPool) -> anyhow::Result<u64> {
    let reached: Option<i64> =
        sqlx::query_scalar("select max(sequence) from projection_checkpoint")
            .fetch_one(pool)
            .await?;
    Ok(reached.unwrap_or_default().try_into()?)
}
