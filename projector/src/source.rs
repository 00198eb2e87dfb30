//! The log as batches: what is there now, up to [`MOST_MESSAGES`], read and decoded ahead.
//!
//! A batch is what has come while the one before was being applied: one record when it is quiet,
//! so that nobody waits, and full ones when there is a backlog. Nothing is acknowledged: where to
//! go on is in the checkpoint.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::Message;
use async_nats::jetstream::consumer::DeliverPolicy;
use async_nats::jetstream::consumer::pull::{Ordered, OrderedConfig};
use async_nats::jetstream::stream::Stream;
use chrono::DateTime;
use events::Namespace;
use futures::StreamExt;
use platform::backoff::{Backoff, jitter};
use platform::ids::{Ids, SystemIds};
use platform::tasks::Tasks;
use tokio::sync::mpsc;

use crate::figures::trace_of;
use crate::incoming::Incoming;
use crate::reading::{Broken, Reading};

/// The most messages in one batch. A row is written once for all that its batch changes in it, so
/// the more there are the fewer writes each costs (docs/decisions/0012).
const MOST_MESSAGES: usize = 10_000;
/// As many messages at once are a backlog: nobody waits for one of them.
pub const BACKLOG: usize = 2_000;
/// The most bytes in one batch, give or take one message.
const MOST_BYTES: usize = 64 << 20;
/// Between attempts to read on.
const AGAIN: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(2));

/// Messages after a sequence, in order, each once.
#[derive(Debug)]
pub struct Source {
    batches: mpsc::Receiver<Vec<Incoming>>,
    reading: Arc<Reading>,
    tasks: Tasks,
}

impl Source {
    /// Reads `log` from the message after `sequence` on, until dropped or told to stop.
    pub fn open(log: &Stream, names: &Namespace, sequence: u64, tasks: &Tasks) -> Self {
        let (send, batches) = mpsc::channel(1);
        let reading = Arc::<Reading>::default();
        let reader = Reader {
            reading: Arc::clone(&reading),
            log: log.clone(),
            names: names.clone(),
            reached: sequence,
            send,
        };
        let tasks = tasks.child();
        tasks.spawn_until_stop(reader.forever());
        Self {
            batches,
            reading,
            tasks,
        }
    }

    /// Whether the log is known to be read as it grows, so that silence means that nothing happens.
    pub fn is_abreast(&self) -> bool {
        self.reading.is_abreast()
    }

    /// What is wrong with the log, when it is not read any more for that.
    pub fn broken(&self) -> Option<Broken> {
        self.reading.broken()
    }

    /// The next batch, never empty; `None` after the word to stop, or when the log is broken.
    pub async fn next(&mut self) -> Option<Vec<Incoming>> {
        self.batches.recv().await
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.tasks.stop();
    }
}

struct Reader {
    reading: Arc<Reading>,
    log: Stream,
    names: Namespace,
    reached: u64,
    send: mpsc::Sender<Vec<Incoming>>,
}

impl Reader {
    /// Reads on for ever, beginning again after the last message handed out whenever it breaks.
    async fn forever(mut self) {
        let mut attempt = 0;
        loop {
            let before = self.reached;
            match self.read().await {
                Ok(()) => return,
                Err(_) if self.reading.broken().is_some() => return,
                Err(error) if attempt == 0 => {
                    tracing::warn!(%error, "reading the log broke off; beginning again");
                }
                Err(_) => {}
            }
            attempt = if self.reached > before {
                0
            } else {
                attempt + 1
            };
            tokio::time::sleep(AGAIN.delay(attempt, jitter(SystemIds.next()))).await;
        }
    }

    /// Reads until the receiver is gone, or the log is not read any more.
    async fn read(&mut self) -> Result<(), async_nats::Error> {
        let (reading, log) = (Arc::clone(&self.reading), self.log.clone());
        reading.begins(self.reached);
        let messages = self.consume().await?;
        tokio::select! {
            read = self.take_all(messages) => read,
            error = reading.watch(&log) => Err(error),
        }
    }

    async fn take_all(&mut self, mut messages: Ordered) -> Result<(), async_nats::Error> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        loop {
            let full = batch.len() >= MOST_MESSAGES || bytes >= MOST_BYTES;
            self.reading.is_full(full);
            tokio::select! {
                biased;
                message = messages.next(), if !full => {
                    let message = message.ok_or("the consumer ended")??;
                    let seen = batch.last().map_or(self.reached, |last: &Incoming| last.sequence);
                    if let Some(incoming) = self.take(&message, seen)? {
                        self.reading.saw(incoming.sequence);
                        bytes += incoming.body.len();
                        batch.push(incoming);
                    }
                }
                permit = self.send.reserve(), if !batch.is_empty() => {
                    let Ok(permit) = permit else { return Ok(()) };
                    if let Some(last) = batch.last() {
                        self.reached = last.sequence;
                    }
                    permit.send(std::mem::take(&mut batch));
                    bytes = 0;
                }
                () = self.send.closed() => return Ok(()),
            }
        }
    }

    async fn consume(&self) -> Result<Ordered, async_nats::Error> {
        let config = OrderedConfig {
            description: Some("the projector reads the log".to_owned()),
            deliver_policy: DeliverPolicy::ByStartSequence {
                start_sequence: self.reached + 1,
            },
            max_batch: 10_000,
            ..OrderedConfig::default()
        };
        Ok(self.log.create_consumer(config).await?.messages().await?)
    }

    /// Decodes a message; none when it was taken before.
    fn take(&self, message: &Message, seen: u64) -> Result<Option<Incoming>, async_nats::Error> {
        let info = message.info()?;
        let sequence = info.stream_sequence;
        if sequence <= seen {
            return Ok(None);
        }
        if sequence > seen + 1 {
            let (after, next) = (seen, sequence);
            return Err(self.reading.breaks(Broken::Hole { after, next }));
        }
        let nanos = i64::try_from(info.published.unix_timestamp_nanos()).unwrap_or_default();
        let read = Incoming::read(
            &self.names,
            sequence,
            message.subject.as_str(),
            message.payload.clone(),
            DateTime::from_timestamp_nanos(nanos),
        );
        Ok(Some(Incoming {
            trace: trace_of(message),
            ..read
        }))
    }
}
