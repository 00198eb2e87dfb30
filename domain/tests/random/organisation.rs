//! The organisation in which random histories happen.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use directory::{Directory, User};
use domain::spec::told;
use events::classify::Role;
use events::clock::DayDeclared;
use events::directory::{Closed, DocumentTypeCreated, OfficeCreated, UserCreated};
use events::{
    AnyRecord, CalendarEvent, CommandId, DocumentTypeEvent, DocumentTypeId, Fingerprint, Hash,
    OfficeEvent, OfficeId, Record, UserEvent, UserId,
};
use uuid::Uuid;

/// Each office has an officer and a head; one works in two, one in none, and one is Mesa itself.
const LOGINS: [(&str, Role, &[&str]); 10] = [
    ("ana", Role::REGISTRAR, &["A"]),
    ("carla", Role::HEAD, &["A"]),
    ("beto", Role::OFFICER, &["B"]),
    ("bruno", Role::HEAD, &["B"]),
    ("ciro", Role::OFFICER, &["C"]),
    ("celia", Role::HEAD, &["C"]),
    ("dario", Role::OFFICER, &["D"]),
    ("delia", Role::HEAD, &["D"]),
    ("eva", Role::OFFICER, &["B", "C"]),
    ("nadia", Role::OFFICER, &[]),
];

/// Offices A, B, C, D, and X, which is closed.
pub(crate) static DIRECTORY: LazyLock<Directory> = LazyLock::new(|| {
    let mut directory = Directory::default();
    for code in ["A", "B", "C", "D", "X"] {
        let office = OfficeId::of_code(code);
        let created = OfficeEvent::Created(OfficeCreated {
            office,
            code: code.to_owned(),
            name: code.to_owned(),
            parent: None,
        });
        directory.apply(&AnyRecord::Office(office, record(created)));
    }
    let closed = OfficeEvent::Closed(Closed {
        reason: "merged".to_owned(),
    });
    let office = OfficeId::of_code("X");
    directory.apply(&AnyRecord::Office(office, record(closed)));
    let document_type = DocumentTypeId::of_code("SOL");
    let created = DocumentTypeEvent::Created(DocumentTypeCreated {
        document_type,
        code: "SOL".to_owned(),
        name: "Request".to_owned(),
        series: "EXP".to_owned(),
    });
    directory.apply(&AnyRecord::DocumentType(document_type, record(created)));
    // The holidays became known after the documents of the histories were registered.
    for (version, day) in (0..).zip(calendar::national::days()) {
        let reason = "a decree".to_owned();
        let declared = CalendarEvent::DayDeclared(DayDeclared { day, reason });
        let record = record(declared);
        directory.apply(&AnyRecord::Calendar(Record { version, ..record }));
    }
    for (login, role, offices) in LOGINS {
        let user = UserId::of_login(login);
        let created = UserEvent::Created(UserCreated {
            user,
            login: login.to_owned(),
            name: login.to_owned(),
            offices: offices.iter().map(|code| OfficeId::of_code(code)).collect(),
            roles: [role].into(),
        });
        directory.apply(&AnyRecord::User(user, record(created)));
    }
    directory
});

/// Everybody, the registrar of A first, Mesa itself last.
pub(crate) static PEOPLE: LazyLock<Vec<User>> = LazyLock::new(|| {
    let people = LOGINS.iter().map(|(login, ..)| UserId::of_login(login));
    people
        .map(|id| DIRECTORY.user(id).unwrap().clone())
        .chain([User::system()])
        .collect()
});

fn record<E>(event: E) -> Record<E> {
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
