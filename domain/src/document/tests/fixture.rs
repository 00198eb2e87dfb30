//! The organisation, its people, and what has happened to a document.

use ::directory::{Directory, User};
use chrono::{DateTime, Utc};
use events::classify::{Channel, DerivationKind, Priority, Role, SenderKind};
use events::directory::{Closed, DocumentTypeCreated, OfficeCreated, UserCreated};
use events::document::{DocumentRegistered, Sender};
use events::{
    AnyRecord, CommandId, DocumentEvent, DocumentId, DocumentTypeEvent, DocumentTypeId, Envelope,
    Fingerprint, Hash, OfficeEvent, OfficeId, Record, UserEvent, UserId, legal_date,
};
use uuid::Uuid;

use super::words::{attended, derived, finished, received, sent};
use crate::document::{Document, DocumentCommand};
use crate::spec::{When, given_told, told};

/// When everything happens that no test says another time for.
const EPOCH: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

pub(super) fn office(code: &str) -> OfficeId {
    OfficeId::of_code(code)
}

pub(super) fn user_id(login: &str) -> UserId {
    UserId::of_login(login)
}

pub(super) fn type_id(code: &str) -> DocumentTypeId {
    DocumentTypeId::of_code(code)
}

pub(super) fn user(login: &str) -> User {
    directory().user(user_id(login)).unwrap().clone()
}

/// Offices A, B, C, and D, which is closed; type SOL, and OLD, which is retired.
pub(super) fn directory() -> Directory {
    let mut directory = Directory::default();
    for code in ["A", "B", "C", "D"] {
        let created = OfficeEvent::Created(OfficeCreated {
            office: office(code),
            code: code.to_owned(),
            name: format!("Office {code}"),
            parent: None,
        });
        directory.apply(&AnyRecord::Office(office(code), record(created)));
    }
    let closed = OfficeEvent::Closed(because("merged"));
    directory.apply(&AnyRecord::Office(office("D"), record(closed)));
    for (code, series) in [
        ("SOL", "EXP"),
        ("OFI", "EXP"),
        ("OLD", "EXP"),
        ("BAD", "exp"),
    ] {
        let created = DocumentTypeEvent::Created(DocumentTypeCreated {
            document_type: type_id(code),
            code: code.to_owned(),
            name: format!("Type {code}"),
            series: series.to_owned(),
        });
        directory.apply(&AnyRecord::DocumentType(type_id(code), record(created)));
    }
    let retired = DocumentTypeEvent::Retired(because("not used"));
    directory.apply(&AnyRecord::DocumentType(type_id("OLD"), record(retired)));
    for (login, role, offices) in [
        ("ana", Role::REGISTRAR, vec![office("A")]),
        ("carla", Role::HEAD, vec![office("A")]),
        ("beto", Role::OFFICER, vec![office("B")]),
        ("bruno", Role::HEAD, vec![office("B")]),
        ("gone", Role::OFFICER, vec![office("B")]),
        ("ciro", Role::OFFICER, vec![office("C")]),
        ("dora", Role::ADMIN, vec![]),
        ("ivan", Role::INTEGRATOR, vec![]),
        ("dino", Role::REGISTRAR, vec![office("D")]),
    ] {
        let created = UserEvent::Created(UserCreated {
            user: user_id(login),
            login: login.to_owned(),
            name: login.to_owned(),
            offices,
            roles: [role].into(),
        });
        directory.apply(&AnyRecord::User(user_id(login), record(created)));
    }
    let gone = UserEvent::Deactivated(because("left"));
    directory.apply(&AnyRecord::User(user_id("gone"), record(gone)));
    directory
}

fn because(reason: &str) -> Closed {
    Closed {
        reason: reason.to_owned(),
    }
}

pub(super) fn record<E>(event: E) -> Record<E> {
    Record {
        command: CommandId(Uuid::nil()),
        request: Fingerprint::default(),
        recorded_at: DateTime::<Utc>::UNIX_EPOCH,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: vec![told(DateTime::<Utc>::UNIX_EPOCH, UserId::system(), event)],
    }
}

/// What has happened to one document so far.
#[derive(Clone, Debug)]
pub(super) struct Story(Vec<Envelope<DocumentEvent>>);

/// A document that office A registered.
pub(super) fn registered() -> Story {
    let presented_at = DateTime::<Utc>::UNIX_EPOCH;
    unknown().and(DocumentEvent::Registered(Box::new(DocumentRegistered {
        document: DocumentId(Uuid::from_u128(1)),
        number: "EXP-1969-000007".parse().unwrap(),
        document_type: type_id("SOL"),
        category: None,
        external_number: None,
        sender: nameless(),
        subject: "A licence".to_owned(),
        folios: 3,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: [].into(),
        notes: None,
        answer_required: false,
        presented_at,
        filed_on: legal_date(presented_at),
        registry_office: office("A"),
        deadline: None,
        related_document: None,
        origin: None,
        tracking_token: "0".repeat(32),
        acknowledged_warnings: [].into(),
    })))
}

/// Nothing at all.
pub(super) fn unknown() -> Story {
    Story(vec![])
}

/// A document whose principal derivation 1 went from A to B.
pub(super) fn sent_to_b() -> Story {
    registered().and(derived([sent(1, DerivationKind::Principal, "A", "B")]))
}

/// A document that B received as principal.
pub(super) fn held_by_b() -> Story {
    sent_to_b().and(received(1))
}

/// A document that B attended and thereby finished.
pub(super) fn attended_by_b() -> Story {
    held_by_b().and(attended(1)).and(finished("B"))
}

/// A document that A finished without sending it anywhere.
pub(super) fn finished_by_a() -> Story {
    registered().and(finished("A"))
}

impl Story {
    pub(super) fn and(mut self, event: DocumentEvent) -> Self {
        self.0.push(told(EPOCH, UserId::system(), event));
        self
    }

    /// As [`Self::and`], brought about by the user with this login.
    pub(super) fn by(mut self, login: &str, event: DocumentEvent) -> Self {
        self.0.push(told(EPOCH, user_id(login), event));
        self
    }

    /// The document as it is then.
    pub(super) fn folded(self) -> Document {
        crate::fold(&self.0)
    }

    /// Puts a wish of the user with this login.
    pub(super) fn when(self, login: &str, command: &DocumentCommand) -> When<Document> {
        self.when_at(EPOCH, login, command)
    }

    /// Puts a wish at a time of its own.
    pub(super) fn when_at(
        self,
        at: DateTime<Utc>,
        login: &str,
        command: &DocumentCommand,
    ) -> When<Document> {
        given_told::<Document>(&self.0).when_at(at, &directory(), &user(login), command)
    }

    /// Where the document stands then: its status and its holder.
    pub(super) fn stands(self) -> (&'static str, &'static str) {
        let document = self.folded();
        let dossier = document.dossier().unwrap();
        let codes = ["A", "B", "C", "D"];
        let holder = codes
            .into_iter()
            .find(|code| office(code) == dossier.holder);
        (dossier.phase.status().word(), holder.unwrap())
    }
}

pub(super) fn nameless() -> Sender {
    Sender {
        name: "Somebody".to_owned(),
        kind: SenderKind::None,
        number: None,
        representative: None,
        email: None,
        phone: None,
        address: None,
    }
}
