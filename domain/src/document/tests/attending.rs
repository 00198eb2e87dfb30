//! D4: attended, sent further, concluded.

use events::DocumentEvent;
use events::classify::DerivationKind::{Copy, Parallel, Principal};
use events::classify::{DerivationStatus, DocumentStatus, Outcome};
use events::document::{DerivationAttended, DocumentAttended};

use super::fixture::{
    Story, attended_by_b, finished_by_a, held_by_b, office, registered, sent_to_b,
};
use super::words::{
    acknowledged, archived, attend, attended, conclude, copy, derived, finished, forwarded,
    parallel, principal, recalled, received, rejected, returned, sent, voided,
};
use crate::document::{Attend, Conclude, DocumentCommand, DocumentRefusal};

/// Principal 1 to B and parallel 2 to C, both received.
fn at_b_and_c() -> Story {
    let both = [sent(1, Principal, "A", "B"), sent(2, Parallel, "A", "C")];
    (registered().and(derived(both)))
        .and(received(1))
        .and(received(2))
}

fn only(code: &str) -> DocumentRefusal {
    DocumentRefusal::NotOfOffice {
        office: office(code),
    }
}

#[test]
fn attending_the_last_open_derivation_finishes_the_document() {
    held_by_b()
        .when("beto", &attend(1, []))
        .then_for(Some(office("B")), [attended(1), finished("B")]);
    assert_eq!(attended_by_b().stands(), ("attended", "B"));
}

#[test]
fn what_is_attended_without_having_been_received_is_received_too() {
    sent_to_b()
        .when("beto", &attend(1, []))
        .then_for(Some(office("B")), [received(1), attended(1), finished("B")]);
}

#[test]
fn how_it_ended_is_said_of_the_derivation_and_of_the_document() {
    let (note, outcome) = (Some("granted".to_owned()), Some(Outcome::Granted));
    let command = DocumentCommand::Attend(Attend {
        ordinal: 1,
        note: note.clone(),
        outcome,
        next_targets: vec![],
    });
    held_by_b().when("beto", &command).then([
        DocumentEvent::DerivationAttended(DerivationAttended {
            ordinal: 1,
            note: note.clone(),
            outcome,
        }),
        DocumentEvent::Attended(DocumentAttended {
            office: office("B"),
            outcome,
            note,
        }),
    ]);
}

#[test]
fn a_document_is_not_attended_while_another_derivation_is_open() {
    at_b_and_c()
        .when("beto", &attend(1, []))
        .then([attended(1)]);
    let waiting = at_b_and_c().and(attended(1));
    assert_eq!(waiting.clone().stands(), ("in_process", "B"));
    waiting
        .when("ciro", &attend(2, []))
        .then([attended(2), finished("C")]);
}

/// I5.
#[test]
fn i5_d4_a_copy_never_blocks_the_end() {
    let copied = || derived([sent(2, Copy, "B", "C")]);
    (held_by_b().and(copied()))
        .when("beto", &attend(1, []))
        .then([attended(1), finished("B")]);
    (registered().and(derived([sent(1, Copy, "A", "B")])))
        .when("carla", &conclude())
        .then([finished("A")]);
}

#[test]
fn attending_can_send_the_document_further() {
    held_by_b()
        .when("beto", &attend(1, [principal("C")]))
        .then([attended(1), derived([sent(2, Principal, "B", "C")])]);
    sent_to_b()
        .when("beto", &attend(1, [principal("C"), copy("A")]))
        .then([
            received(1),
            attended(1),
            derived([sent(2, Principal, "B", "C"), sent(3, Copy, "B", "A")]),
        ]);
    held_by_b()
        .when("beto", &attend(1, [parallel("C")]))
        .then([attended(1), derived([sent(2, Parallel, "B", "C")])]);
}

/// I5.
#[test]
fn sending_nothing_but_copies_further_finishes_the_document() {
    held_by_b().when("beto", &attend(1, [copy("A")])).then([
        attended(1),
        derived([sent(2, Copy, "B", "A")]),
        finished("B"),
    ]);
}

/// D2: a parallel office has no custody to pass on.
#[test]
fn an_office_without_custody_sends_no_principal_further() {
    let both = [sent(1, Principal, "A", "B"), sent(2, Parallel, "A", "C")];
    (registered().and(derived(both)).and(received(2)))
        .when("ciro", &attend(2, [principal("B")]))
        .then_refused(&DocumentRefusal::NotInCustody {
            office: office("A"),
        });
    at_b_and_c()
        .when("ciro", &attend(2, [parallel("A")]))
        .then([attended(2), derived([sent(3, Parallel, "C", "A")])]);
}

/// D2: the holder attends a parallel derivation of its own and passes the document on.
#[test]
fn a_holder_that_attends_a_parallel_forwards_its_principal() {
    let story = registered()
        .and(derived([sent(1, Parallel, "A", "B")]))
        .and(derived([sent(2, Principal, "A", "B")]))
        .and(received(1))
        .and(received(2));
    story
        .when("beto", &attend(1, [principal("C")]))
        .then([attended(1), forwarded(2, [sent(3, Principal, "B", "C")])]);
}

/// D2: the open principal of another office stands in the way.
#[test]
fn a_holder_that_attends_a_parallel_sends_no_second_principal() {
    let story = held_by_b()
        .and(derived([sent(2, Parallel, "B", "C")]))
        .and(received(2))
        .and(derived([sent(3, Parallel, "C", "B")]))
        .and(received(3))
        .and(forwarded(1, [sent(4, Principal, "B", "C")]));
    story
        .when("beto", &attend(3, [principal("A")]))
        .then_refused(&DocumentRefusal::PrincipalOpen { ordinal: 4 });
}

#[test]
fn nobody_attends_for_an_office_of_others() {
    held_by_b()
        .when("ana", &attend(1, []))
        .then_refused(&only("B"));
    sent_to_b()
        .when("ciro", &attend(1, []))
        .then_refused(&only("B"));
}

#[test]
fn what_has_ended_is_not_attended() {
    for (story, status) in [
        (attended_by_b(), DerivationStatus::Attended),
        (sent_to_b().and(rejected(1)), DerivationStatus::Rejected),
        (sent_to_b().and(recalled(1)), DerivationStatus::Recalled),
        (held_by_b().and(returned(1)), DerivationStatus::Returned),
        (
            held_by_b().and(forwarded(1, [sent(2, Principal, "B", "C")])),
            DerivationStatus::Forwarded,
        ),
    ] {
        let refusal = DocumentRefusal::WrongDerivationStatus { ordinal: 1, status };
        story.when("beto", &attend(1, [])).then_refused(&refusal);
    }
}

#[test]
fn what_is_attended_is_checked_before_it_is_recorded() {
    let command = DocumentCommand::Attend(Attend {
        ordinal: 1,
        note: Some(String::new()),
        outcome: None,
        next_targets: vec![principal("B"), principal("D")],
    });
    held_by_b().when("beto", &command).then_faults(&[
        ("/note", "length"),
        ("/next_targets", "principals"),
        ("/next_targets/0/office_id", "same_office"),
        ("/next_targets/1/office_id", "unknown"),
    ]);
}

#[test]
fn the_holder_concludes_a_document_with_nothing_open() {
    (registered().when("carla", &conclude())).then_for(Some(office("A")), [finished("A")]);
    (held_by_b().and(returned(1)))
        .when("carla", &conclude())
        .then_for(Some(office("A")), [finished("A")]);
    (sent_to_b().and(rejected(1)))
        .when("carla", &conclude())
        .then([finished("A")]);
}

#[test]
fn a_conclusion_says_how_it_ended() {
    let (note, outcome) = (Some("no merit".to_owned()), Some(Outcome::Denied));
    let command = |note| DocumentCommand::Conclude(Conclude { outcome, note });
    let expected = DocumentEvent::Attended(DocumentAttended {
        office: office("A"),
        outcome,
        note: note.clone(),
    });
    registered().when("carla", &command(note)).then([expected]);
    registered()
        .when("carla", &command(Some("x".repeat(4001))))
        .then_faults(&[("/note", "length")]);
}

#[test]
fn nothing_is_concluded_while_a_derivation_is_open() {
    let refusal = |ordinal| DocumentRefusal::DerivationOpen { ordinal };
    sent_to_b()
        .when("carla", &conclude())
        .then_refused(&refusal(1));
    held_by_b()
        .when("bruno", &conclude())
        .then_refused(&refusal(1));
    (at_b_and_c().and(attended(1)))
        .when("bruno", &conclude())
        .then_refused(&refusal(2));
}

#[test]
fn nobody_concludes_for_an_office_of_others() {
    registered()
        .when("bruno", &conclude())
        .then_refused(&only("A"));
    (at_b_and_c().and(attended(1)).and(returned(2)))
        .when("carla", &conclude())
        .then_refused(&only("B"));
}

#[test]
fn what_is_finished_is_not_concluded_again() {
    for (story, status) in [
        (finished_by_a(), DocumentStatus::Attended),
        (finished_by_a().and(archived()), DocumentStatus::Archived),
        (registered().and(voided()), DocumentStatus::Voided),
    ] {
        let refusal = DocumentRefusal::WrongStatus { status };
        story.when("carla", &conclude()).then_refused(&refusal);
    }
}

#[test]
fn acknowledging_a_copy_finishes_nothing() {
    let copied = registered().and(derived([sent(1, Copy, "A", "B")]));
    assert_eq!(copied.and(acknowledged(1)).stands(), ("registered", "A"));
}
