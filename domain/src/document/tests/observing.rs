//! O1, O2, O3, I3, I7, A1: observed once, corrected in time or not filed.

use calendar::{Since, Term};
use chrono::NaiveDate;
use events::classify::{DerivationKind, DocumentStatus};
use events::deadline::{DeadlineRescheduled, RescheduleCause};
use events::desk::{DocumentObserved, ObservedItem};
use events::{DocumentEvent, legal_date};

use super::desk::{
    EPOCH, after, as_said, correct, corrected, enter_at, last_day, missing, not_filed, observe,
    observed, only_a, stands, submitted, written,
};
use super::fixture::{office, registered, sent_to_b};
use super::words::{archive, archived, copy, derive, derived, restore, restored, sent};
use crate::document::{DocumentCommand, DocumentRefusal, Observe};

#[test]
fn o1_the_desk_observes_all_at_once_and_gives_two_business_days() {
    let command = observe(&["signature", "fee"]);
    for story in [submitted(), registered()] {
        let told = story.when("ana", &command);
        told.then_for(Some(office("A")), [observed(&["signature", "fee"])]);
    }
    (registered().when("beto", &command)).then_refused(&only_a());
    assert_eq!(
        submitted().and(observed(&["fee"])).stands(),
        ("observed", "A")
    );
}

#[test]
fn o1_two_business_days_pass_over_a_weekend() {
    let friday = after(3);
    let monday_after: NaiveDate = "1970-01-06".parse().unwrap();
    let expected = DocumentEvent::Observed(DocumentObserved {
        items: vec![missing("fee")],
        correct_by_on: monday_after,
    });
    (submitted().when_at(friday, "ana", &observe(&["fee"]))).then([expected]);
}

#[test]
fn o1_what_was_derived_or_is_over_is_not_observed() {
    let command = observe(&["fee"]);
    let with_copy = registered().and(derived([sent(1, DerivationKind::Copy, "A", "B")]));
    with_copy
        .when("ana", &command)
        .then_refused(&DocumentRefusal::WasDerived);
    (sent_to_b().when("ana", &command)).then_refused(&stands(DocumentStatus::InProcess));
    let twice = submitted().and(observed(&["fee"]));
    (twice.when("ana", &command)).then_refused(&stands(DocumentStatus::Observed));
}

#[test]
fn an_observation_names_each_item_once_and_says_what_is_wrong() {
    let command = DocumentCommand::Observe(Observe {
        items: vec![
            missing("fee"),
            ObservedItem {
                item: "fee".to_owned(),
                detail: String::new(),
            },
        ],
    });
    submitted()
        .when("ana", &command)
        .then_faults(&[("/items/1/detail", "length"), ("/items/1/item", "twice")]);
    (submitted().when("ana", &observe(&[]))).then_faults(&[("/items", "count")]);
}

#[test]
fn i3_nothing_is_sent_on_before_it_is_registered_or_while_it_is_observed() {
    let observed_one = submitted().and(observed(&["fee"]));
    for (story, status) in [
        (submitted(), DocumentStatus::Submitted),
        (observed_one.clone(), DocumentStatus::Observed),
        (
            registered().and(observed(&["fee"])),
            DocumentStatus::Observed,
        ),
        (
            observed_one.and(not_filed(&["fee"])),
            DocumentStatus::NotFiled,
        ),
    ] {
        story
            .when("ana", &derive([copy("B")]))
            .then_refused(&stands(status));
    }
}

#[test]
fn o2_corrected_in_time_the_document_goes_on_where_it_was() {
    for (story, status) in [(submitted(), "submitted"), (registered(), "registered")] {
        let story = story.and(observed(&["signature", "fee"]));
        let told = story.clone().when_at(after(2), "ana", &correct(&["fee"]));
        told.then_for(Some(office("A")), [corrected(&["fee"])]);
        assert_eq!(story.and(corrected(&["fee"])).stands(), (status, "A"));
    }
}

#[test]
fn o2_who_handed_it_in_corrects_it_and_nobody_else() {
    let story = submitted().and(observed(&["fee"]));
    (story.clone().when("ivan", &correct(&["fee"]))).then_for(None, [corrected(&["fee"])]);
    (story.when("beto", &correct(&["fee"]))).then_refused(&only_a());
    let told = registered().and(observed(&["fee"]));
    told.when("ivan", &correct(&["fee"]))
        .then_refused(&only_a());
}

#[test]
fn o2_the_clock_for_the_answer_starts_anew_and_the_legal_date_stays() {
    let rescheduled = |since, from: &str, due_on: &str| {
        let deadline = Term::given(due_on.parse().unwrap(), from.parse().unwrap());
        DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
            cause: RescheduleCause::Corrected,
            deadline: Term { since, ..deadline },
        }))
    };
    let given = rescheduled(Since::Filed, "1969-12-31", "1970-01-10");
    let story = registered().and(given).and(observed(&["fee"]));
    let restarted = rescheduled(Since::Corrected, "1970-01-02", "1970-01-12");
    let told = story.clone().when_at(after(2), "ana", &correct(&["fee"]));
    told.then([corrected(&["fee"]), restarted.clone()]);
    let document = story.and(corrected(&["fee"])).and(restarted).folded();
    let dossier = document.dossier().unwrap();
    assert_eq!(dossier.filed_on, legal_date(EPOCH));
    assert_eq!(dossier.due_on(), Some("1970-01-12".parse().unwrap()));
}

#[test]
fn o2_after_the_last_day_it_is_too_late_and_only_then_it_is_not_filed() {
    let story = submitted().and(observed(&["signature", "fee"]));
    let (fix, give_up) = (correct(&["fee"]), DocumentCommand::DeclareNotFiled);
    let correct_by_on = last_day();
    let early = story.clone().when_at(after(2), "ana", &give_up);
    early.then_refused(&DocumentRefusal::CorrectionRunning { correct_by_on });
    let late = story.clone().when_at(after(3), "ivan", &fix);
    late.then_refused(&DocumentRefusal::CorrectionExpired { correct_by_on });
    (story.clone().when_at(after(3), "beto", &give_up)).then_refused(&only_a());
    let over = story.clone().when_at(after(3), "ana", &give_up);
    over.then_for(Some(office("A")), [not_filed(&["fee", "signature"])]);
    let story = story.and(not_filed(&["fee", "signature"]));
    assert_eq!(story.clone().stands(), ("not_filed", "A"));
    (story.when("ana", &give_up)).then_refused(&stands(DocumentStatus::NotFiled));
    (submitted().when("ana", &give_up)).then_refused(&stands(DocumentStatus::Submitted));
}

#[test]
fn a_correction_names_what_was_observed() {
    let story = submitted().and(observed(&["fee"]));
    (story.clone().when("ana", &correct(&["photo"]))).then_faults(&[("/items/0", "unknown")]);
    (story.when("ana", &correct(&[]))).then_faults(&[("/items", "count")]);
    (submitted().when("ana", &correct(&["fee"]))).then_refused(&stands(DocumentStatus::Submitted));
}

#[test]
fn o3_a_second_observation_only_repeats_what_was_not_corrected() {
    let story = submitted()
        .and(observed(&["signature", "fee"]))
        .and(corrected(&["fee"]));
    let registration = written(enter_at(story.clone(), "ana", after(2), &as_said()).unwrap());
    let later = story
        .clone()
        .and(DocumentEvent::Registered(Box::new(registration)));
    for story in [story, later] {
        let again = story.clone().when("ana", &observe(&["signature"]));
        again.then([observed(&["signature"])]);
        for new in ["fee", "photo"] {
            let refusal = DocumentRefusal::ObservedOnce {
                item: new.to_owned(),
            };
            let command = observe(&["signature", new]);
            story.clone().when("ana", &command).then_refused(&refusal);
        }
    }
}

#[test]
fn a1_what_was_not_filed_is_archived_and_restored_as_such() {
    let story = submitted().and(observed(&["fee"])).and(not_filed(&["fee"]));
    story.clone().when("ana", &archive()).then([archived()]);
    let story = story.and(archived());
    assert_eq!(story.clone().stands(), ("archived", "A"));
    story.clone().when("ana", &restore()).then([restored()]);
    assert_eq!(story.and(restored()).stands(), ("not_filed", "A"));
    for (story, status) in [
        (submitted(), DocumentStatus::Submitted),
        (
            submitted().and(observed(&["fee"])),
            DocumentStatus::Observed,
        ),
    ] {
        story
            .clone()
            .when("ana", &archive())
            .then_refused(&stands(status));
        story.when("ana", &restore()).then_refused(&stands(status));
    }
}
