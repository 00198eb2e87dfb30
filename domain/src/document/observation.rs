//! The desk observes, the sender corrects, or it counts as not presented (R1, O1 to O3, art. 136).

use std::collections::BTreeSet;

use calendar::{Count, Period, Rule, Since, Term};
use chrono::NaiveDate;
use events::deadline::{DeadlineRescheduled, RescheduleCause};
use events::desk::{DocumentNotFiled, DocumentObserved, ObservationCorrected, ObservedItem};
use events::{DocumentEvent, legal_date};

use super::decide::{Outcome, done};
use super::{Correct, DocumentRefusal, Dossier, Observe, Phase};
use crate::refusal::Faults;
use crate::{Context, Decided};

/// How many business days the sender has to correct (O1).
const TO_CORRECT: Period = Period::BusinessDays(2);

/// What is still to be corrected, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The items that were not corrected yet. A later observation may only repeat these (O3).
    pub open: BTreeSet<String>,
    /// The last day for it.
    pub correct_by_on: NaiveDate,
}

impl Dossier {
    /// O1: from the digital desk, or registered and not derived yet; all in one act, once.
    pub(super) fn observe(&self, command: &Observe, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        items(&mut faults, &command.items);
        faults.found(DocumentRefusal::Invalid)?;
        let desk = self.desk(context)?;
        if !matches!(self.phase, Phase::Submitted | Phase::Registered) {
            return Err(self.wrong_status());
        }
        if !self.derivations.is_empty() {
            return Err(DocumentRefusal::WasDerived);
        }
        if let Some(earlier) = &self.observation
            && let Some(new) = (command.items.iter()).find(|new| !earlier.open.contains(&new.item))
        {
            return Err(DocumentRefusal::ObservedOnce {
                item: new.item.clone(),
            });
        }
        done(
            desk,
            DocumentEvent::Observed(DocumentObserved {
                items: command.items.clone(),
                correct_by_on: self.correct_by(context),
            }),
        )
    }

    /// O2: in time, the legal date stays and the clock for the answer starts anew.
    pub(super) fn correct(&self, command: &Correct, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.optional("/note", command.note.as_deref(), 4000);
        let open = self
            .observation
            .as_ref()
            .map(|observation| &observation.open);
        let count = command.items.len();
        let detail = format!("has {count} items; 1 to 50 are allowed");
        faults.check((1..=50).contains(&count), "/items", "count", detail);
        if self.phase == Phase::Observed {
            for (index, item) in command.items.iter().enumerate() {
                let known = open.is_some_and(|open| open.contains(item));
                let pointer = format!("/items/{index}");
                faults.check(known, &pointer, "unknown", "is no item to be corrected");
            }
        }
        faults.found(DocumentRefusal::Invalid)?;
        let office = context.acting_for(&[self.registry_office]);
        let is_sender = self.submitted_by == Some(context.user.id);
        if office.is_none() && !is_sender {
            let office = self.registry_office;
            return Err(DocumentRefusal::NotOfOffice { office });
        }
        let correct_by_on = self.must_be_observed()?;
        let today = self.today(context);
        if today > correct_by_on {
            return Err(DocumentRefusal::CorrectionExpired { correct_by_on });
        }
        let mut events = vec![DocumentEvent::Corrected(ObservationCorrected {
            items: command.items.iter().cloned().collect(),
            note: command.note.clone(),
        })];
        if let Some(deadline) = &self.deadline {
            events.push(DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
                cause: RescheduleCause::Corrected,
                deadline: restarted(deadline, today, context),
            })));
        }
        Ok(Decided::by(office, events))
    }

    /// O2: not corrected in time. The desk says so, or Mesa itself.
    pub(super) fn declare_not_filed(&self, context: &Context<'_>) -> Outcome {
        let desk = self.desk(context)?;
        let correct_by_on = self.must_be_observed()?;
        if self.today(context) <= correct_by_on {
            return Err(DocumentRefusal::CorrectionRunning { correct_by_on });
        }
        let open = self.observation.iter().flat_map(|one| one.open.iter());
        done(
            desk,
            DocumentEvent::NotFiled(DocumentNotFiled {
                items: open.cloned().collect(),
                correct_by_on,
            }),
        )
    }

    /// The legal date that a fact decided now will carry: no fact is earlier than the one before it
    /// (I6), also when the clock is.
    pub(super) fn today(&self, context: &Context<'_>) -> NaiveDate {
        legal_date(context.at.max(self.last_at))
    }

    /// O1: two business days of the office that observed.
    fn correct_by(&self, context: &Context<'_>) -> NaiveDate {
        let today = self.today(context);
        let count = Count::new(Rule::Correction, TO_CORRECT, Since::Observed, today);
        context
            .directory
            .days_of(self.registry_office)
            .term(count)
            .due_on
    }

    /// The last day to correct what is observed now.
    fn must_be_observed(&self) -> Result<NaiveDate, DocumentRefusal> {
        self.correct_by_on().ok_or_else(|| self.wrong_status())
    }
}

impl Observation {
    /// What is to be corrected from now on.
    pub(super) fn of(observed: &DocumentObserved) -> Self {
        let names = observed.items.iter().map(|item| item.item.clone());
        Self {
            open: names.collect(),
            correct_by_on: observed.correct_by_on,
        }
    }
}

fn items(faults: &mut Faults, items: &[ObservedItem]) {
    let count = items.len();
    let detail = format!("has {count} items; 1 to 50 are allowed");
    faults.check((1..=50).contains(&count), "/items", "count", detail);
    for (index, one) in items.iter().enumerate() {
        let at = |field: &str| format!("/items/{index}/{field}");
        faults.text(&at("item"), &one.item, 1, 60);
        faults.text(&at("detail"), &one.detail, 1, 1000);
        let twice = items[..index].iter().any(|other| other.item == one.item);
        faults.check(!twice, &at("item"), "twice", "is named twice");
    }
}

/// The same term with its extensions, counted from `today` on (O2). A date that was given moves by what
/// it lost, and never to an earlier one.
fn restarted(deadline: &Term, today: NaiveDate, context: &Context<'_>) -> Term {
    let period = match deadline.period {
        Period::Until(date) => Period::Until((today + (date - deadline.counted_from)).max(date)),
        Period::BusinessDays(_) | Period::CalendarDays(_) | Period::Months(_) => deadline.period,
    };
    let calendar = &context.directory.clockwork().calendar;
    let count = Count {
        extended_by: deadline.extended_by,
        ..Count::new(deadline.rule, period, Since::Corrected, today)
    };
    calendar.at(deadline.place).term(count)
}
