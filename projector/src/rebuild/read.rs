//! The log from here to there, decoded by several threads ahead of who takes it, in order.

use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::Stream as Log;
use chrono::DateTime;
use events::Namespace;
use futures::{Stream, StreamExt, TryStreamExt, stream};

use super::RebuildError;
use crate::incoming::Incoming;

/// Messages decoded together.
const TOGETHER: usize = 1_000;
/// Parts decoded at the same time.
const AT_ONCE: usize = 3;
/// A message that is there comes within this time, or reading begins again.
const PATIENCE: Duration = Duration::from_secs(5);
/// Attempts without a message between them, before it is given up.
const ATTEMPTS: u32 = 8;

/// The records after `after` up to `until`, in parts.
pub(super) fn records(
    log: &Log,
    names: &Namespace,
    after: u64,
    until: u64,
) -> impl Stream<Item = Result<Vec<Incoming>, RebuildError>> + use<> {
    let reader = Reader {
        log: log.clone(),
        messages: None,
        reached: after,
        until,
    };
    let names = names.clone();
    stream::try_unfold(reader, Reader::next)
        .map_ok(move |part| {
            let names = names.clone();
            async move {
                let decoded = tokio::task::spawn_blocking(move || decode(&names, part));
                decoded
                    .await
                    .map_err(|error| RebuildError::Log(error.into()))
            }
        })
        .try_buffered(AT_ONCE)
}

fn decode(names: &Namespace, part: Vec<(u64, i64, Message)>) -> Vec<Incoming> {
    let read = |(sequence, nanos, message): (u64, i64, Message)| {
        let recorded_at = DateTime::from_timestamp_nanos(nanos);
        let message = message.message;
        Incoming::read(
            names,
            sequence,
            message.subject.as_str(),
            message.payload,
            recorded_at,
        )
    };
    part.into_iter().map(read).collect()
}

struct Reader {
    log: Log,
    messages: Option<Ordered>,
    reached: u64,
    until: u64,
}

impl Reader {
    /// The next part; none at the end.
    async fn next(mut self) -> Result<Option<(Vec<(u64, i64, Message)>, Self)>, RebuildError> {
        let mut attempt = 0;
        let mut part = Vec::with_capacity(TOGETHER);
        while self.reached < self.until && part.len() < TOGETHER {
            match self.take().await {
                Ok(taken) => {
                    attempt = 0;
                    part.push(taken);
                }
                Err(error) => {
                    self.messages = None;
                    attempt += 1;
                    if attempt == ATTEMPTS {
                        return Err(RebuildError::Log(error));
                    }
                    tracing::warn!(%error, "reading the log broke off; beginning again");
                    tokio::time::sleep(Duration::from_millis(100) * attempt).await;
                }
            }
        }
        Ok((!part.is_empty()).then_some((part, self)))
    }

    async fn take(&mut self) -> Result<(u64, i64, Message), async_nats::Error> {
        if self.messages.is_none() {
            self.messages = Some(self.consume().await?);
        }
        let messages = self.messages.as_mut().ok_or("no consumer")?;
        loop {
            let message = tokio::time::timeout(PATIENCE, messages.next()).await?;
            let message = message.ok_or("the consumer ended")??;
            let info = message.info()?;
            let sequence = info.stream_sequence;
            if sequence > self.reached {
                self.reached = sequence;
                let nanos = info.published.unix_timestamp_nanos();
                let nanos = i64::try_from(nanos).unwrap_or_default();
                return Ok((sequence, nanos, message));
            }
        }
    }

    async fn consume(&self) -> Result<Ordered, async_nats::Error> {
        let config = OrderedConfig {
            description: Some("a rebuild reads the log".to_owned()),
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: self.reached + 1,
            },
            max_batch: 5_000,
            ..OrderedConfig::default()
        };
        Ok(self.log.create_consumer(config).await?.messages().await?)
    }
}
