//! D1, D2: who sends a document where, and who has custody meanwhile.

use events::DocumentEvent;
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus};
use events::document::{DerivationSent, DocumentDerived};

use super::fixture::{
    attended_by_b, finished_by_a, held_by_b, office, registered, sent_to_b, user_id,
};
use super::words::{
    acknowledged, archived, attended, copy, derive, derived, forwarded, parallel, principal,
    recall, recalled, received, rejected, sent, voided,
};
use crate::document::{Derive, DocumentCommand, DocumentRefusal, Target};

use DerivationKind::{Copy, Parallel, Principal};

/// As [`derive`], to one principal target, saying why an attended document is opened again.
fn derive_because(reason: &str) -> DocumentCommand {
    DocumentCommand::Derive(Derive {
        targets: vec![principal("C")],
        reason: Some(reason.to_owned()),
    })
}

#[test]
fn the_holder_sends_a_document_to_another_office() {
    registered()
        .when("ana", &derive([principal("B")]))
        .then_for(Some(office("A")), [derived([sent(1, Principal, "A", "B")])]);
}

#[test]
fn a_derivation_says_who_is_to_do_what_by_when() {
    let target = Target {
        user: Some(user_id("beto")),
        instructions: Some("report".to_owned()),
        urgent: true,
        answer_required: true,
        due_on: Some("1969-12-31".parse().unwrap()),
        ..principal("B")
    };
    let expected = DerivationSent {
        to_user: Some(user_id("beto")),
        instructions: Some("report".to_owned()),
        urgent: true,
        answer_required: true,
        due_on: Some("1969-12-31".parse().unwrap()),
        ..sent(1, Principal, "A", "B")
    };
    registered()
        .when("ana", &derive([target]))
        .then([derived([expected])]);
}

/// D1.
#[test]
fn d1_one_command_sends_to_several_offices_with_consecutive_ordinals() {
    held_by_b()
        .when("beto", &derive([parallel("A"), principal("C")]))
        .then([forwarded(
            1,
            [sent(2, Parallel, "B", "A"), sent(3, Principal, "B", "C")],
        )]);
}

#[test]
fn only_the_holder_office_sends_a_document_on() {
    let only = |code| DocumentRefusal::NotOfOffice {
        office: office(code),
    };
    (registered().when("beto", &derive([principal("C")]))).then_refused(&only("A"));
    (sent_to_b().when("beto", &derive([copy("C")]))).then_refused(&only("A"));
    (held_by_b().when("ana", &derive([copy("C")]))).then_refused(&only("B"));
}

/// D2: in transit, a document is still with its origin.
#[test]
fn d2_custody_moves_when_the_target_receives_not_when_the_origin_sends() {
    assert_eq!(sent_to_b().stands(), ("in_process", "A"));
    assert_eq!(held_by_b().stands(), ("in_process", "B"));
}

/// D2.
#[test]
fn d2_i2_a_second_principal_waits_for_the_first() {
    sent_to_b()
        .when("ana", &derive([principal("C")]))
        .then_refused(&DocumentRefusal::PrincipalOpen { ordinal: 1 });
    sent_to_b()
        .when("ana", &derive([parallel("C")]))
        .then([derived([sent(2, Parallel, "A", "C")])]);
}

/// D2: who received it and sends it on closes the own derivation.
#[test]
fn sending_on_as_principal_forwards_the_derivation_that_brought_it() {
    let on = forwarded(1, [sent(2, Principal, "B", "C")]);
    (held_by_b().when("beto", &derive([principal("C")]))).then([on.clone()]);
    assert_eq!(held_by_b().and(on.clone()).stands(), ("in_process", "B"));
    assert_eq!(
        held_by_b().and(on).and(received(2)).stands(),
        ("in_process", "C")
    );
}

#[test]
fn sending_on_as_parallel_or_copy_leaves_the_own_derivation_open() {
    held_by_b()
        .when("beto", &derive([parallel("A"), copy("C")]))
        .then([derived([
            sent(2, Parallel, "B", "A"),
            sent(3, Copy, "B", "C"),
        ])]);
}

/// I5.
#[test]
fn i5_a_copy_changes_neither_status_nor_custody() {
    let copied = registered().and(derived([sent(1, Copy, "A", "B")]));
    assert_eq!(copied.clone().stands(), ("registered", "A"));
    assert_eq!(copied.and(acknowledged(1)).stands(), ("registered", "A"));
}

#[test]
fn a_parallel_derivation_leaves_custody_where_it_is() {
    let parallel = registered().and(derived([sent(1, Parallel, "A", "B")]));
    assert_eq!(parallel.and(received(1)).stands(), ("in_process", "A"));
}

#[test]
fn an_attended_document_is_opened_again_only_for_a_reason() {
    (attended_by_b().when("beto", &derive([principal("C")])))
        .then_refused(&DocumentRefusal::ReasonNeeded);
    (attended_by_b().when("beto", &derive([parallel("C")])))
        .then_refused(&DocumentRefusal::ReasonNeeded);
    let again = DocumentEvent::Derived(DocumentDerived {
        derivations: vec![sent(2, Principal, "B", "C")],
        forwards: None,
        reopens: Some("an appeal".to_owned()),
    });
    (attended_by_b().when("beto", &derive_because("an appeal"))).then([again.clone()]);
    assert_eq!(attended_by_b().and(again).stands(), ("in_process", "B"));
}

/// I5.
#[test]
fn a_copy_of_an_attended_document_needs_no_reason_and_opens_nothing() {
    let copied = derived([sent(2, Copy, "B", "C")]);
    (attended_by_b().when("beto", &derive([copy("C")]))).then([copied.clone()]);
    assert_eq!(attended_by_b().and(copied).stands(), ("attended", "B"));
}

#[test]
fn a_reason_given_for_an_open_document_opens_nothing_again() {
    registered()
        .when("ana", &derive_because("an appeal"))
        .then([derived([sent(1, Principal, "A", "C")])]);
}

/// I3.
#[test]
fn i3_a_voided_or_archived_document_goes_nowhere() {
    for (story, status) in [
        (registered().and(voided()), DocumentStatus::Voided),
        (finished_by_a().and(archived()), DocumentStatus::Archived),
        (
            registered().and(voided()).and(archived()),
            DocumentStatus::Archived,
        ),
    ] {
        let refusal = DocumentRefusal::WrongStatus { status };
        (story.clone().when("ana", &derive_because("an appeal"))).then_refused(&refusal);
        (story.when("ana", &derive([copy("B")]))).then_refused(&refusal);
    }
}

/// D1.
#[test]
fn d1_a_document_goes_to_one_to_ten_offices_at_once() {
    registered()
        .when("ana", &derive([]))
        .then_faults(&[("/targets", "count")]);
    let eleven: Vec<_> = (0..11).map(|_| copy("B")).collect();
    let mut faults = vec![("/targets", "count")];
    let twice: Vec<_> = (1..11).map(|n| format!("/targets/{n}/office_id")).collect();
    faults.extend(twice.iter().map(|pointer| (pointer.as_str(), "twice")));
    registered()
        .when("ana", &derive(eleven))
        .then_faults(&faults);
}

/// D1.
#[test]
fn d1_at_most_one_target_is_principal() {
    registered()
        .when("ana", &derive([principal("B"), principal("C")]))
        .then_faults(&[("/targets", "principals")]);
}

#[test]
fn a_target_is_another_open_office() {
    registered()
        .when("ana", &derive([copy("A"), copy("D"), copy("X")]))
        .then_faults(&[
            ("/targets/0/office_id", "same_office"),
            ("/targets/1/office_id", "unknown"),
            ("/targets/2/office_id", "unknown"),
        ]);
}

#[test]
fn the_person_named_belongs_to_the_target_office_and_is_active() {
    for login in ["ciro", "gone", "nobody"] {
        let target = Target {
            user: Some(user_id(login)),
            ..principal("B")
        };
        registered()
            .when("ana", &derive([target]))
            .then_faults(&[("/targets/0/user_id", "not_of_office")]);
    }
}

#[test]
fn instructions_are_short_and_a_due_date_is_not_past() {
    let target = Target {
        instructions: Some("x".repeat(2001)),
        due_on: Some("1969-12-30".parse().unwrap()),
        ..principal("B")
    };
    registered().when("ana", &derive([target])).then_faults(&[
        ("/targets/0/instructions", "length"),
        ("/targets/0/due", "past"),
    ]);
    registered()
        .when("ana", &derive_because(""))
        .then_faults(&[("/reason", "length")]);
}

/// D2.
#[test]
fn d2_what_was_not_received_yet_can_be_recalled_by_its_origin() {
    (sent_to_b().when("ana", &recall(1))).then_for(Some(office("A")), [recalled(1)]);
    assert_eq!(sent_to_b().and(recalled(1)).stands(), ("in_process", "A"));
    let only_origin = DocumentRefusal::NotOfOffice {
        office: office("A"),
    };
    (sent_to_b().when("beto", &recall(1))).then_refused(&only_origin);
    let copied = registered().and(derived([sent(1, Copy, "A", "B")]));
    copied.when("ana", &recall(1)).then([recalled(1)]);
}

/// I5.
#[test]
fn recalling_a_copy_leaves_custody_where_it_is() {
    let story = registered()
        .and(derived([sent(1, Copy, "A", "C")]))
        .and(derived([sent(2, Principal, "A", "B")]))
        .and(received(2));
    (story.clone().when("ana", &recall(1))).then_for(Some(office("A")), [recalled(1)]);
    assert_eq!(story.and(recalled(1)).stands(), ("in_process", "B"));
}

#[test]
fn what_was_received_or_has_ended_cannot_be_recalled() {
    for (event, status) in [
        (received(1), DerivationStatus::Received),
        (rejected(1), DerivationStatus::Rejected),
        (recalled(1), DerivationStatus::Recalled),
        (attended(1), DerivationStatus::Attended),
    ] {
        let refusal = DocumentRefusal::WrongDerivationStatus { ordinal: 1, status };
        sent_to_b()
            .and(event)
            .when("ana", &recall(1))
            .then_refused(&refusal);
    }
}

#[test]
fn a_recall_has_a_reason() {
    let silent = DocumentCommand::Recall {
        ordinal: 1,
        reason: String::new(),
    };
    sent_to_b()
        .when("ana", &silent)
        .then_faults(&[("/reason", "length")]);
}

#[test]
fn after_a_recall_the_origin_sends_it_elsewhere() {
    sent_to_b()
        .and(recalled(1))
        .when("ana", &derive([principal("C")]))
        .then([derived([sent(2, Principal, "A", "C")])]);
}
