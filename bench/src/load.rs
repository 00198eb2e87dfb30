//! Load: so many clients, each of which does its next thing as soon as the one before is done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::client::{Answer, Connection};

/// Somebody who does the same thing again and again.
pub(crate) trait Client: Send + 'static {
    /// Does it once; says whether there is more to do.
    fn once(&mut self) -> impl Future<Output = anyhow::Result<bool>> + Send;
}

/// What a client of a server says and hears.
pub(crate) trait Script: Send + 'static {
    /// Writes the next request; says whether there is one.
    fn ask(&mut self, request: &mut Vec<u8>) -> bool;

    /// Hears the answer to it.
    fn hear(&mut self, answer: &Answer<'_>) -> anyhow::Result<()>;
}

/// A client over one connection that stays open.
#[derive(Debug)]
pub(crate) struct Web<S> {
    connection: Connection,
    request: Vec<u8>,
    script: S,
}

impl<S: Script> Web<S> {
    /// A client of `address` that follows `script`.
    pub(crate) async fn open(address: &str, script: S) -> anyhow::Result<Self> {
        Ok(Self {
            connection: Connection::open(address).await?,
            request: Vec::new(),
            script,
        })
    }
}

impl<S: Script> Client for Web<S> {
    async fn once(&mut self) -> anyhow::Result<bool> {
        if !self.script.ask(&mut self.request) {
            return Ok(false);
        }
        let answer = self.connection.ask(&self.request).await?;
        self.script.hear(&answer)?;
        Ok(true)
    }
}

/// What came of a round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// How much was done.
    pub(crate) done: usize,
    /// In how long.
    pub(crate) took: Duration,
    /// How long each took, in microseconds, in order of length.
    lengths: Vec<u32>,
}

impl Round {
    /// How much was done a second.
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    pub(crate) fn rate(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// What `percent` took at most, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let place = self.lengths.len() * percent / 100;
        let last = self.lengths.len().saturating_sub(1);
        let found = self.lengths.get(place.min(last));
        f64::from(found.copied().unwrap_or_default()) / 1000.0
    }

    /// A round of things that took so long each.
    pub(crate) fn of(lengths: impl IntoIterator<Item = Duration>, took: Duration) -> Self {
        let micros = |length: Duration| u32::try_from(length.as_micros()).unwrap_or(u32::MAX);
        let mut lengths: Vec<u32> = lengths.into_iter().map(micros).collect();
        lengths.sort_unstable();
        Self {
            done: lengths.len(),
            took,
            lengths,
        }
    }
}

/// Lets all of `clients` work for `length`, or until none has anything to do.
pub(crate) async fn drive<C: Client>(clients: Vec<C>, length: Duration) -> anyhow::Result<Round> {
    let together = Arc::new(Barrier::new(clients.len() + 1));
    let mut working = JoinSet::new();
    for client in clients {
        working.spawn(work(client, length, Arc::clone(&together)));
    }
    together.wait().await;
    let begun = Instant::now();
    let mut lengths = Vec::new();
    let mut last = begun;
    while let Some(worked) = working.join_next().await {
        let (some, ended) = worked??;
        last = last.max(ended);
        lengths.extend(some);
    }
    Ok(Round::of(lengths, last.duration_since(begun)))
}

async fn work<C: Client>(
    mut client: C,
    length: Duration,
    together: Arc<Barrier>,
) -> anyhow::Result<(Vec<Duration>, Instant)> {
    let mut lengths = Vec::with_capacity(4_096);
    together.wait().await;
    let end = Instant::now() + length;
    let mut now = Instant::now();
    while now < end && client.once().await? {
        let done = Instant::now();
        lengths.push(done.duration_since(now));
        now = done;
    }
    Ok((lengths, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counts(usize);

    impl Client for Counts {
        async fn once(&mut self) -> anyhow::Result<bool> {
            tokio::task::yield_now().await;
            self.0 = self.0.saturating_sub(1);
            Ok(self.0 > 0)
        }
    }

    #[tokio::test]
    async fn a_round_ends_when_nobody_has_anything_to_do() {
        let round = drive(vec![Counts(11), Counts(21)], Duration::from_hours(1)).await;
        assert_eq!(round.unwrap().done, 30);
    }

    #[test]
    fn percentiles_are_of_the_lengths_in_order() {
        let lengths = (1..=100).rev().map(Duration::from_millis);
        let round = Round::of(lengths, Duration::from_secs(10));
        assert!((round.rate() - 10.0).abs() < 1e-9);
        assert!((round.percentile(50) - 51.0).abs() < 1e-9);
        assert!((round.percentile(99) - 100.0).abs() < 1e-9);
        assert!(Round::default().percentile(99).abs() < 1e-9);
    }
}
