//! Rules: what the domain makes of a plan, and what the directory needs.

use std::collections::HashSet;

use directory::Directory;
use domain::Decider;
use domain::directory::UserCommand;
use domain::document::Document;
use events::classify::{DocumentStatus, Role};
use events::directory::Closed;
use events::{
    Actor, AnyRecord, CommandId, DocumentEvent, Envelope, EventId, Fingerprint, Hash, OfficeEvent,
    OfficeId, Record, RegistryNumber, UserId,
};

use super::super::decide::{Imported, decide};
use super::super::plan::Plan;
use super::super::prepare::{Prepared, prepare};
use super::super::setup::{Change, foreseen, missing};
use super::{HEADER, at, map, now};

const TOKEN: &str = "00112233445566778899aabbccddeeff";

fn prepared(lines: &[&str]) -> Prepared {
    let text = format!("{HEADER}\n{}\n", lines.join("\n"));
    prepare(text.as_bytes(), map(), now()).unwrap()
}

fn directory(prepared: &Prepared) -> Directory {
    let empty = Directory::default();
    let changes = missing(&prepared.needs, &prepared.map, &empty);
    let (directory, refused) = foreseen(&changes, &empty);
    assert_eq!(refused, []);
    directory
}

fn decided(lines: &[&str]) -> Imported {
    let prepared = prepared(lines);
    let directory = directory(&prepared);
    decide(&prepared.plans[0], &prepared.map, &directory, TOKEN).unwrap()
}

fn kinds(imported: &Imported) -> Vec<&'static str> {
    let number = "EXP-2026-000041".parse().unwrap();
    let history = imported.numbered(&number);
    history.iter().map(|told| told.event.kind()).collect()
}

const WALK: &[&str] = &[
    "7,2026-01-05 10:00:00Z,A,ana,Web,2026-01-05 09:00:00Z,2026-02-05 12:00:00Z,x,In",
    "7,2026-01-06 10:00:00Z,B,beto,,,,,Read",
    "7,2026-01-07 10:00:00Z,C,caro,,,,,Signed",
];

#[test]
fn a_case_becomes_a_history_with_its_own_times_users_and_offices() {
    let imported = decided(WALK);
    assert_eq!(
        kinds(&imported),
        [
            "document.registered",
            "document.derived",
            "derivation.received",
            "document.derived",
            "derivation.received",
            "derivation.attended",
            "document.attended",
        ]
    );
    let number: RegistryNumber = "EXP-2026-000041".parse().unwrap();
    let history = imported.numbered(&number);
    let ids: HashSet<_> = history.iter().map(|told| told.id).collect();
    assert_eq!(ids.len(), history.len());
    let DocumentEvent::Registered(registered) = &history[0].event else {
        panic!("{:?}", history[0]);
    };
    assert_eq!(registered.number, number);
    assert_eq!(registered.presented_at, at("2026-01-05T09:00:00Z"));
    assert_eq!(
        registered.deadline.as_ref().unwrap().due_on.to_string(),
        "2026-02-05"
    );
    let origin = registered.origin.as_ref().unwrap();
    assert_eq!(
        (origin.integration.as_str(), origin.external_id.as_str()),
        ("trial", "7")
    );
    let DocumentEvent::Derived(second) = &history[3].event else {
        panic!("{:?}", history[3]);
    };
    assert_eq!(second.derivations[0].number, "EXP-2026-000041-D02");
    assert_eq!(second.forwards, Some(1));
    assert_eq!(history[3].at, at("2026-01-06T10:00:00Z"));
    assert_eq!(history[3].by.user, UserId::of_login("trial.beto"));
    assert_eq!(history[3].by.office, Some(OfficeId::of_code("B")));
}

#[test]
fn the_state_that_is_reported_is_the_fold_of_the_history() {
    let imported = decided(WALK);
    let history = imported.numbered(&"EXP-2026-000001".parse().unwrap());
    let folded: Document = domain::fold(&history);
    assert_eq!(folded, imported.state);
    let dossier = folded.dossier().unwrap();
    assert_eq!(dossier.phase.status(), DocumentStatus::Attended);
    assert_eq!(folded.last_at(), Some(at("2026-01-07T10:00:00Z")));
}

#[test]
fn a_case_that_never_left_its_office_is_concluded() {
    let imported = decided(&["1,2026-01-05 10:00:00Z,A,ana,,,,x,Done"]);
    assert_eq!(
        kinds(&imported),
        ["document.registered", "document.attended"]
    );
}

#[test]
fn the_same_case_is_the_same_document_and_a_grown_one_another_request() {
    let (once, again) = (decided(WALK), decided(WALK));
    assert_eq!(once, again);
    let shorter = decided(&WALK[..2]);
    assert_eq!(once.document, shorter.document);
    assert_eq!(once.command, shorter.command);
    assert_ne!(once.request, shorter.request);
}

#[test]
fn the_series_is_of_the_year_in_lima() {
    let imported = decided(&["1,2026-01-01 04:59:00Z,A,ana,,,,,"]);
    assert_eq!(imported.series.to_string(), "EXP-2025");
}

#[test]
fn a_deadline_before_the_presentation_is_refused_with_the_rule() {
    let prepared = prepared(&["1,2026-01-05 10:00:00Z,A,ana,,,2026-01-01 10:00:00Z,,"]);
    let directory = directory(&prepared);
    let refused = decide(&prepared.plans[0], &prepared.map, &directory, TOKEN).unwrap_err();
    assert_eq!(
        refused,
        "registered at 2026-01-05 10:00:00 UTC: /due_on is before the day of presentation"
    );
}

#[test]
fn an_office_that_was_closed_meanwhile_takes_nothing() {
    let prepared = prepared(WALK);
    let mut directory = directory(&prepared);
    let command = CommandId(uuid::Uuid::nil());
    let closed = Envelope {
        id: EventId::derive(command, "trial", 0),
        at: now(),
        by: Actor::system(),
        event: OfficeEvent::Closed(Closed {
            reason: "moved".to_owned(),
        }),
    };
    let record = Record {
        command,
        request: Fingerprint::default(),
        recorded_at: now(),
        version: 1,
        prev: Hash::default(),
        correlation: uuid::Uuid::nil(),
        causation: None,
        events: vec![closed],
    };
    directory.apply(&AnyRecord::Office(OfficeId::of_code("B"), record));
    let refused = decide(&prepared.plans[0], &prepared.map, &directory, TOKEN).unwrap_err();
    assert_eq!(
        refused,
        "derived at 2026-01-05 10:00:00 UTC: /targets/0/office_id is no office that takes documents"
    );
}

#[test]
fn users_act_only_for_their_offices() {
    let prepared = prepared(WALK);
    let mut needs = prepared.needs.clone();
    let caro = needs.users.get_mut("trial.caro").unwrap();
    caro.1 = ["A".to_owned()].into();
    let empty = Directory::default();
    let (directory, _) = foreseen(&missing(&needs, &prepared.map, &empty), &empty);
    let refused = decide(&prepared.plans[0], &prepared.map, &directory, TOKEN).unwrap_err();
    assert!(refused.starts_with("received at 2026-01-07"), "{refused}");
}

#[test]
fn a_second_set_up_finds_everything_there() {
    let prepared = prepared(WALK);
    let directory = directory(&prepared);
    assert_eq!(missing(&prepared.needs, &prepared.map, &directory), []);
}

#[test]
fn a_later_file_extends_a_user_and_leaves_the_rest() {
    let first = prepared(WALK);
    let directory = directory(&first);
    let second = prepared(&["8,2026-02-05 10:00:00Z,C,ana,,,,,"]);
    let changes = missing(&second.needs, &second.map, &directory);
    let offices = ["A", "C"].map(OfficeId::of_code).to_vec();
    let extended = UserCommand::Change {
        name: "ana".to_owned(),
        offices,
        roles: [Role::OFFICER].into(),
    };
    let ana = UserId::of_login("trial.ana");
    assert_eq!(changes, [Change::User(ana, extended)]);
    let (directory, refused) = foreseen(&changes, &directory);
    assert_eq!(refused, []);
    assert!(
        directory
            .user(ana)
            .unwrap()
            .belongs_to(OfficeId::of_code("C"))
    );
}

#[test]
fn a_name_the_directory_does_not_take_is_refused_and_so_are_its_cases() {
    let long = "x".repeat(201);
    let line = format!("1,2026-01-05 10:00:00Z,{long},ana,,,,,");
    let prepared = prepared(&[&line]);
    let empty = Directory::default();
    let changes = missing(&prepared.needs, &prepared.map, &empty);
    let (directory, refused) = foreseen(&changes, &empty);
    assert!(refused[0].1.contains("/name"), "{refused:?}");
    assert!(decide(&prepared.plans[0], &prepared.map, &directory, TOKEN).is_err());
}

#[test]
fn cases_are_registered_in_the_order_of_their_first_events() {
    let prepared = prepared(&[
        "late,2026-01-07 10:00:00Z,A,ana,,,,,",
        "early,2026-01-05 10:00:00Z,A,ana,,,,,",
        "tie,2026-01-07 10:00:00Z,A,ana,,,,,",
    ]);
    let cases: Vec<_> = prepared
        .plans
        .iter()
        .map(|plan: &Plan| plan.case.as_str())
        .collect();
    assert_eq!(cases, ["early", "late", "tie"]);
}
