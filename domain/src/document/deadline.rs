//! The clock of a document: its deadline extended, stopped, going on, computed anew (T1, T2).

use calendar::{Alert, Change, ChangeKind, Count, Pause, Term};
use chrono::NaiveDate;
use events::deadline::{
    ChangedDay, ClockResumed, ClockSuspended, DeadlineApproaching, DeadlineExtended,
    DeadlineMissed, DeadlineRescheduled, RescheduleCause,
};
use events::{DocumentEvent, OfficeId, Permission};

use super::decide::{Outcome, done, reason};
use super::{DocumentRefusal, Dossier};
use crate::refusal::Faults;
use crate::{Context, Decided};

impl Dossier {
    /// The last day, while the clock runs.
    pub fn due_on(&self) -> Option<NaiveDate> {
        let deadline = self.deadline.as_ref().filter(|_| self.stopped_on.is_none());
        deadline.map(|deadline| deadline.due_on)
    }

    pub(super) fn extend(&self, days: u32, why: &str, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        let fits = (1..=1000).contains(&days);
        faults.check(fits, "/days", "range", "must be 1 to 1,000");
        faults.text("/reason", why, 1, 1000);
        faults.found(DocumentRefusal::Invalid)?;
        let (office, deadline) = self.running_clock(context)?;
        let count = Count {
            extended_by: deadline.extended_by.saturating_add(days),
            ..deadline.count()
        };
        done(
            office,
            DocumentEvent::DeadlineExtended(Box::new(DeadlineExtended {
                days,
                reason: why.to_owned(),
                deadline: computed(deadline, count, context),
            })),
        )
    }

    pub(super) fn suspend(&self, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let (office, _) = self.running_clock(context)?;
        let on = self.today(context);
        let reason = why.to_owned();
        done(
            office,
            DocumentEvent::ClockSuspended(ClockSuspended { on, reason }),
        )
    }

    pub(super) fn resume(&self, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let office = self.head_of_clock(context)?;
        let deadline = self.deadline.as_ref().ok_or(DocumentRefusal::NoDeadline)?;
        let from = self.stopped_on.ok_or(DocumentRefusal::ClockRuns)?;
        let until = self.today(context).max(from);
        let mut count = deadline.count();
        count.pauses.push(Pause { from, until });
        done(
            office,
            DocumentEvent::ClockResumed(Box::new(ClockResumed {
                on: until,
                reason: why.to_owned(),
                deadline: computed(deadline, count, context),
            })),
        )
    }

    /// T2: computed anew when days in its course changed since it was computed, also when the due
    /// date stays. A document that is closed, or whose clock stands, is left alone: what goes on
    /// later is computed with the days of that time.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "is a rule like the others, though it refuses nothing"
    )]
    pub(super) fn reschedule(&self, context: &Context<'_>) -> Outcome {
        let Some(deadline) = self.running() else {
            return Ok(Decided::nothing());
        };
        let calendar = &context.directory.clockwork().calendar;
        let changes = calendar.changes_since(deadline.calendar_version).iter();
        let touching = changes.filter(|change| deadline.is_touched_by(change));
        let days: Vec<_> = touching.map(changed_day).collect();
        if days.is_empty() {
            return Ok(Decided::nothing());
        }
        let rescheduled = DeadlineRescheduled {
            cause: RescheduleCause::CalendarChanged { days },
            deadline: deadline.recomputed(calendar),
        };
        let event = DocumentEvent::Rescheduled(Box::new(rescheduled));
        Ok(Decided::by(None, vec![event]))
    }

    /// T5, I17: each alert of a last day once, and none after a nearer one. A deadline that is to be
    /// computed anew says nothing before it is.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "is a rule like the others, though it refuses nothing"
    )]
    pub(super) fn alert(&self, due_on: NaiveDate, context: &Context<'_>) -> Outcome {
        let deadline = self.running().filter(|deadline| deadline.due_on == due_on);
        let Some(deadline) = deadline else {
            return Ok(Decided::nothing());
        };
        let calendar = &context.directory.clockwork().calendar;
        let mut changes = calendar.changes_since(deadline.calendar_version).iter();
        let is_behind = changes.any(|change| deadline.is_touched_by(change));
        let days = calendar.at(deadline.place);
        let alert = days.alert(self.today(context), due_on);
        let said = |alert: &Alert| {
            let nearest = self.alerts.range(..=(due_on, *alert)).next_back();
            nearest.is_some_and(|(on, _)| *on == due_on)
        };
        let alert = alert.filter(|alert| !is_behind && !said(alert));
        let event = alert.map(|alert| match alert {
            Alert::Missed => DocumentEvent::DeadlineMissed(DeadlineMissed { due_on }),
            Alert::Approaching(days) => {
                DocumentEvent::DeadlineApproaching(DeadlineApproaching { due_on, days })
            }
        });
        Ok(Decided::by(None, Vec::from_iter(event)))
    }

    /// The deadline, while the document is open and its clock runs.
    fn running(&self) -> Option<&Term> {
        let runs = self.stopped_on.is_none() && self.phase.status().is_open();
        self.deadline.as_ref().filter(|_| runs)
    }

    fn head_of_clock(&self, context: &Context<'_>) -> Result<OfficeId, DocumentRefusal> {
        let office = self.desk_or_holder(context)?;
        self.must_be_open()?;
        if context.user.may_in(office, Permission::DocumentsHead) {
            Ok(office)
        } else {
            Err(DocumentRefusal::NeedsHead)
        }
    }

    fn running_clock(&self, context: &Context<'_>) -> Result<(OfficeId, &Term), DocumentRefusal> {
        let office = self.head_of_clock(context)?;
        let deadline = self.deadline.as_ref().ok_or(DocumentRefusal::NoDeadline)?;
        match self.stopped_on {
            None => Ok((office, deadline)),
            Some(_) => Err(DocumentRefusal::ClockStands),
        }
    }
}

/// `count`, with the days of the place where `deadline` was counted.
fn computed(deadline: &Term, count: Count, context: &Context<'_>) -> Term {
    let calendar = &context.directory.clockwork().calendar;
    calendar.at(deadline.place).term(count)
}

fn changed_day(change: &Change) -> ChangedDay {
    ChangedDay {
        on: change.day.on,
        name: change.day.name.clone(),
        declared: match change.kind {
            ChangeKind::Declared => true,
            ChangeKind::Revoked => false,
        },
    }
}
