//! A log in memory: records with their hash chain, as bytes on subjects, at sequences.

use std::collections::HashMap;

use async_nats::jetstream;
use async_nats::jetstream::stream::Stream;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use events::envelope::StoredEvent;
use events::{
    Actor, Aggregate, CommandId, Envelope, EventId, Fingerprint, Hash, Namespace, Record, wire,
};

use crate::incoming::Incoming;

/// Messages, the first at sequence 1.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestLog {
    pub(crate) names: Namespace,
    pub(crate) messages: Vec<(String, Bytes)>,
    ends: HashMap<String, (Hash, u64)>,
}

impl TestLog {
    /// An empty log.
    pub(crate) fn new(names: &Namespace) -> Self {
        Self {
            names: names.clone(),
            ..Self::default()
        }
    }

    /// Appends a record with these events to the history of `aggregate`.
    pub(crate) fn append<E: StoredEvent>(
        &mut self,
        aggregate: &Aggregate,
        at: DateTime<Utc>,
        by: Actor,
        events: Vec<E>,
    ) {
        let subject = self.names.subject(aggregate);
        let (prev, version) = self.ends.get(&subject).copied().unwrap_or_default();
        let command = CommandId(uuid::Uuid::from_u128(self.messages.len() as u128 + 1));
        let envelope = |(index, event)| Envelope {
            id: EventId::derive(command, &subject, index),
            at,
            by,
            event,
        };
        let record = Record {
            command,
            request: Fingerprint::default(),
            recorded_at: at,
            version,
            prev,
            correlation: command.0,
            causation: None,
            events: events.into_iter().enumerate().map(envelope).collect(),
        };
        let bytes = wire::encode(&record).unwrap();
        let end = (Hash::of(&bytes), record.next_version());
        self.ends.insert(subject.clone(), end);
        self.messages.push((subject, bytes.into()));
    }

    /// Appends any bytes.
    pub(crate) fn append_raw(&mut self, aggregate: &Aggregate, bytes: &'static [u8]) {
        let subject = self.names.subject(aggregate);
        self.messages.push((subject, Bytes::from_static(bytes)));
    }

    /// The messages as the projector reads them.
    pub(crate) fn incoming(&self) -> Vec<Incoming> {
        let read = |(sequence, (subject, body)): (u64, &(String, Bytes))| {
            let stored_at = DateTime::UNIX_EPOCH;
            Incoming::read(&self.names, sequence, subject, body.clone(), stored_at)
        };
        (1..).zip(&self.messages).map(read).collect()
    }

    /// Makes the stream, empty.
    pub(crate) async fn make_stream(&self, client: &async_nats::Client) -> Stream {
        let config = jetstream::stream::Config {
            name: self.names.log_stream(),
            subjects: vec![self.names.log_subjects()],
            storage: jetstream::stream::StorageType::Memory,
            allow_direct: true,
            ..Default::default()
        };
        let jetstream = platform::nats::jetstream(client);
        jetstream.create_stream(config).await.unwrap();
        jetstream.get_stream(self.names.log_stream()).await.unwrap()
    }

    /// Publishes a range of the messages, and waits until they are stored.
    pub(crate) async fn publish(&self, client: &async_nats::Client, range: std::ops::Range<usize>) {
        let jetstream = platform::nats::jetstream(client);
        let mut acks = Vec::new();
        for (subject, body) in &self.messages[range] {
            acks.push(
                jetstream
                    .publish(subject.clone(), body.clone())
                    .await
                    .unwrap(),
            );
            if acks.len() == 500 {
                for ack in acks.drain(..) {
                    ack.await.unwrap();
                }
            }
        }
        for ack in acks {
            ack.await.unwrap();
        }
    }
}
