//! Where the projections are, looked at from outside: for the operator.

use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use chrono::{DateTime, Utc};
use events::Namespace;
use futures::StreamExt;
use platform::redis::Redis;
use readmodel::{Keys, Notice};
use serde::Serialize;
use sqlx::PgPool;
use tokio::time::Instant;

use crate::checkpoint::Checkpoint;
use crate::parked;
use crate::rebuild::{Half, Kept};

/// One set of views, and where it is.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// `views`, the rows that are read; `hot`, in Redis; `next`, being rebuilt; `before`, kept
    /// for a roll-back.
    pub projection: &'static str,
    /// The tables it is in.
    pub generation: u64,
    /// The stream it is made from.
    pub stream: String,
    /// The last record in it; none when it cannot be seen.
    pub position: Option<u64>,
    /// How many records the log has beyond it.
    pub behind_records: Option<u64>,
    /// How old the oldest of those is.
    pub behind_seconds: Option<f64>,
    /// Records applied a second, while it was looked at.
    pub rate: Option<f64>,
    /// Seconds since the projector was heard; none when it was not.
    pub heartbeat_seconds: Option<f64>,
    /// How many histories are parked.
    pub parked: Option<usize>,
}

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    /// The database does not answer, or has no tables.
    #[error("the checkpoint cannot be read")]
    Rows(#[from] sqlx::Error),
    /// NATS does not answer.
    #[error("the log cannot be looked at: {0}")]
    Log(async_nats::Error),
}

/// Looks for as long as `watched`; shorter than a second or two, and a heartbeat may be missed.
///
/// # Errors
///
/// The database or NATS does not answer. Redis may be away.
pub async fn look(
    client: &async_nats::Client,
    log: &Stream,
    names: &Namespace,
    pool: &PgPool,
    redis: &Redis,
    now: DateTime<Utc>,
    watched: Duration,
) -> Result<Vec<Standing>, StandingError> {
    let mut connection = pool.acquire().await?;
    let begun = Instant::now();
    let before = Checkpoint::read(&mut connection).await?;
    let heartbeat = listen(client, names, watched).await?;
    let Some(checkpoint) = Checkpoint::read(&mut connection).await? else {
        return Ok(Vec::new());
    };
    let moved = before.map_or(0, |before| {
        checkpoint.sequence.saturating_sub(before.sequence)
    });
    let parked = parked::list(&mut connection).await?.len();
    let views = Standing {
        projection: "views",
        generation: checkpoint.generation,
        rate: Some(per_second(moved, begun.elapsed())),
        heartbeat_seconds: heartbeat,
        parked: Some(parked),
        ..at(log, now, &checkpoint.stream, Some(checkpoint.sequence)).await?
    };
    let get = redis::Cmd::get(Keys::new(names).hot_position());
    let position: Option<u64> = redis.ask(&get).await.unwrap_or_default();
    let hot = Standing {
        projection: "hot",
        generation: checkpoint.generation,
        ..at(log, now, &checkpoint.stream, position).await?
    };
    let mut all = vec![views, hot];
    for (projection, kept) in [("next", Kept::Next), ("before", Kept::Before)] {
        let Some(half) = Half::read(&mut connection, kept).await? else {
            continue;
        };
        let Checkpoint {
            stream,
            sequence,
            generation,
            ..
        } = half.checkpoint;
        all.push(Standing {
            projection,
            generation,
            ..at(log, now, &stream, Some(sequence)).await?
        });
    }
    Ok(all)
}

/// A set of views at `position`, compared with the end of the log.
async fn at(
    log: &Stream,
    now: DateTime<Utc>,
    stream: &str,
    position: Option<u64>,
) -> Result<Standing, StandingError> {
    let info = log.get_info().await;
    let info = info.map_err(|error| StandingError::Log(error.into()))?;
    let last = info.state.last_sequence;
    let behind = position.map(|position| last.saturating_sub(position));
    let mut age = behind.map(|_| 0.0);
    if let (Some(position), Some(1..)) = (position, behind) {
        let oldest = log.get_raw_message(position + 1).await;
        let oldest = oldest.map_err(|error| StandingError::Log(error.into()))?;
        let nanos = i64::try_from(oldest.time.unix_timestamp_nanos()).unwrap_or_default();
        let recorded = DateTime::from_timestamp_nanos(nanos);
        age = Some((now - recorded).as_seconds_f64().max(0.0));
    }
    Ok(Standing {
        projection: "views",
        generation: 0,
        stream: stream.to_owned(),
        position,
        behind_records: behind,
        behind_seconds: age,
        rate: None,
        heartbeat_seconds: None,
        parked: None,
    })
}

/// Listens to the projector; gives how long ago it was heard last, if it was.
async fn listen(
    client: &async_nats::Client,
    names: &Namespace,
    watched: Duration,
) -> Result<Option<f64>, StandingError> {
    let until = Instant::now() + watched;
    let subscribed = client.subscribe(names.notice_subject()).await;
    let mut notices = subscribed.map_err(|error| StandingError::Log(error.into()))?;
    let mut heard = None;
    while let Ok(Some(message)) = tokio::time::timeout_at(until, notices.next()).await {
        if Notice::decode(&message.payload).is_ok() {
            heard = Some(Instant::now());
        }
    }
    Ok(heard.map(|heard| heard.elapsed().as_secs_f64()))
}

fn per_second(records: u64, during: Duration) -> f64 {
    let records = u32::try_from(records).unwrap_or(u32::MAX);
    f64::from(records) / during.as_secs_f64().max(0.001)
}
