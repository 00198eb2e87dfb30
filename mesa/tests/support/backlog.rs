//! A backlog in the log: whole lives of documents, decided by the domain as the command side
//! does it, and appended in bulk, faster than clients could ask for it.

use std::sync::Arc;

use async_nats::HeaderMap;
use async_nats::jetstream::Context as JetStream;
use chrono::{DateTime, TimeDelta, Utc};
use directory::{Directory, User};
use domain::document::{Attend, Derive, Document, DocumentCommand, RegisterDocument, Target};
use domain::series::{Series, SeriesCommand};
use domain::{Context, Decider};
use events::classify::{Channel, DerivationKind, Outcome, Priority, SenderKind};
use events::document::Sender;
use events::envelope::StoredEvent;
use events::{
    Actor, Aggregate, CommandId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, EventId,
    Fingerprint, Hash, Namespace, OfficeId, Record, RegistryNumber, UserId, wire,
};
use futures::future::join_all;

/// Documents that take their numbers together.
const TOGETHER: usize = 250;
/// Events of each document.
pub(crate) const EVENTS: u64 = 10;
/// Records of each document.
const RECORDS: u64 = 8;

/// Puts histories in the log.
pub(crate) struct Backlog {
    jetstream: JetStream,
    names: Namespace,
    directory: Arc<Directory>,
    now: DateTime<Utc>,
}

/// A history that grows.
struct History<D> {
    aggregate: Aggregate,
    state: D,
    version: u64,
    prev: Hash,
}

impl<D: Decider> History<D> {
    fn of(aggregate: Aggregate) -> Self {
        Self {
            aggregate,
            state: D::default(),
            version: 0,
            prev: Hash::default(),
        }
    }
}

impl Backlog {
    pub(crate) fn new(
        jetstream: JetStream,
        names: &Namespace,
        directory: Arc<Directory>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            jetstream,
            names: names.clone(),
            directory,
            now,
        }
    }

    /// Appends the lives of `documents` documents, a multiple of 250, to a log without any, and
    /// gives the number of records.
    pub(crate) async fn append(&self, documents: usize) -> u64 {
        let ana = self.user("ana");
        let context = self.context(&ana, 0);
        let draft = registration().check(&context).unwrap();
        let id = draft.series().clone();
        let mut series = History::<Series>::of(Aggregate::Series(id.clone()));
        for chunk in 0..documents / TOGETHER {
            let first = series.state.next();
            let chosen: Vec<_> = (0..TOGETHER)
                .map(|n| document(chunk * TOGETHER + n))
                .collect();
            let assign = SeriesCommand::Assign {
                series: id.clone(),
                documents: chosen.clone(),
            };
            let assigned = series.state.decide(&assign, &context).unwrap().events;
            self.record(&mut series, Actor::system(), 0, assigned).await;
            let lives = chosen.into_iter().zip(first..).map(|(document, value)| {
                let number = RegistryNumber {
                    series: id.clone(),
                    value,
                };
                let token = format!("{:032x}", document.0.as_u128());
                let registered = draft.clone().registered(document, number, token);
                self.life(document, registered)
            });
            join_all(lives).await;
        }
        let chunks = documents / TOGETHER;
        documents as u64 * RECORDS + chunks as u64
    }

    /// Desk to logistics with a copy to legal; on to legal; the end.
    async fn life(&self, document: DocumentId, registered: DocumentEvent) {
        let mut history = History::<Document>::of(Aggregate::Document(document));
        let (desk, logistics) = (OfficeId::of_code("MP"), OfficeId::of_code("LOG"));
        let legal = OfficeId::of_code("LEG");
        let ana = Actor::of(UserId::of_login("ana"), Some(desk));
        self.record(&mut history, ana, 0, vec![registered]).await;
        let both = vec![
            to(logistics, DerivationKind::Principal),
            to(legal, DerivationKind::Copy),
        ];
        let derive = DocumentCommand::Derive(Derive {
            targets: both,
            reason: None,
        });
        let attend = |ordinal, next_targets: Vec<Target>| {
            DocumentCommand::Attend(Attend {
                ordinal,
                note: Some("visto".to_owned()),
                outcome: next_targets.is_empty().then_some(Outcome::Granted),
                next_targets,
            })
        };
        let assign = DocumentCommand::Assign {
            ordinal: 1,
            user: UserId::of_login("luis"),
        };
        let onwards = vec![to(legal, DerivationKind::Principal)];
        for (minute, login, command) in [
            (5, "ana", derive),
            (9, "lea", DocumentCommand::Acknowledge { ordinal: 2 }),
            (20, "luis", DocumentCommand::Receive { ordinal: 1 }),
            (21, "luis", assign),
            (50, "luis", attend(1, onwards)),
            (70, "lea", DocumentCommand::Receive { ordinal: 3 }),
            (90, "lea", attend(3, vec![])),
        ] {
            let user = self.user(login);
            let decided = history.state.decide(&command, &self.context(&user, minute));
            let decided = decided.unwrap();
            let by = Actor::of(user.id, decided.office);
            self.record(&mut history, by, minute, decided.events).await;
        }
        assert_eq!(history.version, EVENTS);
    }

    /// Appends one record and takes it in.
    async fn record<D: Decider>(
        &self,
        history: &mut History<D>,
        by: Actor,
        minute: i64,
        events: Vec<D::Event>,
    ) where
        D::Event: StoredEvent,
    {
        let aggregate = history.aggregate.to_string();
        let key = format!("{aggregate} {}", history.version);
        let command = CommandId::derive(by.user, "backlog", &key);
        let at = self.at(minute);
        let envelope = |(index, event)| Envelope {
            id: EventId::derive(command, &aggregate, index),
            at,
            by,
            event,
        };
        let record = Record {
            command,
            request: Fingerprint::of("backlog", key.as_bytes()),
            recorded_at: self.now,
            version: history.version,
            prev: history.prev,
            correlation: command.0,
            causation: None,
            events: events.into_iter().enumerate().map(envelope).collect(),
        };
        let body = wire::encode(&record).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in wire::headers(&record, self.names.as_str(), &body) {
            headers.insert(name, value);
        }
        headers.insert(wire::MSG_ID, command.to_string());
        for event in &record.events {
            history.state.evolve(event);
        }
        history.version = record.next_version();
        history.prev = Hash::of(&body);
        let subject = self.names.subject(&history.aggregate);
        let sent = self
            .jetstream
            .publish_with_headers(subject, headers, body.into());
        sent.await.unwrap().await.unwrap();
    }

    fn user(&self, login: &str) -> User {
        let user = self.directory.user(UserId::of_login(login));
        user.unwrap().clone()
    }

    fn context<'a>(&'a self, user: &'a User, minute: i64) -> Context<'a> {
        Context {
            at: self.at(minute),
            user,
            directory: &self.directory,
        }
    }

    /// Some minutes after the beginning, which was yesterday.
    fn at(&self, minute: i64) -> DateTime<Utc> {
        self.now - TimeDelta::days(1) + TimeDelta::minutes(minute)
    }
}

fn document(n: usize) -> DocumentId {
    let command = CommandId::derive(UserId::of_login("ana"), "backlog", &n.to_string());
    DocumentId::registered_by(command)
}

fn to(office: OfficeId, kind: DerivationKind) -> Target {
    Target {
        office,
        kind,
        user: None,
        instructions: Some("atender".to_owned()),
        urgent: false,
        answer_required: false,
        due_on: None,
    }
}

fn registration() -> RegisterDocument {
    RegisterDocument {
        acknowledged_warnings: std::collections::BTreeSet::new(),
        restricted: None,
        document_type: DocumentTypeId::of_code("SOL"),
        office: None,
        category: None,
        external_number: None,
        sender: Sender {
            name: "Rosa Quispe".to_owned(),
            kind: SenderKind::Dni,
            number: Some("12345678".to_owned()),
            representative: None,
            email: None,
            phone: None,
            address: None,
        },
        subject: "Solicita copia de planos".to_owned(),
        folios: 3,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: ["planos".to_owned()].into(),
        notes: None,
        answer_required: true,
        presented_at: None,
        due_on: None,
        related_document: None,
        origin: None,
    }
}
