//! A log as an office of twenty desks writes it: the lives of many documents, interleaved.
//!
//! Each document is registered with its number, sent on, received, assigned, sent on again,
//! answered, and often put away: eight records and nine events on the average, one or two of each a
//! command's. About [`OPEN`] documents are under way at once, and one of them, anyone, moves next.
//! The same number of documents gives the same bytes.

use async_nats::jetstream::Context as JetStream;
use async_nats::jetstream::context::PublishAckFuture;
use chrono::{DateTime, TimeDelta, Utc};
use events::envelope::StoredEvent;
use events::series::NumbersAssigned;
use events::{
    Actor, Aggregate, CommandId, DocumentEvent, Envelope, EventId, Fingerprint, Hash, Namespace,
    Record, SeriesEvent, wire,
};
use uuid::Uuid;

mod life;

use life::{actor, registered, series, step};
pub use life::{document, office};

/// Documents under way at once.
pub const OPEN: usize = 2_000;

/// Documents that take their numbers together.
const TOGETHER: u64 = 20;

/// Publishes whose acknowledgement is waited for together.
const IN_FLIGHT: usize = 500;

/// Seconds from one record to the next.
const PACE: i64 = 20;

/// One message of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its subject.
    pub subject: String,
    /// Its bytes.
    pub body: Vec<u8>,
    /// How many events it has.
    pub events: u64,
}

/// The messages of a log, in order.
#[derive(Debug)]
pub struct History {
    names: Namespace,
    series: Chain,
    open: Vec<Life>,
    registered: u64,
    documents: u64,
    messages: u64,
    waiting: Vec<Message>,
    random: u64,
}

/// Where the history of an aggregate ends.
#[derive(Clone, Copy, Debug, Default)]
struct Chain {
    version: u64,
    prev: Hash,
}

#[derive(Debug)]
struct Life {
    n: u64,
    chain: Chain,
    step: u64,
}

impl History {
    /// The log of `documents` documents from their first to their last day.
    pub fn new(names: &Namespace, documents: u64) -> Self {
        Self {
            names: names.clone(),
            series: Chain::default(),
            open: Vec::new(),
            registered: 0,
            documents,
            messages: 0,
            waiting: Vec::new(),
            random: 0x9e37_79b9_7f4a_7c15,
        }
    }

    /// Appends all of it to the log of its installation, which exists and is empty, and gives the
    /// number of records and of events.
    ///
    /// # Panics
    ///
    /// The log does not take a record.
    pub async fn publish(self, jetstream: &JetStream) -> (u64, u64) {
        let (mut records, mut events) = (0, 0);
        let mut flying: Vec<PublishAckFuture> = Vec::new();
        for message in self {
            records += 1;
            events += message.events;
            let sent = jetstream.publish(message.subject, message.body.into());
            flying.push(sent.await.expect("the log takes a record"));
            if flying.len() == IN_FLIGHT {
                acknowledged(&mut flying).await;
            }
        }
        acknowledged(&mut flying).await;
        (records, events)
    }

    fn next_random(&mut self, below: u64) -> u64 {
        // xorshift: even enough to choose who is next.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn now(&self) -> DateTime<Utc> {
        let begin = DateTime::from_timestamp(1_767_618_000, 0).expect("5 January 2026");
        begin + TimeDelta::seconds(PACE * i64::try_from(self.messages).unwrap_or_default())
    }

    /// The next documents come in.
    fn register(&mut self) {
        let count = TOGETHER.min(self.documents - self.registered);
        let first = self.registered + 1;
        let numbers: Vec<_> = (first..first + count).collect();
        let assigned = SeriesEvent::NumbersAssigned(NumbersAssigned {
            series: series(),
            first,
            count,
            documents: numbers.iter().map(|n| document(*n)).collect(),
        });
        let aggregate = Aggregate::Series(series());
        let mut chain = self.series;
        self.record(&aggregate, &mut chain, Actor::system(), vec![assigned]);
        self.series = chain;
        for n in numbers {
            let registered = DocumentEvent::Registered(Box::new(registered(n, self.now())));
            let mut life = Life {
                n,
                chain: Chain::default(),
                step: 0,
            };
            let by = actor(n, 0);
            let aggregate = Aggregate::Document(document(n));
            self.record(&aggregate, &mut life.chain, by, vec![registered]);
            self.open.push(life);
        }
        self.registered += count;
    }

    /// One of the open documents, anyone, moves.
    fn step(&mut self) {
        let place = self.next_random(self.open.len() as u64);
        let place = usize::try_from(place).unwrap_or_default();
        let mut life = self.open.swap_remove(place);
        let (by, events) = step(life.n, life.step);
        let aggregate = Aggregate::Document(document(life.n));
        self.record(&aggregate, &mut life.chain, by, events);
        life.step += 1;
        // Every other one is put away; the rest end with the answer.
        let steps = 7 + u64::from(life.n.is_multiple_of(2));
        if life.step < steps {
            self.open.push(life);
        }
    }

    fn record<E: StoredEvent>(
        &mut self,
        aggregate: &Aggregate,
        chain: &mut Chain,
        by: Actor,
        events: Vec<E>,
    ) {
        let at = self.now();
        self.messages += 1;
        let subject = self.names.subject(aggregate);
        let command = CommandId(Uuid::from_u128(u128::from(self.messages) << 64 | 0xc0));
        let count = events.len() as u64;
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
            version: chain.version,
            prev: chain.prev,
            correlation: command.0,
            causation: None,
            events: events.into_iter().enumerate().map(envelope).collect(),
        };
        let body = wire::encode(&record).expect("a record has a JSON form");
        *chain = Chain {
            version: record.next_version(),
            prev: Hash::of(&body),
        };
        self.waiting.push(Message {
            subject,
            body,
            events: count,
        });
    }
}

impl Iterator for History {
    type Item = Message;

    fn next(&mut self) -> Option<Message> {
        if self.waiting.is_empty() {
            if self.registered < self.documents && self.open.len() < OPEN {
                self.register();
            } else if !self.open.is_empty() {
                self.step();
            }
            self.waiting.reverse();
        }
        self.waiting.pop()
    }
}

async fn acknowledged(flying: &mut Vec<PublishAckFuture>) {
    for ack in flying.drain(..) {
        ack.await.expect("the log stores a record");
    }
}
