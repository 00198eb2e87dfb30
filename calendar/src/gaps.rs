//! The days a term went over: collected while it is computed, for its explanation (T4).

use chrono::{Days as Later, NaiveDate};

use crate::days::{is_weekend, weekend_days};
use crate::{Day, Days, Pause, Skipped};

/// What was gone over so far.
#[derive(Debug)]
pub(crate) struct Gaps<'c> {
    days: Days<'c>,
    pauses: &'c [Pause],
    weekend_days: i64,
    skipped: Vec<Skipped>,
}

impl<'c> Gaps<'c> {
    pub(crate) const fn new(days: Days<'c>, pauses: &'c [Pause]) -> Self {
        Self {
            days,
            pauses,
            weekend_days: 0,
            skipped: Vec::new(),
        }
    }

    /// When the clock stood; those days are told as such, and not among the gaps.
    pub(crate) const fn pauses(&self) -> &'c [Pause] {
        self.pauses
    }

    /// Days that count were counted after `after` and up to `to`.
    pub(crate) fn counting(&mut self, after: NaiveDate, to: NaiveDate) {
        let Some(first) = after.succ_opt() else {
            return;
        };
        self.weekends(after, to);
        self.name(first, to, |day| day.suspends_terms);
    }

    /// An end was moved from `from`, which is gone over, to `to`, which is not.
    pub(crate) fn moving(&mut self, from: NaiveDate, to: NaiveDate) {
        let (Some(before), Some(last)) = (from.pred_opt(), to.pred_opt()) else {
            return;
        };
        if from < to {
            self.weekends(before, last);
            self.name(from, last, |_| true);
        }
    }

    /// Saturdays and Sundays after `after` and up to `to`, without those on which the clock stood.
    fn weekends(&mut self, after: NaiveDate, to: NaiveDate) {
        let mut found = weekend_days(after, to);
        for pause in self.pauses {
            let before = pause
                .from
                .checked_sub_days(Later::new(1))
                .unwrap_or(pause.from);
            let last = pause
                .until
                .checked_sub_days(Later::new(1))
                .unwrap_or(pause.until);
            let (from, until) = (before.max(after), last.min(to));
            if from < until {
                found -= weekend_days(from, until);
            }
        }
        self.weekend_days += found;
    }

    fn name(&mut self, first: NaiveDate, last: NaiveDate, is_gap: impl Fn(&Day) -> bool) {
        for day in self.days.declared(first, last) {
            let is_told = self.skipped.last().is_some_and(|told| told.on >= day.on);
            let stood = self.pauses.iter().any(|pause| pause.holds(day.on));
            if !is_told && !stood && !is_weekend(day.on) && is_gap(day) {
                self.skipped.push(Skipped {
                    on: day.on,
                    name: day.name.clone(),
                });
            }
        }
    }

    /// How many Saturdays and Sundays, and which declared days.
    pub(crate) fn found(self) -> (u32, Vec<Skipped>) {
        (u32::try_from(self.weekend_days).unwrap_or(0), self.skipped)
    }
}
