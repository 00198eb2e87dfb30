//! Plans: the steps that a case becomes.

use events::classify::Channel;

use super::super::names::Names;
use super::super::plan::{Act, Needs};
use super::{at, map, planned, read, told};

#[test]
fn each_change_of_office_is_sent_at_the_event_before_and_received_at_its_own() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
        "1,2026-01-05 11:00:00Z,A,eva,,,,,",
        "1,2026-01-05 12:00:00Z,B,beto,,,,yes,",
    ]);
    assert_eq!(
        told(&plan),
        [
            "10:00 ana@A register",
            "11:00 eva@A derive to B",
            "12:00 beto@B receive",
            "12:00 beto@B attend",
        ]
    );
}

#[test]
fn an_empty_office_at_the_start_is_the_first_one_named() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,,ana,,,,,",
        "1,2026-01-05 11:00:00Z,EMPTY,eva,,,,,",
        "1,2026-01-05 12:00:00Z,B,beto,,,,,",
    ]);
    assert_eq!(told(&plan), ["10:00 ana@B register"]);
}

#[test]
fn an_empty_office_in_the_middle_or_at_the_end_stays_with_the_holder() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
        "1,2026-01-05 11:00:00Z,,eva,,,,,",
        "1,2026-01-05 12:00:00Z,B,beto,,,,,",
        "1,2026-01-05 13:00:00Z,EMPTY,caro,,,,x,",
    ]);
    assert_eq!(
        told(&plan),
        [
            "10:00 ana@A register",
            "11:00 eva@A derive to B",
            "12:00 beto@B receive",
            "13:00 caro@B attend",
        ]
    );
}

#[test]
fn a_case_without_any_office_lies_in_the_fallback() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,,ana,,,,x,",
        "1,2026-01-05 11:00:00Z,EMPTY,eva,,,,x,",
    ]);
    assert_eq!(
        told(&plan),
        ["10:00 ana@DESK register", "11:00 eva@DESK attend"]
    );
}

#[test]
fn a_case_without_end_is_not_attended() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
        "1,2026-01-05 11:00:00Z,B,beto,,,,,",
    ]);
    assert_eq!(
        told(&plan),
        [
            "10:00 ana@A register",
            "10:00 ana@A derive to B",
            "11:00 beto@B receive"
        ]
    );
}

#[test]
fn a_single_event_registers_and_if_it_ended_attends() {
    let open = planned(&["1,2026-01-05 10:00:00Z,A,ana,,,,,"]);
    assert_eq!(told(&open), ["10:00 ana@A register"]);
    let ended = planned(&["1,2026-01-05 10:00:00Z,A,ana,,,,x,"]);
    assert_eq!(told(&ended), ["10:00 ana@A register", "10:00 ana@A attend"]);
}

#[test]
fn events_of_one_moment_go_in_the_order_of_the_file() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
        "1,2026-01-05 10:00:00Z,B,beto,,,,,",
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
    ]);
    let offices: Vec<_> = plan.steps.iter().map(|step| step.office.as_str()).collect();
    assert_eq!(offices, ["A", "A", "B", "B", "A"]);
}

#[test]
fn a_start_after_the_first_event_gives_way_to_it_and_is_reported() {
    let early = planned(&["1,2026-01-05 10:00:00Z,A,ana,,2026-01-05 09:00:00Z,,,"]);
    assert_eq!(early.presented_at, at("2026-01-05T09:00:00Z"));
    assert!(!early.presented_late);
    let late = planned(&["1,2026-01-05 10:00:00Z,A,ana,,2026-01-05 10:00:01Z,,,"]);
    assert_eq!(late.presented_at, at("2026-01-05T10:00:00Z"));
    assert!(late.presented_late);
    let none = planned(&["1,2026-01-05 10:00:00Z,A,ana,,,,,"]);
    assert_eq!(none.presented_at, at("2026-01-05T10:00:00Z"));
}

#[test]
fn the_due_date_is_the_day_of_the_deadline_in_lima() {
    let plan = planned(&["1,2026-01-05 10:00:00Z,A,ana,,,2026-02-01 04:59:00Z,,"]);
    assert_eq!(plan.due_on, Some("2026-01-31".parse().unwrap()));
}

#[test]
fn the_channel_comes_by_the_map_else_by_default() {
    let web = planned(&["1,2026-01-05 10:00:00Z,A,ana,Web,,,,"]);
    assert_eq!(web.channel, Channel::Web);
    let other = planned(&["1,2026-01-05 10:00:00Z,A,ana,Pigeon,,,,"]);
    assert_eq!(other.channel, Channel::Counter);
}

#[test]
fn what_was_done_is_told_with_the_derivation_and_the_end() {
    let plan = planned(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,x,Entered",
        "1,2026-01-05 11:00:00Z,B,beto,,,,x,Examined",
    ]);
    let instructions = Some("Examined".to_owned());
    assert!(
        matches!(&plan.steps[1].act, Act::Derive { instructions: told, .. } if *told == instructions)
    );
    assert_eq!(plan.steps[3].act, Act::Attend { note: instructions });
}

#[test]
fn users_belong_to_every_office_they_act_in_and_the_nameless_share_one() {
    let log = read(&[
        "1,2026-01-05 10:00:00Z,A,ana,,,,,",
        "1,2026-01-05 11:00:00Z,B,,,,,,",
        "2,2026-01-05 11:00:00Z,B,ana,,,,,",
        "2,2026-01-05 11:30:00Z,,eva,,,,,",
        "2,2026-01-05 12:00:00Z,,ana,,,,,",
    ]);
    let names = Names::of(&map(), &log.cases);
    let plan = |case| super::plan::plan(case, &map(), &names).unwrap();
    let plans: Vec<_> = log.cases.iter().map(plan).collect();
    let needs = Needs::of(&plans, &names);
    let offices: Vec<_> = needs.offices.keys().map(String::as_str).collect();
    assert_eq!(offices, ["A", "B"]);
    let users: Vec<_> = needs
        .users
        .iter()
        .map(|(login, (_, offices))| {
            let offices: Vec<_> = offices.iter().map(String::as_str).collect();
            (login.as_str(), offices.join(" "))
        })
        .collect();
    assert_eq!(
        users,
        [
            ("trial.ana", "A B".to_owned()),
            ("trial.eva", "B".to_owned()),
            ("trial.unknown", "B".to_owned())
        ]
    );
}

#[test]
fn names_that_would_become_one_are_kept_apart_and_reported() {
    let log = read(&[
        "1,2026-01-05 10:00:00Z,Room 1,ana b,,,,,",
        "1,2026-01-05 11:00:00Z,ROOM-1,ana-b,,,,,",
        "1,2026-01-05 12:00:00Z,desk,unknown,,,,,",
    ]);
    let names = Names::of(&map(), &log.cases);
    assert_eq!(names.collisions.len(), 3, "{:?}", names.collisions);
    assert_ne!(names.office(Some("Room 1")), names.office(Some("ROOM-1")));
    assert_ne!(names.user(Some("ana b")), names.user(Some("ana-b")));
    assert_ne!(names.user(Some("unknown")), names.user(None));
    // The fallback's code is said in the map: a value with that code means that office.
    assert_eq!(names.office(Some("desk")), "DESK");
    assert_eq!(
        Names::of(&map(), &log.cases),
        names,
        "the same names every time"
    );
}
