//! A1, R2: archived, restored, voided; nothing is ever deleted, and every end says why.

use events::classify::DerivationKind::{Copy, Parallel, Principal};
use events::classify::DocumentStatus;

use super::fixture::{attended_by_b, finished_by_a, held_by_b, office, registered, sent_to_b};
use super::words::{
    acknowledged, archive, archived, derived, finished, recalled, received, rejected, restore,
    restored, sent, void, voided,
};
use crate::document::{Archive, DocumentCommand, DocumentRefusal};

fn stands(status: DocumentStatus) -> DocumentRefusal {
    DocumentRefusal::WrongStatus { status }
}

fn only(code: &str) -> DocumentRefusal {
    DocumentRefusal::NotOfOffice {
        office: office(code),
    }
}

#[test]
fn the_desk_or_the_holder_archives_what_is_finished() {
    (finished_by_a().when("ana", &archive())).then_for(Some(office("A")), [archived()]);
    (attended_by_b().when("bruno", &archive())).then_for(Some(office("B")), [archived()]);
    (attended_by_b().when("ana", &archive())).then_for(Some(office("A")), [archived()]);
    (attended_by_b().when("ciro", &archive())).then_refused(&only("B"));
}

#[test]
fn what_is_out_of_use_can_be_archived_too() {
    let voided = registered().and(voided());
    voided.when("ana", &archive()).then([archived()]);
}

#[test]
fn what_is_open_or_put_away_is_not_archived() {
    for (story, status) in [
        (registered(), DocumentStatus::Registered),
        (sent_to_b(), DocumentStatus::InProcess),
        (finished_by_a().and(archived()), DocumentStatus::Archived),
        (
            registered().and(voided()).and(archived()),
            DocumentStatus::Archived,
        ),
    ] {
        story.when("ana", &archive()).then_refused(&stands(status));
    }
}

#[test]
fn the_archive_knows_class_place_and_years() {
    for retention_years in [0, 101] {
        let command = DocumentCommand::Archive(Archive {
            classification: String::new(),
            retention_years,
            location: "x".repeat(201),
        });
        finished_by_a().when("ana", &command).then_faults(&[
            ("/classification", "length"),
            ("/location", "length"),
            ("/retention_years", "range"),
        ]);
    }
}

#[test]
fn what_is_restored_stands_where_it_stood_before() {
    let attended = || finished_by_a().and(archived());
    (attended().when("ana", &restore())).then_for(Some(office("A")), [restored()]);
    assert_eq!(attended().stands(), ("archived", "A"));
    assert_eq!(attended().and(restored()).stands(), ("attended", "A"));

    let out_of_use = || registered().and(voided()).and(archived());
    out_of_use().when("ana", &restore()).then([restored()]);
    assert_eq!(out_of_use().stands(), ("archived", "A"));
    assert_eq!(out_of_use().and(restored()).stands(), ("voided", "A"));
}

#[test]
fn only_what_is_archived_is_restored() {
    for (story, status) in [
        (registered(), DocumentStatus::Registered),
        (sent_to_b(), DocumentStatus::InProcess),
        (finished_by_a(), DocumentStatus::Attended),
        (registered().and(voided()), DocumentStatus::Voided),
    ] {
        story.when("ana", &restore()).then_refused(&stands(status));
    }
}

#[test]
fn the_desk_or_the_holder_restores_and_says_why_at_some_length() {
    let because = |reason: &str| DocumentCommand::Restore {
        reason: reason.to_owned(),
    };
    let put_away = || attended_by_b().and(archived());
    (put_away().when("bruno", &restore())).then_for(Some(office("B")), [restored()]);
    put_away().when("ciro", &restore()).then_refused(&only("B"));
    for reason in [
        "",
        "nine char",
        &format!("nine char{}", " ".repeat(9)),
        &"x".repeat(1001),
    ] {
        put_away()
            .when("ana", &because(reason))
            .then_faults(&[("/reason", "length")]);
    }
}

/// R2: the number stays used.
#[test]
fn what_nobody_received_can_be_taken_out_of_use() {
    (registered().when("carla", &void())).then_for(Some(office("A")), [voided()]);
    assert_eq!(registered().and(voided()).stands(), ("voided", "A"));
    (sent_to_b().and(rejected(1)))
        .when("carla", &void())
        .then([voided()]);
}

#[test]
fn what_is_on_its_way_is_recalled_when_the_document_is_voided() {
    let on_its_way = registered().and(derived([
        sent(1, Principal, "A", "B"),
        sent(2, Copy, "A", "C"),
    ]));
    on_its_way
        .when("carla", &void())
        .then([recalled(1), recalled(2), voided()]);
}

#[test]
fn what_an_office_received_or_saw_is_not_voided() {
    let refusal = |ordinal| DocumentRefusal::WasReceived { ordinal };
    held_by_b().when("bruno", &void()).then_refused(&refusal(1));
    let parallel = derived([sent(1, Parallel, "A", "B")]);
    (registered().and(parallel).and(received(1)))
        .when("carla", &void())
        .then_refused(&refusal(1));
    let copied = derived([sent(1, Copy, "A", "B")]);
    (registered().and(copied).and(acknowledged(1)))
        .when("carla", &void())
        .then_refused(&refusal(1));
}

#[test]
fn what_is_finished_or_put_away_is_not_voided() {
    for (story, status) in [
        (finished_by_a(), DocumentStatus::Attended),
        (finished_by_a().and(archived()), DocumentStatus::Archived),
        (registered().and(voided()), DocumentStatus::Voided),
    ] {
        story.when("carla", &void()).then_refused(&stands(status));
    }
}

#[test]
fn who_voids_is_of_the_desk_or_holds_it_and_says_why() {
    registered().when("bruno", &void()).then_refused(&only("A"));
    let silent = DocumentCommand::Void {
        reason: " ".to_owned(),
    };
    registered()
        .when("carla", &silent)
        .then_faults(&[("/reason", "length")]);
}

#[test]
fn a_document_can_be_finished_archived_restored_and_archived_again() {
    let again = registered()
        .and(finished("A"))
        .and(archived())
        .and(restored());
    again.when("ana", &archive()).then([archived()]);
}
