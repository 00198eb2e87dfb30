//! Laws of a document that hold after every step of any history, whoever asks whatever.
//!
//! The histories come from [`random`]; [`reached`] shows that they
//! go everywhere, so that no law holds for want of a case.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use domain::document::{Document, DocumentCommand, DocumentRefusal};
use domain::{Context, Decider, fold};
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus};
use events::{DocumentEvent, OfficeId, legal_date};
use proptest::prelude::*;

use random::{
    Asked, DIRECTORY, Line, Moment, PEOPLE, Step, Turn, ordinal_of, play, present, steps,
};

#[path = "laws/deadline.rs"]
mod deadline;
#[path = "laws/desk.rs"]
mod desk;
mod random;
#[path = "laws/reached.rs"]
mod reached;
#[path = "laws/restriction.rs"]
mod restriction;

/// Steps of a history; long enough to end, to be opened again and to end again.
fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    steps(1..40)
}

/// What a moment is about, as its derivation stood before it.
fn line(moment: &Moment) -> Option<&Line> {
    ordinal_of(&moment.told.event).map(|ordinal| moment.ledger_before.line(ordinal).unwrap())
}

fn asked_again(turn: &Turn) -> Result<usize, DocumentRefusal> {
    let context = Context {
        at: present(&turn.after).last_at,
        user: &PEOPLE[turn.who],
        directory: &DIRECTORY,
    };
    let Asked::Act(command) = &turn.asked else {
        let refused = DocumentRefusal::NotFound;
        return Err(refused);
    };
    let answer = turn.after.decide(command, &context);
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
        let folded: Document = fold([&history.begun].into_iter().chain(told));
        if let Some(turn) = history.turns.last() {
            prop_assert_eq!(&folded, &turn.after);
        }
    }

    #[test]
    fn d1_derivations_have_consecutive_ordinals_one_origin_and_another_target(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let DocumentEvent::Derived(derived) = &told.event else { continue };
            let principals = derived.derivations.iter()
                .filter(|sent| sent.kind == DerivationKind::Principal);
            prop_assert!(principals.count() <= 1);
            prop_assert!((1..=10).contains(&derived.derivations.len()));
            for (sent, place) in derived.derivations.iter().zip(ledger_before.lines.len() + 1..) {
                prop_assert_eq!(sent.ordinal as usize, place);
                let number = format!("{}-D{place:02}", ledger_before.number.as_ref().unwrap());
                prop_assert_eq!(&sent.number, &number);
                prop_assert_ne!(sent.from_office, sent.to_office);
                prop_assert_ne!(sent.to_office, OfficeId::of_code("X"));
            }
        }
    }

    /// I2, D2.
    #[test]
    fn i2_d2_at_most_one_principal_is_open(steps in any_steps()) {
        for moment in play(&steps).moments() {
            let open = moment.ledger_after.lines.iter()
                .filter(|line| line.sent.kind == DerivationKind::Principal && line.waits());
            prop_assert!(open.count() <= 1, "after {:?}", moment.told.event);
        }
    }

    /// D2: custody is the origin's until the target receives, and again when it does not keep it.
    #[test]
    fn d2_custody_is_where_the_rules_say(steps in any_steps()) {
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

    #[test]
    fn i3_nothing_is_sent_before_registration_nor_while_observed_or_out_of_use(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            if let DocumentEvent::Derived(derived) = &told.event {
                let status = ledger_before.status();
                prop_assert!(matches!(status, DocumentStatus::Registered
                    | DocumentStatus::InProcess | DocumentStatus::Attended));
                let goes_on = derived.derivations.iter()
                    .any(|sent| sent.kind != DerivationKind::Copy);
                let opens = status == DocumentStatus::Attended && goes_on;
                prop_assert_eq!(derived.reopens.is_some(), opens);
            }
        }
    }

    /// I4, D4.
    #[test]
    fn i4_d4_a_document_is_attended_exactly_when_its_last_open_derivation_is(steps in any_steps()) {
        let history = play(&steps);
        for turn in &history.turns {
            let waits = |document: &Document| {
                present(document).derivations.iter().any(domain::document::Derivation::blocks)
            };
            let ends = |told: &[events::Envelope<DocumentEvent>]| {
                told.iter().any(|told| matches!(told.event, DocumentEvent::Attended(_)))
            };
            match (&turn.asked, turn.told.is_empty()) {
                (_, true) => {}
                (Asked::Act(DocumentCommand::Attend(_)), false) => {
                    prop_assert_eq!(ends(&turn.told), !waits(&turn.after));
                }
                (Asked::Act(DocumentCommand::Conclude(_)), false) => {
                    prop_assert!(ends(&turn.told));
                }
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

    #[test]
    fn i5_copies_change_neither_status_nor_custody(steps in any_steps()) {
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

    #[test]
    fn i6_time_never_goes_back_even_when_the_clock_does(steps in any_steps()) {
        let history = play(&steps);
        let mut last = history.begun.at;
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
    fn d3_a_derivation_is_received_before_it_is_worked_on_and_ends_once(steps in any_steps()) {
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
                _ => unreachable!("it is about no one derivation"),
            };
            prop_assert_eq!(line.status, needed, "{:?}", moment.told.event);
            prop_assert!(fits, "{:?}", moment.told.event);
        }
    }

    /// I9, R2: what the register says of a document stays.
    #[test]
    fn i9_r2_number_and_legal_date_never_change(steps in any_steps()) {
        let history = play(&steps);
        let document: Document = fold([&history.begun]);
        let begun = present(&document);
        match &history.begun.event {
            DocumentEvent::Registered(registered) => {
                prop_assert_eq!(registered.filed_on, legal_date(registered.presented_at));
                prop_assert_ne!(registered.filed_on, legal_date(history.begun.at));
            }
            DocumentEvent::Submitted(submitted) => {
                prop_assert_eq!(submitted.filed_on, legal_date(history.begun.at));
            }
            _ => unreachable!("no history begins so"),
        }
        for Moment { told, before, after, .. } in history.moments() {
            prop_assert_eq!(after.filed_on, begun.filed_on);
            if before.number.is_some() {
                prop_assert_eq!(&after.number, &before.number);
            }
            if let DocumentEvent::Registered(registered) = &told.event {
                prop_assert_eq!(registered.filed_on, begun.filed_on);
                prop_assert_eq!(registered.presented_at, history.begun.at);
                prop_assert_eq!(&after.number, &Some(registered.number.clone()));
            }
            prop_assert_eq!(after.id, begun.id);
            prop_assert_eq!(after.registry_office, begun.registry_office);
            prop_assert_eq!(&after.tracking_token, &begun.tracking_token);
        }
    }

    /// I10: the actor belongs to the office, and it is the office that must act.
    #[test]
    fn i10_who_acts_belongs_to_the_office_that_must_act(steps in any_steps()) {
        let history = play(&steps);
        for moment in history.moments() {
            let by = moment.told.by;
            let user = PEOPLE.iter().find(|user| user.id == by.user).unwrap();
            let Some(office) = by.office else {
                let is_sender = moment.before.submitted_by == Some(user.id);
                let may = match moment.told.event {
                    DocumentEvent::NoteAdded(_) | DocumentEvent::Linked(_) | DocumentEvent::Rescheduled(_)
                    | DocumentEvent::DeadlineApproaching(_) | DocumentEvent::DeadlineMissed(_) => true,
                    DocumentEvent::Corrected(_) | DocumentEvent::FileAttached(_)
                    | DocumentEvent::AttachmentWithdrawn(_) => is_sender,
                    _ => false,
                };
                prop_assert!(may, "{:?}", moment.told.event);
                let is_computed = matches!(moment.told.event, DocumentEvent::Rescheduled(_)
                    | DocumentEvent::DeadlineApproaching(_) | DocumentEvent::DeadlineMissed(_));
                prop_assert!(user.offices.is_empty() || is_computed);
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
                | DocumentEvent::DeadlineExtended(_)
                | DocumentEvent::ClockSuspended(_)
                | DocumentEvent::ClockResumed(_)
                | DocumentEvent::Restricted(_) | DocumentEvent::Unrestricted(_)
                | DocumentEvent::Voided(_) => prop_assert!(desk_or_holder),
                DocumentEvent::Registered(_) | DocumentEvent::Observed(_)
                | DocumentEvent::Corrected(_) | DocumentEvent::NotFiled(_)
                | DocumentEvent::Rescheduled(_) => {
                    prop_assert_eq!(office, moment.ledger_before.registry_office);
                }
                DocumentEvent::Submitted(_) | DocumentEvent::Linked(_)
                | DocumentEvent::DeadlineApproaching(_) | DocumentEvent::DeadlineMissed(_)
                | DocumentEvent::NoteAdded(_) => {}
            }
        }
    }

    /// A1, R2: only what nobody received goes out of use, and only what is over is put away.
    #[test]
    fn a1_r2_a_document_ends_only_where_it_may(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let status = ledger_before.status();
            match &told.event {
                DocumentEvent::Voided(_) => {
                    prop_assert!(status.is_open());
                    prop_assert!(ledger_before.lines.iter().all(|line| line.received_at.is_none()));
                    prop_assert!(ledger_before.lines.iter().all(|line| line.ended_at.is_some()));
                }
                DocumentEvent::Archived(_) => prop_assert!(
                    matches!(status, DocumentStatus::Attended | DocumentStatus::Voided
                        | DocumentStatus::NotFiled)
                ),
                DocumentEvent::Restored(_) => prop_assert_eq!(status, DocumentStatus::Archived),
                DocumentEvent::Classified(_) | DocumentEvent::Amended(_) => {
                    prop_assert!(status.is_open());
                }
                DocumentEvent::FileAttached(_) | DocumentEvent::AttachmentWithdrawn(_) => prop_assert!(status.is_open()
                    || matches!(status, DocumentStatus::Submitted | DocumentStatus::Observed)),
                DocumentEvent::Submitted(_) | DocumentEvent::Registered(_)
                | DocumentEvent::Observed(_) | DocumentEvent::Corrected(_)
                | DocumentEvent::NotFiled(_) | DocumentEvent::Linked(_)
                | DocumentEvent::DeadlineExtended(_) | DocumentEvent::Rescheduled(_)
                | DocumentEvent::DeadlineApproaching(_) | DocumentEvent::DeadlineMissed(_)
                | DocumentEvent::ClockSuspended(_) | DocumentEvent::ClockResumed(_)
                | DocumentEvent::Derived(_) | DocumentEvent::DerivationReceived(_)
                | DocumentEvent::DerivationRejected(_) | DocumentEvent::CopyAcknowledged(_)
                | DocumentEvent::DerivationAssigned(_) | DocumentEvent::DerivationReturned(_)
                | DocumentEvent::DerivationRecalled(_) | DocumentEvent::DerivationAttended(_)
                | DocumentEvent::Attended(_) | DocumentEvent::NoteAdded(_)
                | DocumentEvent::Restricted(_) | DocumentEvent::Unrestricted(_) => {}
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
    fn i15_asking_twice_does_it_once(steps in any_steps()) {
        for turn in play(&steps).turns.iter().filter(|turn| !turn.told.is_empty()) {
            let Asked::Act(command) = &turn.asked else { continue };
            match command {
                DocumentCommand::Receive { .. } | DocumentCommand::Acknowledge { .. }
                | DocumentCommand::Assign { .. } | DocumentCommand::Amend(_)
                | DocumentCommand::Link { .. } | DocumentCommand::Reschedule
                | DocumentCommand::Alert { .. } | DocumentCommand::Restrict { .. }
                | DocumentCommand::Unrestrict { .. } | DocumentCommand::WithdrawAttachment { .. } => prop_assert_eq!(asked_again(turn), Ok(0)),
                DocumentCommand::SuspendClock { .. } | DocumentCommand::ResumeClock { .. }
                | DocumentCommand::Submit(_) | DocumentCommand::Observe(_)
                | DocumentCommand::Correct(_) | DocumentCommand::DeclareNotFiled
                | DocumentCommand::Reject { .. } | DocumentCommand::Return { .. }
                | DocumentCommand::Recall { .. } | DocumentCommand::Attend(_)
                | DocumentCommand::Conclude(_) | DocumentCommand::Archive(_)
                | DocumentCommand::Restore { .. } | DocumentCommand::Void { .. }
                | DocumentCommand::AttachFile(_) => prop_assert!(asked_again(turn).is_err()),
                DocumentCommand::Classify(_) | DocumentCommand::ExtendDeadline { .. }
                | DocumentCommand::Derive(_)
                | DocumentCommand::AddNote { .. } => {}
            }
        }
    }
}
