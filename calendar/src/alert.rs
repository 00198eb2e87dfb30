//! What is to be said of a last day as it comes nearer (T5).

use chrono::NaiveDate;

use crate::Days;

/// How many business days before the last day it is spoken of first.
const FIRST: u8 = 3;

/// What is to be said of a deadline; the nearer its end, the smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alert {
    /// Its last day is over.
    Missed,
    /// So many business days are left, the last day included: 1 to 3.
    Approaching(u8),
}

impl Alert {
    /// Every alert, the nearest first.
    pub const ALL: [Self; 4] = [
        Self::Missed,
        Self::Approaching(1),
        Self::Approaching(2),
        Self::Approaching(3),
    ];

    /// How many business days are left; 0 when it is over.
    pub const fn days_left(self) -> u8 {
        match self {
            Self::Missed => 0,
            Self::Approaching(days) => days,
        }
    }
}

impl Days<'_> {
    /// What is to be said on `today` of a deadline that ends on `due_on`. On the last day itself, and
    /// when more than three business days are left, that is nothing.
    pub fn alert(&self, today: NaiveDate, due_on: NaiveDate) -> Option<Alert> {
        if due_on < today {
            return Some(Alert::Missed);
        }
        let mut next = self.business_day_after(today);
        for left in 0..=FIRST {
            if due_on < next {
                return (left > 0).then_some(Alert::Approaching(left));
            }
            next = self.business_day_after(next);
        }
        None
    }

    /// The last days, from the first to the last of them, of which `alert` is to be said on `today`.
    pub fn alerted(&self, today: NaiveDate, alert: Alert) -> (NaiveDate, NaiveDate) {
        let yesterday = |on: NaiveDate| on.pred_opt().unwrap_or(NaiveDate::MIN);
        match alert {
            Alert::Missed => (NaiveDate::MIN, yesterday(today)),
            Alert::Approaching(left) => {
                let before = (1..left).fold(today, |on, _| self.business_day_after(on));
                let first = self.business_day_after(before);
                (first, yesterday(self.business_day_after(first)))
            }
        }
    }
}
