//! Following a stream: everything it holds, in order, and then everything that comes.
//!
//! A follower reads from the first message, applies each exactly once and in order, and survives
//! lost connections and restarted servers by going on after the last message it applied. It is
//! for small streams that a role keeps in memory whole.

use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::consumer::push::{Ordered, OrderedConfig};
use async_nats::jetstream::consumer::{DeliverPolicy, ReplayPolicy};
use async_nats::jetstream::{Context, Message};
use bytes::Bytes;
use futures::StreamExt;
use tokio::sync::watch;

use crate::backoff::{Backoff, jitter};
use crate::ids::{Ids, SystemIds};
use crate::tasks::Tasks;

/// Between attempts to begin again.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(2));

/// Why a stream cannot be followed, or is not caught up with.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// NATS does not say how long the stream is.
    #[error("cannot read the stream {stream}")]
    Read {
        /// Its name.
        stream: String,
        /// What happened.
        source: async_nats::jetstream::context::GetStreamError,
    },
    /// It takes longer than the caller waits.
    #[error("the stream {stream} is followed up to {reached}, but {wanted} was waited for")]
    Behind {
        /// Its name.
        stream: String,
        /// Up to where it is followed.
        reached: u64,
        /// What was waited for.
        wanted: u64,
    },
}

/// One message of a followed stream.
#[derive(Clone, Debug)]
pub struct Followed {
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// The subject it was published on.
    pub subject: String,
    /// Its headers; empty when it has none.
    pub headers: HeaderMap,
    /// Its body.
    pub payload: Bytes,
}

/// How far a stream is followed. Clones look at the same follower.
#[derive(Clone, Debug)]
pub struct Follower {
    jetstream: Context,
    stream: String,
    reached: watch::Receiver<u64>,
}

impl Follower {
    /// The sequence of the last message applied; 0 before the first.
    #[must_use]
    pub fn reached(&self) -> u64 {
        *self.reached.borrow()
    }

    /// Waits until the message `sequence` is applied.
    ///
    /// # Errors
    ///
    /// It takes longer than `limit`, or the follower has stopped.
    pub async fn wait_for(&self, sequence: u64, limit: Duration) -> Result<(), FollowError> {
        let mut reached = self.reached.clone();
        let there = reached.wait_for(|reached| *reached >= sequence);
        match tokio::time::timeout(limit, there).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(FollowError::Behind {
                stream: self.stream.clone(),
                reached: self.reached(),
                wanted: sequence,
            }),
        }
    }

    /// Waits until everything the stream holds at this moment is applied: a role does so before
    /// it serves.
    ///
    /// # Errors
    ///
    /// NATS does not answer, or it takes longer than `limit`.
    pub async fn catch_up(&self, limit: Duration) -> Result<u64, FollowError> {
        let last = last_sequence(&self.jetstream, &self.stream).await?;
        self.wait_for(last, limit).await?;
        Ok(last)
    }
}

/// Follows `stream` from its first message on, until `tasks` stop: `apply` is called with each
/// message, in order, once.
///
/// # Errors
///
/// The stream cannot be read now. Later trouble is logged and overcome.
pub async fn follow(
    jetstream: &Context,
    stream: &str,
    tasks: &Tasks,
    apply: impl FnMut(Followed) + Send + 'static,
) -> Result<Follower, FollowError> {
    last_sequence(jetstream, stream).await?;
    let (reach, reached) = watch::channel(0);
    let follower = Follower {
        jetstream: jetstream.clone(),
        stream: stream.to_owned(),
        reached,
    };
    let run = Run {
        jetstream: jetstream.clone(),
        stream: stream.to_owned(),
        reach,
        apply,
    };
    tasks.spawn_until_stop(run.forever());
    Ok(follower)
}

async fn last_sequence(jetstream: &Context, stream: &str) -> Result<u64, FollowError> {
    let found = jetstream
        .get_stream(stream)
        .await
        .map_err(|source| FollowError::Read {
            stream: stream.to_owned(),
            source,
        })?;
    Ok(found.cached_info().state.last_sequence)
}

struct Run<F> {
    jetstream: Context,
    stream: String,
    reach: watch::Sender<u64>,
    apply: F,
}

impl<F: FnMut(Followed) + Send> Run<F> {
    async fn forever(mut self) {
        let mut attempt = 0;
        loop {
            let before = *self.reach.borrow();
            if let Err(error) = self.until_trouble().await {
                tracing::warn!(
                    error = &*error,
                    nats.stream = %self.stream,
                    nats.sequence = *self.reach.borrow(),
                    "following a stream was interrupted; going on after the last message applied"
                );
            }
            let progress = *self.reach.borrow() > before;
            attempt = if progress { 0 } else { attempt + 1 };
            tokio::time::sleep(AGAIN.delay(attempt, jitter(SystemIds.next()))).await;
        }
    }

    async fn until_trouble(&mut self) -> Result<(), async_nats::Error> {
        let client = self.jetstream.client();
        let mut again = std::pin::pin!(super::reconnected(&client));
        let mut messages = self.read().await?;
        loop {
            tokio::select! {
                biased;
                // Its consumer is gone with the server that was killed; one that was not is left
                // to end by itself.
                () = &mut again => return Ok(()),
                message = messages.next() => match message {
                    Some(message) => self.take(message?)?,
                    None => return Ok(()),
                },
            }
        }
    }

    async fn read(&mut self) -> Result<Ordered, async_nats::Error> {
        let stream = self.jetstream.get_stream(&self.stream).await?;
        let reached = *self.reach.borrow();
        let last = stream.cached_info().state.last_sequence;
        if last < reached {
            tracing::error!(
                nats.stream = %self.stream,
                nats.sequence = reached,
                nats.last = last,
                "the stream is shorter than it was: it was restored or replaced; restart this role"
            );
        }
        let config = OrderedConfig {
            deliver_subject: self.jetstream.client().new_inbox(),
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: reached + 1,
            },
            replay_policy: ReplayPolicy::Instant,
            ..OrderedConfig::default()
        };
        Ok(stream.create_consumer(config).await?.messages().await?)
    }

    /// Applies a message, unless it was applied before: the first consumer made after trouble may
    /// begin at the beginning again.
    fn take(&mut self, message: Message) -> Result<(), async_nats::Error> {
        let sequence = message.info()?.stream_sequence;
        if sequence <= *self.reach.borrow() {
            return Ok(());
        }
        let (message, _) = message.split();
        (self.apply)(Followed {
            sequence,
            subject: message.subject.to_string(),
            headers: message.headers.unwrap_or_default(),
            payload: message.payload,
        });
        self.reach.send_replace(sequence);
        Ok(())
    }
}
