//! R1, R2, R5: the register is in order, and the desk turns nothing away.

use chrono::{DateTime, Utc};
use events::classify::{Channel, Priority, SenderKind};
use events::document::{DocumentRegistered, Origin, Sender};
use events::{DocumentEvent, DocumentId, RegistryNumber};
use uuid::Uuid;

use super::fixture::{directory, nameless, office, registered, type_id, user};
use crate::Context;
use crate::document::{DocumentRefusal, Draft, RegisterDocument};
use crate::spec::faults_of;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-03-02T15:00:00Z")
}

pub(super) fn register() -> RegisterDocument {
    RegisterDocument {
        document_type: type_id("SOL"),
        office: None,
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
        presented_at: None,
        due_on: None,
        related_document: None,
        origin: None,
        acknowledged_warnings: [].into(),
        restricted: None,
    }
}

fn check_at(
    command: RegisterDocument,
    login: &str,
    at: DateTime<Utc>,
) -> Result<Draft, DocumentRefusal> {
    let directory = directory();
    let user = user(login);
    command.check(&Context {
        at,
        user: &user,
        directory: &directory,
    })
}

fn check(command: RegisterDocument) -> Result<Draft, DocumentRefusal> {
    check_at(command, "ana", now())
}

/// What is written in the register, under number 7 of its series.
fn written(draft: Draft) -> DocumentRegistered {
    let series = draft.series().clone();
    let number = RegistryNumber { series, value: 7 };
    let event = draft.registered(DocumentId(Uuid::from_u128(1)), number, "token".to_owned());
    let DocumentEvent::Registered(registered) = event else {
        panic!("{event:?}");
    };
    *registered
}

#[track_caller]
fn assert_faults(command: RegisterDocument, expected: &[(&str, &str)]) {
    let refusal = check(command).unwrap_err();
    assert_eq!(faults_of(&refusal), expected);
}

#[test]
fn all_that_was_said_at_the_desk_is_written_under_the_number() {
    let command = RegisterDocument {
        category: Some("Works".to_owned()),
        external_number: Some("LETTER 7".to_owned()),
        has_annexes: true,
        priority: Priority::Urgent,
        channel: Channel::Post,
        tags: ["works".to_owned()].into(),
        notes: Some("torn".to_owned()),
        answer_required: true,
        related_document: Some(DocumentId(Uuid::from_u128(9))),
        origin: Some(Origin {
            integration: "PIDE".to_owned(),
            external_id: "77".to_owned(),
        }),
        ..register()
    };
    let said = command.clone();
    let written = written(check(command).unwrap());
    assert_eq!(written.number.to_string(), "EXP-2026-000007");
    assert_eq!(
        written,
        DocumentRegistered {
            document: DocumentId(Uuid::from_u128(1)),
            number: "EXP-2026-000007".parse().unwrap(),
            document_type: said.document_type,
            category: said.category,
            external_number: said.external_number,
            sender: said.sender,
            subject: said.subject,
            folios: said.folios,
            has_annexes: said.has_annexes,
            priority: said.priority,
            channel: said.channel,
            tags: said.tags,
            notes: said.notes,
            answer_required: said.answer_required,
            presented_at: now(),
            filed_on: "2026-03-02".parse().unwrap(),
            registry_office: office("A"),
            deadline: Some(directory().term(
                office("A"),
                type_id("SOL"),
                None,
                "2026-03-02".parse().unwrap(),
            )),
            related_document: said.related_document,
            origin: said.origin,
            tracking_token: "token".to_owned(),
            acknowledged_warnings: said.acknowledged_warnings,
        }
    );
}

#[test]
fn a_new_document_is_with_the_office_that_registered_it() {
    assert_eq!(registered().stands(), ("registered", "A"));
}

/// R1: who brings no identity is registered all the same.
#[test]
fn r1_the_desk_takes_a_document_of_a_sender_without_identity() {
    assert!(check(register()).is_ok());
}

/// R2: the year of a series is a year of Lima.
#[test]
fn r2_the_number_comes_from_the_series_of_the_type_in_the_year_of_registration() {
    let last_minute = at("2026-01-01T04:59:59Z");
    let draft = check_at(register(), "ana", last_minute).unwrap();
    assert_eq!(draft.series().to_string(), "EXP-2025");
    let new_year = at("2026-01-01T05:00:00Z");
    let draft = check_at(register(), "ana", new_year).unwrap();
    assert_eq!(draft.series().to_string(), "EXP-2026");
}

/// R5.
#[test]
fn r5_a_document_is_filed_on_the_day_in_lima_on_which_it_was_presented() {
    let command = RegisterDocument {
        presented_at: Some(at("2026-03-02T04:59:59Z")),
        ..register()
    };
    let written = written(check(command).unwrap());
    assert_eq!(written.filed_on.to_string(), "2026-03-01");
    assert_eq!(written.presented_at, at("2026-03-02T04:59:59Z"));
}

#[test]
fn a_document_is_presented_before_it_is_registered() {
    let presented = |presented_at| RegisterDocument {
        presented_at: Some(presented_at),
        ..register()
    };
    assert!(check(presented(now())).is_ok());
    assert_faults(
        presented(at("2026-03-02T15:00:01Z")),
        &[("/presented_at", "future")],
    );
    for long_ago in [at("1899-12-31T23:59:59Z"), DateTime::<Utc>::MIN_UTC] {
        assert_faults(presented(long_ago), &[("/presented_at", "past")]);
    }
}

#[test]
fn a_due_date_that_came_with_the_document_is_its_deadline() {
    let due_on = |day: &str| RegisterDocument {
        due_on: Some(day.parse().unwrap()),
        ..register()
    };
    let written = written(check(due_on("2026-03-02")).unwrap());
    let day = "2026-03-02".parse().unwrap();
    let expected = calendar::Term::given(day, day);
    assert_eq!(written.deadline, Some(expected));
    assert_faults(due_on("2026-03-01"), &[("/due_on", "before_filed")]);
}

#[test]
fn the_usual_office_registers_unless_another_of_the_own_is_named() {
    assert_eq!(check(register()).unwrap().office(), office("A"));
    let named = RegisterDocument {
        office: Some(office("A")),
        ..register()
    };
    assert_eq!(check(named).unwrap().office(), office("A"));
}

/// I10.
#[test]
fn i10_nobody_registers_for_an_office_of_others() {
    let command = RegisterDocument {
        office: Some(office("B")),
        ..register()
    };
    let refusal = DocumentRefusal::NotOfOffice {
        office: office("B"),
    };
    assert_eq!(check(command), Err(refusal));
}

#[test]
fn the_registering_office_must_be_known_and_open() {
    let of = |login: &str| check_at(register(), login, now()).unwrap_err();
    assert_eq!(faults_of(&of("dora")), [("/office_id", "missing")]);
    assert_eq!(faults_of(&of("dino")), [("/office_id", "unknown")]);
    let command = RegisterDocument {
        office: Some(office("X")),
        ..register()
    };
    assert_faults(command, &[("/office_id", "unknown")]);
}

#[test]
fn the_document_type_must_be_in_use_and_have_a_series() {
    let of_type = |code: &str| RegisterDocument {
        document_type: type_id(code),
        ..register()
    };
    assert_faults(of_type("OLD"), &[("/document_type_id", "unknown")]);
    assert_faults(of_type("NEW"), &[("/document_type_id", "unknown")]);
    assert_faults(of_type("BAD"), &[("/document_type_id", "series")]);
}

#[test]
fn an_identity_has_the_form_of_its_kind() {
    let shown = |kind, number: Option<&str>| RegisterDocument {
        sender: Sender {
            kind,
            number: number.map(str::to_owned),
            ..nameless()
        },
        ..register()
    };
    for (kind, number) in [
        (SenderKind::Dni, "12345678"),
        (SenderKind::Ruc, "20123456789"),
        (SenderKind::Ce, "00123456A"),
        (SenderKind::Ce, "001234567890"),
    ] {
        assert!(check(shown(kind, Some(number))).is_ok(), "{kind} {number}");
    }
    for (kind, number) in [
        (SenderKind::Dni, None),
        (SenderKind::Dni, Some("1234567")),
        (SenderKind::Dni, Some("1234567A")),
        (SenderKind::Ruc, Some("2012345678")),
        (SenderKind::Ce, Some("00123456")),
        (SenderKind::Ce, Some("00-123456")),
        (SenderKind::None, Some("12345678")),
    ] {
        assert_faults(shown(kind, number), &[("/sender/number", "identity")]);
    }
}

#[test]
fn an_e_mail_address_looks_like_one() {
    for email in ["ana", "@desk.pe", "ana@desk", "a na@desk.pe"] {
        let sender = Sender {
            email: Some(email.to_owned()),
            ..nameless()
        };
        assert_faults(
            RegisterDocument {
                sender,
                ..register()
            },
            &[("/sender/email", "email")],
        );
    }
}

#[test]
fn every_fault_is_named_at_once() {
    let long = |length: usize| "x".repeat(length);
    let command = RegisterDocument {
        document_type: type_id("OLD"),
        office: Some(office("D")),
        category: Some(long(101)),
        external_number: Some(long(101)),
        sender: Sender {
            name: long(301),
            representative: Some(long(301)),
            phone: Some(long(41)),
            address: Some(long(301)),
            ..nameless()
        },
        subject: long(2001),
        folios: 100_000,
        tags: (0..11).map(|n| format!("{n}")).chain([long(41)]).collect(),
        notes: Some(long(4001)),
        presented_at: Some(at("2026-03-03T00:00:00Z")),
        due_on: Some("2026-03-01".parse().unwrap()),
        origin: Some(Origin {
            integration: String::new(),
            external_id: long(201),
        }),
        ..register()
    };
    assert_faults(
        command,
        &[
            ("/document_type_id", "unknown"),
            ("/office_id", "unknown"),
            ("/sender/name", "length"),
            ("/sender/representative", "length"),
            ("/sender/phone", "length"),
            ("/sender/address", "length"),
            ("/tags", "too_many"),
            ("/tags/11", "length"),
            ("/category", "length"),
            ("/folios", "range"),
            ("/subject", "length"),
            ("/external_number", "length"),
            ("/notes", "length"),
            ("/origin/integration", "length"),
            ("/origin/external_id", "length"),
            ("/presented_at", "future"),
            ("/due_on", "before_filed"),
        ],
    );
}

#[test]
fn a_subject_and_a_sheet_there_must_be() {
    let command = RegisterDocument {
        subject: " \n ".to_owned(),
        folios: 0,
        ..register()
    };
    assert_faults(command, &[("/folios", "range"), ("/subject", "length")]);
}

#[test]
fn what_no_screen_can_show_is_not_written_but_lines_and_tabs_are() {
    let subject = |subject: &str| RegisterDocument {
        subject: subject.to_owned(),
        ..register()
    };
    assert!(check(subject("A licence\n\tfor a shop")).is_ok());
    assert_faults(
        subject("A\u{0}licence"),
        &[("/subject", "control_character")],
    );
    assert_faults(
        subject("A\u{1b}[2Jlicence"),
        &[("/subject", "control_character")],
    );
}
