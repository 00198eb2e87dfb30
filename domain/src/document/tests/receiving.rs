//! D2, D3, I5: received, rejected, acknowledged, assigned, returned.

use events::DocumentEvent;
use events::classify::DerivationKind::{Copy, Parallel, Principal};
use events::classify::DerivationStatus;
use events::document::DerivationAssigned;

use super::fixture::{Story, attended_by_b, held_by_b, office, registered, sent_to_b, user_id};
use super::words::{
    acknowledge, acknowledged, archived, assign, attended, derived, forwarded, recalled, receive,
    received, reject, rejected, returned, send_back, sent,
};
use crate::document::{DocumentCommand, DocumentRefusal};

fn copied_to_b() -> Story {
    registered().and(derived([sent(1, Copy, "A", "B")]))
}

fn only(code: &str) -> DocumentRefusal {
    DocumentRefusal::NotOfOffice {
        office: office(code),
    }
}

fn is(status: DerivationStatus) -> DocumentRefusal {
    DocumentRefusal::WrongDerivationStatus { ordinal: 1, status }
}

fn assigned(login: &str) -> DocumentEvent {
    DocumentEvent::DerivationAssigned(DerivationAssigned {
        ordinal: 1,
        user: user_id(login),
    })
}

/// Every way in which derivation 1 of a document ends, and how it stands then.
fn endings() -> Vec<(Story, DerivationStatus)> {
    let forwarded = forwarded(1, [sent(2, Principal, "B", "C")]);
    vec![
        (sent_to_b().and(rejected(1)), DerivationStatus::Rejected),
        (sent_to_b().and(recalled(1)), DerivationStatus::Recalled),
        (held_by_b().and(returned(1)), DerivationStatus::Returned),
        (held_by_b().and(attended(1)), DerivationStatus::Attended),
        (held_by_b().and(forwarded), DerivationStatus::Forwarded),
    ]
}

/// D3.
#[test]
fn d3_the_target_office_receives_what_was_sent_to_it() {
    (sent_to_b().when("beto", &receive(1))).then_for(Some(office("B")), [received(1)]);
}

#[test]
fn receiving_twice_changes_nothing() {
    held_by_b().when("beto", &receive(1)).then_nothing();
}

/// D3.
#[test]
fn d3_nobody_receives_for_an_office_of_others() {
    sent_to_b()
        .when("ana", &receive(1))
        .then_refused(&only("B"));
    sent_to_b()
        .when("ciro", &receive(1))
        .then_refused(&only("B"));
    held_by_b()
        .when("ciro", &receive(1))
        .then_refused(&only("B"));
}

#[test]
fn what_has_ended_is_neither_received_nor_rejected_nor_returned() {
    for (story, status) in endings() {
        (story.clone().when("beto", &receive(1))).then_refused(&is(status));
        (story.clone().when("beto", &reject(1))).then_refused(&is(status));
        (story.clone().when("beto", &send_back(1))).then_refused(&is(status));
        (story.when("bruno", &assign(1, "beto"))).then_refused(&is(status));
    }
}

/// D2.
#[test]
fn the_target_office_rejects_what_it_has_not_received() {
    (sent_to_b().when("beto", &reject(1))).then_for(Some(office("B")), [rejected(1)]);
    assert_eq!(sent_to_b().and(rejected(1)).stands(), ("in_process", "A"));
    (sent_to_b().when("ana", &reject(1))).then_refused(&only("B"));
}

#[test]
fn what_was_received_is_returned_not_rejected() {
    (held_by_b().when("beto", &reject(1))).then_refused(&is(DerivationStatus::Received));
    (held_by_b().when("beto", &send_back(1))).then_for(Some(office("B")), [returned(1)]);
    (sent_to_b().when("beto", &send_back(1))).then_refused(&is(DerivationStatus::Pending));
    (held_by_b().when("ana", &send_back(1))).then_refused(&only("B"));
}

/// D2.
#[test]
fn d2_custody_of_what_is_returned_is_the_origins_again() {
    assert_eq!(held_by_b().stands(), ("in_process", "B"));
    assert_eq!(held_by_b().and(returned(1)).stands(), ("in_process", "A"));
}

#[test]
fn returning_a_parallel_derivation_moves_no_custody() {
    let both = [sent(1, Principal, "A", "B"), sent(2, Parallel, "A", "C")];
    let story = (registered().and(derived(both)))
        .and(received(1))
        .and(received(2));
    story
        .clone()
        .when("ciro", &send_back(2))
        .then([returned(2)]);
    assert_eq!(story.and(returned(2)).stands(), ("in_process", "B"));
}

#[test]
fn who_rejects_or_returns_says_why() {
    for reason in [String::new(), " ".to_owned(), "x".repeat(1001)] {
        let reject = DocumentCommand::Reject {
            ordinal: 1,
            reason: reason.clone(),
        };
        let send_back = DocumentCommand::Return { ordinal: 1, reason };
        (sent_to_b().when("beto", &reject)).then_faults(&[("/reason", "length")]);
        (held_by_b().when("beto", &send_back)).then_faults(&[("/reason", "length")]);
    }
}

/// I5.
#[test]
fn i5_a_copy_is_acknowledged_once() {
    (copied_to_b().when("beto", &acknowledge(1))).then_for(Some(office("B")), [acknowledged(1)]);
    (copied_to_b().and(acknowledged(1)))
        .when("beto", &acknowledge(1))
        .then_nothing();
    (copied_to_b().when("ana", &acknowledge(1))).then_refused(&only("B"));
}

#[test]
fn a_recalled_copy_is_not_acknowledged() {
    (copied_to_b().and(recalled(1)))
        .when("beto", &acknowledge(1))
        .then_refused(&is(DerivationStatus::Recalled));
}

#[test]
fn a_copy_is_acknowledged_even_when_the_document_is_put_away() {
    let late = attended_by_b()
        .and(derived([sent(2, Copy, "B", "C")]))
        .and(archived());
    late.when("ciro", &acknowledge(2)).then([acknowledged(2)]);
}

#[test]
fn a_copy_is_acknowledged_and_nothing_else() {
    let refusal = DocumentRefusal::IsCopy { ordinal: 1 };
    for command in [
        receive(1),
        reject(1),
        send_back(1),
        assign(1, "beto"),
        super::words::attend(1, []),
    ] {
        copied_to_b().when("bruno", &command).then_refused(&refusal);
    }
}

#[test]
fn only_a_copy_is_acknowledged() {
    sent_to_b()
        .when("beto", &acknowledge(1))
        .then_refused(&DocumentRefusal::IsNotCopy { ordinal: 1 });
}

#[test]
fn what_the_office_received_is_given_to_one_of_its_people() {
    (held_by_b().when("bruno", &assign(1, "beto"))).then_for(Some(office("B")), [assigned("beto")]);
    (held_by_b().and(assigned("beto")))
        .when("bruno", &assign(1, "beto"))
        .then_nothing();
    (held_by_b().and(assigned("beto")))
        .when("bruno", &assign(1, "bruno"))
        .then([assigned("bruno")]);
}

#[test]
fn nothing_is_given_to_somebody_who_is_not_of_the_office() {
    for login in ["ciro", "gone", "nobody"] {
        held_by_b()
            .when("bruno", &assign(1, login))
            .then_faults(&[("/user_id", "not_of_office")]);
    }
}

#[test]
fn nobody_assigns_for_an_office_of_others_nor_before_receiving() {
    (held_by_b().when("carla", &assign(1, "beto"))).then_refused(&only("B"));
    (sent_to_b().when("bruno", &assign(1, "beto"))).then_refused(&is(DerivationStatus::Pending));
}
