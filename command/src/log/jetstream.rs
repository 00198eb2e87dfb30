//! The event log on `JetStream`: two streams, one literal subject per aggregate.
//!
//! Single records are published with the subject's expected last sequence and the command as
//! message id. Batches are atomic publishes of the server's: every message carries the batch's id
//! and its place in it, the last one commits, and until then nothing is stored. Only the commit is
//! answered: a first message that is not taken, because too many batches are open (10210), shows
//! there as an incomplete batch (10176).

use std::time::Duration;

use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};
use async_nats::jetstream::{Context, ErrorCode, stream};
use async_nats::{HeaderMap, Message, Request, RequestErrorKind, connection::State};
use bytes::Bytes;
use events::{Aggregate, Namespace, wire};
use futures::FutureExt;
use futures::future::BoxFuture;
use platform::crash;
use platform::ids::{Ids, SystemIds};
use platform::nats::stream::{StreamError, ensure_stream};
use serde::Deserialize;

use super::direct::{first, history};
use super::full::Full;
use super::{AppendError, Cause, Entry, EventLog, ReadError, Stored, figures};

/// How long a commit may take.
const COMMIT: Duration = Duration::from_secs(1);
/// How long a read may take.
const READ: Duration = Duration::from_millis(700);
/// How long the server tells duplicates by their message id.
const DUPLICATES: Duration = Duration::from_mins(10);

const BATCH_ID: &str = "Nats-Batch-Id";
const BATCH_SEQUENCE: &str = "Nats-Batch-Sequence";
const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// What an installation may choose about its streams; used when they are made.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many servers hold each.
    pub replicas: usize,
    /// The most bytes of the log; beyond, appends are refused (problem 507) and nothing is lost.
    pub max_bytes: Option<i64>,
}

/// The event log on `JetStream`.
#[derive(Clone, Debug)]
pub struct JetStreamLog {
    jetstream: Context,
    names: Namespace,
    full: Full,
}

impl JetStreamLog {
    /// The log in `names`, whose streams are made now if they are missing.
    ///
    /// # Errors
    ///
    /// [`StreamError`] when NATS does not answer, or a stream is there but breaks a promise.
    pub async fn open(
        jetstream: Context,
        names: Namespace,
        limits: Limits,
    ) -> Result<Self, StreamError> {
        for stream in expected(&names, limits) {
            ensure_stream(&jetstream, &stream).await?;
        }
        Ok(Self {
            jetstream,
            names,
            full: Full::default(),
        })
    }

    /// Whether there was no room the last time.
    pub fn full(&self) -> Full {
        self.full.clone()
    }

    fn stream_of(&self, aggregate: &Aggregate) -> String {
        if aggregate.is_in_log() {
            self.names.log_stream()
        } else {
            self.names.directory_stream()
        }
    }

    /// Fails early, and surely, while there is no connection: what is published then would be kept
    /// and sent later.
    fn connected(&self) -> Result<(), Cause> {
        match self.jetstream.client().connection_state() {
            State::Connected => Ok(()),
            State::Pending | State::Disconnected => Err("not connected to NATS".into()),
        }
    }

    async fn publish(
        &self,
        subject: String,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Message, AppendError> {
        let request = Request::new()
            .headers(headers)
            .payload(body)
            .timeout(Some(COMMIT));
        let sent = self.jetstream.client().send_request(subject, request).await;
        sent.map_err(|error| match error.kind() {
            RequestErrorKind::NoResponders
            | RequestErrorKind::InvalidSubject
            | RequestErrorKind::MaxPayloadExceeded => AppendError::Unavailable(error.into()),
            RequestErrorKind::TimedOut | RequestErrorKind::Other => {
                AppendError::Unknown(error.into())
            }
        })
    }

    async fn append_one(&self, entry: Entry) -> Result<u64, AppendError> {
        self.connected().map_err(AppendError::Unavailable)?;
        let subject = self.names.subject(&entry.aggregate);
        let mut headers = headers(&entry);
        headers.insert(wire::MSG_ID, entry.message_id.as_str());
        let reply = self.publish(subject, headers, entry.body).await?;
        crash::point("command.published");
        acknowledged(&reply)
    }

    async fn append_batch(&self, entries: Vec<Entry>) -> Result<u64, AppendError> {
        self.connected().map_err(AppendError::Unavailable)?;
        let batch = SystemIds.next().simple().to_string();
        let count = entries.len();
        for (place, entry) in (1..).zip(entries) {
            let subject = self.names.subject(&entry.aggregate);
            let mut headers = headers(&entry);
            headers.insert(BATCH_ID, batch.as_str());
            headers.insert(BATCH_SEQUENCE, place.to_string());
            if place == count {
                headers.insert(BATCH_COMMIT, "1");
                let reply = self.publish(subject, headers, entry.body).await?;
                crash::point("numbering.committed");
                return acknowledged(&reply);
            }
            self.jetstream
                .client()
                .publish_with_headers(subject, headers, entry.body)
                .await
                .map_err(|error| AppendError::Unavailable(error.into()))?;
            if place == count / 2 && crash::due("numbering.half_a_batch") {
                let _ = self.jetstream.client().flush().await;
                crash::now("numbering.half_a_batch");
            }
        }
        Err(AppendError::Busy)
    }

    async fn raw(
        &self,
        aggregate: &Aggregate,
        ask: Ask,
    ) -> Result<Option<(Aggregate, Stored)>, Cause> {
        let stream = self
            .jetstream
            .get_stream_no_info(self.stream_of(aggregate))
            .await?;
        let builder = stream.raw_message_builder();
        let found = match ask {
            Ask::Last => builder.last_by_subject(self.names.subject(aggregate)),
            Ask::At(sequence) => builder.sequence(sequence),
        }
        .send()
        .await;
        let message = match found {
            Ok(message) => message,
            Err(error) if error.kind() == stream::LastRawMessageErrorKind::NoMessageFound => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let of = self
            .names
            .aggregate(&message.subject)
            .ok_or_else(|| format!("the subject {} names no aggregate", message.subject))?;
        let stored = Stored {
            sequence: message.sequence,
            bytes: message.payload,
        };
        Ok(Some((of, stored)))
    }

    async fn raw_in_time(
        &self,
        aggregate: &Aggregate,
        ask: Ask,
    ) -> Result<Option<(Aggregate, Stored)>, ReadError> {
        self.connected().map_err(ReadError)?;
        match tokio::time::timeout(READ, self.raw(aggregate, ask)).await {
            Ok(found) => found.map_err(ReadError),
            Err(late) => Err(ReadError(late.into())),
        }
    }
}

#[derive(Clone, Copy)]
enum Ask {
    Last,
    At(u64),
}

impl EventLog for JetStreamLog {
    fn read<'a>(
        &'a self,
        aggregate: &'a Aggregate,
        after: u64,
    ) -> BoxFuture<'a, Result<Vec<Stored>, ReadError>> {
        async move {
            self.connected().map_err(ReadError)?;
            let stream = self.stream_of(aggregate);
            let subject = self.names.subject(aggregate);
            let found = history(&self.jetstream, &stream, &subject, after, READ).await;
            found.map_err(ReadError)
        }
        .boxed()
    }

    fn first<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        async move {
            self.connected().map_err(ReadError)?;
            let stream = self.stream_of(aggregate);
            let subject = self.names.subject(aggregate);
            let found = first(&self.jetstream, &stream, &subject, READ).await;
            found.map_err(ReadError)
        }
        .boxed()
    }

    fn last<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        async move {
            let found = self.raw_in_time(aggregate, Ask::Last).await?;
            Ok(found.map(|(_, stored)| stored))
        }
        .boxed()
    }

    fn at<'a>(
        &'a self,
        like: &'a Aggregate,
        sequence: u64,
    ) -> BoxFuture<'a, Result<Option<(Aggregate, Stored)>, ReadError>> {
        self.raw_in_time(like, Ask::At(sequence)).boxed()
    }

    fn append(&self, entry: Entry) -> BoxFuture<'_, Result<u64, AppendError>> {
        async move {
            let outcome = figures::RECORD.measure(self.append_one(entry)).await;
            self.full.noted(outcome)
        }
        .boxed()
    }

    fn append_all(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<u64, AppendError>> {
        async move {
            let outcome = figures::BATCH.measure(self.append_batch(entries)).await;
            self.full.noted(outcome)
        }
        .boxed()
    }
}

/// The two streams as they must be: the log, and the directory.
pub fn expected(names: &Namespace, limits: Limits) -> [Config; 2] {
    [
        config(names.log_stream(), names.log_subjects(), limits),
        config(names.directory_stream(), names.directory_subjects(), limits),
    ]
}

fn config(name: String, subjects: String, limits: Limits) -> Config {
    Config {
        name,
        subjects: vec![subjects],
        storage: StorageType::File,
        num_replicas: limits.replicas,
        max_bytes: limits.max_bytes.unwrap_or(-1),
        discard: DiscardPolicy::New,
        duplicate_window: DUPLICATES,
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        allow_atomic_publish: true,
        ..Config::default()
    }
}

fn headers(entry: &Entry) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &entry.headers {
        headers.insert(*name, value.as_str());
    }
    headers.insert(wire::EXPECTED_SEQUENCE, entry.expected.to_string());
    headers
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    seq: u64,
    #[serde(default)]
    duplicate: bool,
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    err_code: u64,
    description: String,
}

/// Reads the reply to an append.
fn acknowledged(message: &Message) -> Result<u64, AppendError> {
    let reply: Reply = serde_json::from_slice(&message.payload)
        .map_err(|error| AppendError::Unknown(error.into()))?;
    match reply.error {
        Some(fault) => Err(refused(fault)),
        None if reply.duplicate => Err(AppendError::Duplicate {
            sequence: reply.seq,
        }),
        None => Ok(reply.seq),
    }
}

fn refused(fault: Fault) -> AppendError {
    const CONFLICT: u64 = ErrorCode::STREAM_WRONG_LAST_SEQUENCE.0;
    const FULL: u64 = ErrorCode::STREAM_STORE_FAILED.0;
    const OUT_OF_RESOURCES: u64 = ErrorCode::INSUFFICIENT_RESOURCES.0;
    const RACING: u64 = ErrorCode::STREAM_WRONG_LAST_SEQUENCE_CONSTANT.0;
    const INCOMPLETE: u64 = ErrorCode::ATOMIC_PUBLISH_INCOMPLETE_BATCH.0;
    const TOO_MANY: u64 = ErrorCode::ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.0;
    match fault.err_code {
        CONFLICT => AppendError::Conflict,
        FULL | OUT_OF_RESOURCES => AppendError::Full,
        RACING | INCOMPLETE | TOO_MANY => AppendError::Busy,
        code => AppendError::Refused {
            code,
            description: fault.description,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(payload: &'static str) -> Message {
        Message {
            subject: "inbox".into(),
            reply: None,
            payload: Bytes::from_static(payload.as_bytes()),
            headers: None,
            status: None,
            description: None,
            length: 0,
        }
    }

    #[test]
    fn a_wrong_sequence_is_a_conflict_and_a_full_store_is_full() {
        let wrong = reply(r#"{"error":{"code":400,"err_code":10071,"description":"w"}}"#);
        let full = reply(r#"{"error":{"code":503,"err_code":10077,"description":"f"}}"#);
        assert!(matches!(acknowledged(&wrong), Err(AppendError::Conflict)));
        assert!(matches!(acknowledged(&full), Err(AppendError::Full)));
    }

    #[test]
    fn a_batch_in_flight_elsewhere_is_busy() {
        for code in [10164, 10176, 10210] {
            let fault = Fault {
                err_code: code,
                description: String::new(),
            };
            assert!(matches!(refused(fault), AppendError::Busy), "{code}");
        }
    }

    #[test]
    fn a_duplicate_says_where_the_first_stands() {
        let again = reply(r#"{"stream":"MESA_LOG","seq":7,"duplicate":true}"#);
        let Err(AppendError::Duplicate { sequence }) = acknowledged(&again) else {
            panic!("a duplicate is not an append");
        };
        assert_eq!(sequence, 7);
    }
}
