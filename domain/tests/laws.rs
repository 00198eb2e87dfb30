//! Laws of a document that hold after every step of any history, whoever asks whatever.
//!
//! The histories come from [`random`]; `every_event_and_every_refusal_is_reached` shows that they
//! go everywhere, so that no law holds for want of a case.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use domain::document::{Document, DocumentCommand};
use domain::{Context, Decider, Refusal, fold};
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus};
use events::{DocumentEvent, OfficeId, legal_date};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use random::{
    DIRECTORY, History, Line, Moment, PEOPLE, Step, Turn, ordinal_of, play, present, steps,
};

mod random;

/// Steps of a history; long enough to end, to be opened again and to end again.
fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    steps(1..40)
}

/// What a moment is about, as its derivation stood before it.
fn line(moment: &Moment) -> Option<&Line> {
    ordinal_of(&moment.told.event).map(|ordinal| moment.ledger_before.line(ordinal).unwrap())
}

fn asked_again(turn: &Turn) -> Result<usize, domain::document::DocumentRefusal> {
    let context = Context {
        at: present(&turn.after).last_at,
        user: &PEOPLE[turn.who],
        directory: &DIRECTORY,
    };
    let answer = turn.after.decide(&turn.command, &context);
    answer.map(|decided| decided.events.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// The state is the fold of the events, and agrees with a second bookkeeping.
    #[test]
    fn the_state_says_what_the_events_say(steps in any_steps()) {
        let history = play(&steps);
        for Moment { after, ledger_after: ledger, .. } in history.moments() {
            prop_assert_eq!(after.phase.status(), ledger.status());
            prop_assert_eq!(after.derivations.len(), ledger.lines.len());
            for (derivation, line) in after.derivations.iter().zip(&ledger.lines) {
                prop_assert_eq!(derivation.status, line.status);
                prop_assert_eq!(derivation.ordinal, line.sent.ordinal);
                prop_assert_eq!(derivation.from, line.sent.from_office);
                prop_assert_eq!(derivation.to, line.sent.to_office);
            }
        }
        let told = history.turns.iter().flat_map(|turn| &turn.told);
        let folded: Document = fold([&history.registered].into_iter().chain(told));
        if let Some(turn) = history.turns.last() {
            prop_assert_eq!(&folded, &turn.after);
        }
    }

    /// D1.
    #[test]
    fn derivations_have_consecutive_ordinals_one_origin_and_another_target(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let DocumentEvent::Derived(derived) = &told.event else { continue };
            let principals = derived.derivations.iter()
                .filter(|sent| sent.kind == DerivationKind::Principal);
            prop_assert!(principals.count() <= 1);
            prop_assert!((1..=10).contains(&derived.derivations.len()));
            for (sent, place) in derived.derivations.iter().zip(ledger_before.lines.len() + 1..) {
                prop_assert_eq!(sent.ordinal as usize, place);
                let number = format!("{}-D{place:02}", ledger_before.number);
                prop_assert_eq!(&sent.number, &number);
                prop_assert_ne!(sent.from_office, sent.to_office);
                prop_assert_ne!(sent.to_office, OfficeId::of_code("X"));
            }
        }
    }

    /// I2, D2.
    #[test]
    fn at_most_one_principal_is_open(steps in any_steps()) {
        for moment in play(&steps).moments() {
            let open = moment.ledger_after.lines.iter()
                .filter(|line| line.sent.kind == DerivationKind::Principal && line.waits());
            prop_assert!(open.count() <= 1, "after {:?}", moment.told.event);
        }
    }

    /// D2: custody is the origin's until the target receives, and again when it does not keep it.
    #[test]
    fn custody_is_where_the_rules_say(steps in any_steps()) {
        for Moment { told, before, after, ledger_before, ledger_after } in play(&steps).moments() {
            prop_assert_eq!(after.holder, ledger_after.holder, "after {:?}", told.event);
            let DocumentEvent::Derived(derived) = &told.event else { continue };
            prop_assert_eq!(before.holder, after.holder);
            let mut principals = derived.derivations.iter()
                .filter(|sent| sent.kind == DerivationKind::Principal);
            if let Some(principal) = principals.next() {
                prop_assert_eq!(principal.from_office, ledger_before.holder);
            }
            if let Some(forwarded) = derived.forwards {
                let line = ledger_before.line(forwarded).unwrap();
                prop_assert_eq!(line.status, DerivationStatus::Received);
                prop_assert_eq!(line.sent.to_office, ledger_before.holder);
            }
        }
    }

    /// I3.
    #[test]
    fn nothing_is_sent_while_voided_or_archived(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            if let DocumentEvent::Derived(derived) = &told.event {
                let status = ledger_before.status();
                prop_assert!(status != DocumentStatus::Voided && status != DocumentStatus::Archived);
                let goes_on = derived.derivations.iter()
                    .any(|sent| sent.kind != DerivationKind::Copy);
                let opens = status == DocumentStatus::Attended && goes_on;
                prop_assert_eq!(derived.reopens.is_some(), opens);
            }
        }
    }

    /// I4, D4.
    #[test]
    fn a_document_is_attended_exactly_when_its_last_open_derivation_is(steps in any_steps()) {
        let history = play(&steps);
        for turn in &history.turns {
            let waits = |document: &Document| {
                present(document).derivations.iter().any(domain::document::Derivation::blocks)
            };
            let ends = |told: &[events::Envelope<DocumentEvent>]| {
                told.iter().any(|told| matches!(told.event, DocumentEvent::Attended(_)))
            };
            match (&turn.command, turn.told.is_empty()) {
                (_, true) => {}
                (DocumentCommand::Attend(_), false) => {
                    prop_assert_eq!(ends(&turn.told), !waits(&turn.after));
                }
                (DocumentCommand::Conclude(_), false) => prop_assert!(ends(&turn.told)),
                (_, false) => prop_assert!(!ends(&turn.told)),
            }
        }
        for Moment { told, ledger_after, .. } in history.moments() {
            let open = ledger_after.lines.iter().any(Line::waits);
            let at_rest = !matches!(ledger_after.status(), DocumentStatus::InProcess);
            let is_recall = matches!(told.event, DocumentEvent::DerivationRecalled(_));
            prop_assert!(!(open && at_rest && !is_recall), "open after {:?}", told.event);
        }
    }

    /// I5.
    #[test]
    fn copies_change_neither_status_nor_custody(steps in any_steps()) {
        for moment in play(&steps).moments() {
            let about_copies = if let DocumentEvent::Derived(derived) = &moment.told.event {
                derived.derivations.iter().all(|sent| sent.kind == DerivationKind::Copy)
            } else {
                line(&moment).is_some_and(|line| line.sent.kind == DerivationKind::Copy)
            };
            if about_copies {
                prop_assert_eq!(moment.before.phase, moment.after.phase);
                prop_assert_eq!(moment.before.holder, moment.after.holder);
            }
        }
    }

    /// I6.
    #[test]
    fn time_never_goes_back_even_when_the_clock_does(steps in any_steps()) {
        let history = play(&steps);
        let mut last = history.registered.at;
        for Moment { told, after, ledger_after, .. } in history.moments() {
            prop_assert!(last <= told.at);
            last = told.at;
            prop_assert_eq!(after.last_at, told.at);
            for (derivation, line) in after.derivations.iter().zip(&ledger_after.lines) {
                prop_assert_eq!(derivation.sent_at, line.sent_at);
                prop_assert_eq!(derivation.received_at, line.received_at);
                prop_assert_eq!(derivation.closed_at, line.ended_at);
                let received = derivation.received_at.unwrap_or(derivation.sent_at);
                let closed = derivation.closed_at.unwrap_or(received);
                prop_assert!(derivation.sent_at <= received && received <= closed);
            }
        }
    }

    /// D3, and what has ended stays as it ended.
    #[test]
    fn a_derivation_is_received_before_it_is_worked_on_and_ends_once(steps in any_steps()) {
        for moment in play(&steps).moments() {
            let Some(line) = line(&moment) else { continue };
            let is_copy = line.sent.kind == DerivationKind::Copy;
            let (needed, fits) = match &moment.told.event {
                DocumentEvent::DerivationAssigned(_)
                | DocumentEvent::DerivationReturned(_)
                | DocumentEvent::DerivationAttended(_) => (DerivationStatus::Received, !is_copy),
                DocumentEvent::DerivationReceived(_) | DocumentEvent::DerivationRejected(_) => {
                    (DerivationStatus::Pending, !is_copy)
                }
                DocumentEvent::CopyAcknowledged(_) => (DerivationStatus::Pending, is_copy),
                DocumentEvent::DerivationRecalled(_) => (DerivationStatus::Pending, true),
                DocumentEvent::Registered(_) | DocumentEvent::Classified(_)
                | DocumentEvent::Amended(_) | DocumentEvent::Derived(_)
                | DocumentEvent::Attended(_) | DocumentEvent::Archived(_)
                | DocumentEvent::Restored(_) | DocumentEvent::Voided(_)
                | DocumentEvent::FileAttached(_) | DocumentEvent::AttachmentWithdrawn(_)
                | DocumentEvent::NoteAdded(_) => unreachable!("it is about no one derivation"),
            };
            prop_assert_eq!(line.status, needed, "{:?}", moment.told.event);
            prop_assert!(fits, "{:?}", moment.told.event);
        }
    }

    /// I9, R2: what the register says of a document stays.
    #[test]
    fn number_and_legal_date_never_change(steps in any_steps()) {
        let history = play(&steps);
        let DocumentEvent::Registered(registered) = &history.registered.event else {
            panic!("{history:?}");
        };
        prop_assert_eq!(registered.filed_on, legal_date(registered.presented_at));
        prop_assert_ne!(registered.filed_on, legal_date(history.registered.at));
        for Moment { after, .. } in history.moments() {
            prop_assert_eq!(after.filed_on, registered.filed_on);
            prop_assert_eq!(&after.number, &registered.number);
            prop_assert_eq!(after.id, registered.document);
            prop_assert_eq!(after.registry_office, registered.registry_office);
            prop_assert_eq!(&after.tracking_token, &registered.tracking_token);
        }
    }

    /// I10: the actor belongs to the office, and it is the office that must act.
    #[test]
    fn who_acts_belongs_to_the_office_that_must_act(steps in any_steps()) {
        let history = play(&steps);
        for moment in history.moments() {
            let by = moment.told.by;
            let user = PEOPLE.iter().find(|user| user.id == by.user).unwrap();
            let Some(office) = by.office else {
                prop_assert!(matches!(moment.told.event, DocumentEvent::NoteAdded(_)));
                prop_assert!(user.offices.is_empty());
                continue;
            };
            prop_assert!(user.is_system() || user.offices.contains(&office));
            let desk_or_holder = office == moment.ledger_before.registry_office
                || office == moment.ledger_before.holder;
            match &moment.told.event {
                DocumentEvent::Derived(derived) => {
                    for sent in &derived.derivations {
                        prop_assert_eq!(sent.from_office, office);
                    }
                }
                DocumentEvent::DerivationRecalled(_) => {
                    let sent = &line(&moment).unwrap().sent;
                    prop_assert!(sent.from_office == office || desk_or_holder);
                }
                DocumentEvent::DerivationReceived(_)
                | DocumentEvent::DerivationRejected(_)
                | DocumentEvent::CopyAcknowledged(_)
                | DocumentEvent::DerivationAssigned(_)
                | DocumentEvent::DerivationReturned(_)
                | DocumentEvent::DerivationAttended(_) => {
                    prop_assert_eq!(line(&moment).unwrap().sent.to_office, office);
                }
                DocumentEvent::Attended(attended) => prop_assert_eq!(attended.office, office),
                DocumentEvent::Classified(_)
                | DocumentEvent::Amended(_)
                | DocumentEvent::FileAttached(_)
                | DocumentEvent::AttachmentWithdrawn(_)
                | DocumentEvent::Archived(_)
                | DocumentEvent::Restored(_)
                | DocumentEvent::Voided(_) => prop_assert!(desk_or_holder),
                DocumentEvent::Registered(_) | DocumentEvent::NoteAdded(_) => {}
            }
        }
    }

    /// A1, R2: only what nobody received goes out of use, and only what is over is put away.
    #[test]
    fn a_document_ends_only_where_it_may(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let status = ledger_before.status();
            match &told.event {
                DocumentEvent::Voided(_) => {
                    prop_assert!(status.is_open());
                    prop_assert!(ledger_before.lines.iter().all(|line| line.received_at.is_none()));
                    prop_assert!(ledger_before.lines.iter().all(|line| line.ended_at.is_some()));
                }
                DocumentEvent::Archived(_) => prop_assert!(
                    matches!(status, DocumentStatus::Attended | DocumentStatus::Voided)
                ),
                DocumentEvent::Restored(_) => prop_assert_eq!(status, DocumentStatus::Archived),
                DocumentEvent::Classified(_) | DocumentEvent::Amended(_)
                | DocumentEvent::FileAttached(_) | DocumentEvent::AttachmentWithdrawn(_) => {
                    prop_assert!(status.is_open());
                }
                DocumentEvent::Registered(_) | DocumentEvent::Derived(_)
                | DocumentEvent::DerivationReceived(_) | DocumentEvent::DerivationRejected(_)
                | DocumentEvent::CopyAcknowledged(_) | DocumentEvent::DerivationAssigned(_)
                | DocumentEvent::DerivationReturned(_) | DocumentEvent::DerivationRecalled(_)
                | DocumentEvent::DerivationAttended(_) | DocumentEvent::Attended(_)
                | DocumentEvent::NoteAdded(_) => {}
            }
        }
    }

    #[test]
    fn a_refusal_changes_nothing(steps in any_steps()) {
        for turn in play(&steps).turns {
            let nothing = turn.answer.as_ref().map_or(true, |decided| decided.events.is_empty());
            prop_assert_eq!(turn.told.is_empty(), nothing);
            if nothing {
                prop_assert_eq!(&turn.before, &turn.after);
            }
        }
    }

    /// What is done is done: asking again at once never does it a second time.
    #[test]
    fn asking_twice_does_it_once(steps in any_steps()) {
        for turn in play(&steps).turns.iter().filter(|turn| !turn.told.is_empty()) {
            match &turn.command {
                DocumentCommand::Receive { .. } | DocumentCommand::Acknowledge { .. }
                | DocumentCommand::Assign { .. } | DocumentCommand::Amend(_)
                | DocumentCommand::WithdrawAttachment { .. } => prop_assert_eq!(asked_again(turn), Ok(0)),
                DocumentCommand::Reject { .. } | DocumentCommand::Return { .. }
                | DocumentCommand::Recall { .. } | DocumentCommand::Attend(_)
                | DocumentCommand::Conclude(_) | DocumentCommand::Archive(_)
                | DocumentCommand::Restore { .. } | DocumentCommand::Void { .. }
                | DocumentCommand::AttachFile(_) => prop_assert!(asked_again(turn).is_err()),
                DocumentCommand::Classify(_)
                | DocumentCommand::Derive(_)
                | DocumentCommand::AddNote { .. } => {}
            }
        }
    }
}

/// Histories from a fixed seed.
fn same_histories(count: usize) -> Vec<History> {
    let mut runner = TestRunner::deterministic();
    let strategy = any_steps();
    (0..count)
        .map(|_| play(&strategy.new_tree(&mut runner).unwrap().current()))
        .collect()
}

#[test]
fn every_event_and_every_refusal_is_reached() {
    let mut reached: BTreeMap<&str, u32> = BTreeMap::new();
    for history in same_histories(256) {
        for turn in &history.turns {
            match &turn.answer {
                Ok(decided) if decided.events.is_empty() => {
                    *reached.entry("nothing").or_default() += 1;
                }
                Ok(decided) => {
                    for event in &decided.events {
                        *reached.entry(event.kind()).or_default() += 1;
                    }
                }
                Err(refusal) => *reached.entry(refusal.code()).or_default() += 1,
            }
        }
        *reached.entry(history.registered.event.kind()).or_default() += 1;
    }
    let refusals = [
        "derivation_not_found",
        "invalid",
        "not_of_office",
        "needs_head",
        "wrong_status",
        "reason_needed",
        "principal_open",
        "derivation_open",
        "wrong_derivation_status",
        "is_copy",
        "is_not_copy",
        "not_in_custody",
        "was_received",
        "attachment_not_found",
        "already_attached",
        "main_attached",
        "nothing",
    ];
    let kinds = DocumentEvent::KINDS.iter().map(|(kind, _)| *kind);
    for word in kinds.chain(refusals) {
        let times = reached.get(word).copied().unwrap_or_default();
        assert!(times >= 10, "{word} was reached {times} times: {reached:?}");
    }
}
