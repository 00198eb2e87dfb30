//! R1, R5, I9: handed in at the digital desk, and entered in the register later; and links.

use events::classify::{Channel, DocumentStatus, DuplicateKind, LinkKind, Priority};
use events::desk::{AcknowledgedWarning, DocumentLinked};
use events::{DocumentEvent, DocumentId, legal_date};
use uuid::Uuid;

use super::desk::{
    EPOCH, after, as_said, document, enter_at, hand_in, handed_in, observe, observed, only_a,
    stands, submit, submitted, written,
};
use super::fixture::{office, registered, type_id, unknown, user_id};
use crate::document::{DocumentCommand, DocumentRefusal, RegisterSubmitted, Submit};

fn handed_in_on(channel: Channel) -> DocumentEvent {
    let DocumentEvent::Submitted(mut said) = handed_in() else {
        panic!("not handed in");
    };
    said.channel = channel;
    DocumentEvent::Submitted(said)
}

#[test]
fn r1_what_is_handed_in_at_the_digital_desk_waits_there_for_its_number() {
    let story = unknown().when("ivan", &hand_in(submit()));
    story.then_for(None, [handed_in()]);
    let by_the_desk = unknown().when("ana", &hand_in(submit()));
    by_the_desk.then_for(Some(office("A")), [handed_in_on(Channel::Web)]);
    assert_eq!(submitted().stands(), ("submitted", "A"));
}

#[test]
fn what_is_handed_in_must_be_well_formed_and_name_a_desk() {
    let command = hand_in(Submit {
        office: None,
        document_type: type_id("OLD"),
        subject: String::new(),
        folios: 0,
        ..submit()
    });
    unknown().when("ivan", &command).then_faults(&[
        ("/document_type_id", "unknown"),
        ("/office_id", "missing"),
        ("/folios", "range"),
        ("/subject", "length"),
    ]);
}

/// I12: only what has the same origin has the same id.
#[test]
fn i12_what_is_here_already_is_not_handed_in_again() {
    let again = hand_in(submit());
    (submitted().when("ivan", &again)).then_refused(&DocumentRefusal::HereAlready);
}

/// I9, R5.
#[test]
fn i9_a_registration_keeps_the_legal_date_and_the_hour_of_the_submission() {
    let command = RegisterSubmitted {
        category: Some("Works".to_owned()),
        folios: Some(4),
        priority: Priority::Urgent,
        acknowledged_warnings: [AcknowledgedWarning {
            kind: DuplicateKind::NearSubject,
            document: DocumentId(Uuid::from_u128(9)),
        }]
        .into(),
        ..as_said()
    };
    let written = written(enter_at(submitted(), "ana", after(5), &command).unwrap());
    assert_eq!(written.number.to_string(), "EXP-1970-000007");
    assert_eq!(written.presented_at, EPOCH);
    assert_eq!(written.filed_on, legal_date(EPOCH));
    assert_eq!((written.folios, written.priority), (4, Priority::Urgent));
    assert_eq!(written.notes.as_deref(), Some("by night"));
    assert_eq!(written.channel, Channel::Exchange);
    assert_eq!(written.acknowledged_warnings.len(), 1);
    let story = submitted().and(DocumentEvent::Registered(Box::new(written)));
    let document = story.clone().folded();
    assert_eq!(document.dossier().unwrap().filed_on, legal_date(EPOCH));
    assert_eq!(story.stands(), ("registered", "A"));
}

#[test]
fn only_the_desk_registers_and_only_what_waits_there() {
    let enter = |story, login| enter_at(story, login, after(1), &as_said()).unwrap_err();
    assert_eq!(enter(submitted(), "beto"), only_a());
    assert_eq!(enter(unknown(), "ana"), DocumentRefusal::NotFound);
    assert_eq!(
        enter(registered(), "ana"),
        stands(DocumentStatus::Registered)
    );
    let waits = submitted().and(observed(&["signature"]));
    assert_eq!(enter(waits, "ana"), stands(DocumentStatus::Observed));
}

/// Nobody picks the intake policy, and with it the legal date, by naming a channel.
#[test]
fn r5_the_channel_of_a_submission_follows_from_who_submits() {
    let on = |channel| {
        hand_in(Submit {
            channel: Some(channel),
            ..submit()
        })
    };
    let told = |login, channel| unknown().when(login, &on(channel));
    told("ivan", Channel::Exchange).then([handed_in()]);
    told("ana", Channel::Web).then([handed_in_on(Channel::Web)]);
    told("ivan", Channel::Web).then_faults(&[("/channel", "channel")]);
    for other in [Channel::Counter, Channel::Exchange, Channel::Post] {
        told("ana", other).then_faults(&[("/channel", "channel")]);
    }
}

#[test]
fn r1_what_was_handed_to_a_desk_that_closed_is_registered_by_another() {
    let DocumentEvent::Submitted(mut said) = handed_in() else {
        panic!("not handed in");
    };
    said.registry_office = office("D");
    let waits = unknown().by("ivan", DocumentEvent::Submitted(said));
    let entered = enter_at(waits.clone(), "ana", after(1), &as_said()).unwrap();
    assert_eq!(entered.office(), office("A"));
    assert_eq!(written(entered).filed_on, legal_date(EPOCH));
    let observing = waits.clone().when("ana", &observe(&["signature"]));
    observing.then_for(Some(office("A")), [observed(&["signature"])]);
    let refused = enter_at(waits, "beto", after(1), &as_said()).unwrap_err();
    let only_d = DocumentRefusal::NotOfOffice {
        office: office("D"),
    };
    assert_eq!(refused, only_d);
}

/// O3, I7: also over the registration, what is left of the first observation is all there is.
#[test]
fn a_link_is_made_once_for_each_kind_and_never_to_itself() {
    let other = DocumentId(Uuid::from_u128(9));
    let link = |other, kind| DocumentCommand::Link { other, kind };
    let linked = |kind| DocumentEvent::Linked(DocumentLinked { other, kind });
    let answers = LinkKind::Answers;
    let told = registered().when("beto", &link(other, answers));
    told.then_for(Some(office("B")), [linked(answers)]);
    let story = submitted().and(linked(answers));
    (story.clone().when("ana", &link(other, answers))).then_nothing();
    (story.when("ana", &link(other, LinkKind::Related))).then([linked(LinkKind::Related)]);
    let itself = registered().when("ana", &link(document(), answers));
    itself.then_faults(&[("/document_id", "itself")]);
}

#[test]
fn who_handed_in_is_remembered() {
    let document = submitted().folded();
    assert_eq!(
        document.dossier().unwrap().submitted_by,
        Some(user_id("ivan"))
    );
}
