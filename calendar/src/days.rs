//! The days of one place: which count, and where a count of them ends.
//!
//! Two kinds of day are told apart. A day *counts* when it is no Saturday, no Sunday and not
//! declared as suspending terms. A *business day* counts and has an open desk: no day off at all is
//! declared for it. Terms run over days that count and end on business days.

use chrono::{NaiveDate, Weekday};

use crate::calendar::number;
use crate::{Calendar, Day, Pause, Place};

/// What is asked of a calendar for one place.
#[derive(Clone, Copy, Debug)]
pub struct Days<'c> {
    calendar: &'c Calendar,
    place: Option<Place>,
    suspending: [&'c [i64]; 3],
}

/// The date with this number; the last there is when it lies beyond all calendars.
fn date(number: i64) -> NaiveDate {
    let number = i32::try_from(number).ok();
    number
        .and_then(NaiveDate::from_num_days_from_ce_opt)
        .unwrap_or(NaiveDate::MAX)
}

/// How many weekdays there are up to and with day `number`. Day 1 of the common era is a Monday.
fn weekdays(number: i64) -> i64 {
    number.div_euclid(7) * 5 + number.rem_euclid(7).min(5)
}

/// The `n`-th weekday of the common era.
fn weekday(n: i64) -> i64 {
    (n - 1).div_euclid(5) * 7 + (n - 1).rem_euclid(5) + 1
}

/// Whether it is a Saturday or a Sunday.
pub(crate) fn is_weekend(on: NaiveDate) -> bool {
    use chrono::Datelike as _;
    matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
}

/// How many Saturdays and Sundays lie after `after` and up to `to`.
pub(crate) fn weekend_days(after: NaiveDate, to: NaiveDate) -> i64 {
    let (after, to) = (number(after), number(to));
    (to - after) - (weekdays(to) - weekdays(after))
}

impl<'c> Days<'c> {
    pub(crate) const fn new(
        calendar: &'c Calendar,
        place: Option<Place>,
        suspending: [&'c [i64]; 3],
    ) -> Self {
        Self {
            calendar,
            place,
            suspending,
        }
    }

    /// The place they are the days of.
    pub const fn place(&self) -> Option<Place> {
        self.place
    }

    /// The version of the calendar they are taken from.
    pub fn version(&self) -> u64 {
        self.calendar.version()
    }

    /// The days off declared for this place from `from` to `to`, both included.
    pub fn declared(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = &'c Day> {
        let place = self.place;
        let days = self.calendar.between(from, to);
        days.filter(move |day| day.scope.covers(place))
    }

    /// Whether `on` is a day of a term: no weekend, and none that suspends terms.
    pub fn counts(&self, on: NaiveDate) -> bool {
        let is_in = |list: &&[i64]| list.binary_search(&number(on)).is_ok();
        !is_weekend(on) && !self.suspending.iter().any(is_in)
    }

    /// Whether `on` is a business day (T1).
    pub fn is_business_day(&self, on: NaiveDate) -> bool {
        !is_weekend(on) && self.declared(on, on).next().is_none()
    }

    /// The first business day on `on` or after it.
    pub fn business_day_from(&self, mut on: NaiveDate) -> NaiveDate {
        while !self.is_business_day(on) && on < NaiveDate::MAX {
            on = date(number(on) + 1);
        }
        on
    }

    /// The first business day after `after`.
    pub fn business_day_after(&self, after: NaiveDate) -> NaiveDate {
        self.business_day_from(date(number(after) + 1))
    }

    /// The day on which a term of `count` business days from `from` ends (T1): the count starts on
    /// the next day that counts, and an end on a day off moves to the next business day.
    ///
    /// "Two business days from now" is `days.due_after(today, 2)`.
    pub fn due_after(&self, from: NaiveDate, count: u32) -> NaiveDate {
        self.business_day_from(self.nth(from, i64::from(count)))
    }

    /// How many days that count lie after `after` and up to `to`; negative when `to` is earlier.
    pub fn counted(&self, after: NaiveDate, to: NaiveDate) -> i64 {
        self.up_to(number(to)) - self.up_to(number(after))
    }

    /// The `n`-th day after `after` that counts.
    pub(crate) fn nth(&self, after: NaiveDate, n: i64) -> NaiveDate {
        if n <= 0 {
            return after;
        }
        let start = number(after);
        let wanted = weekdays(start) + n;
        let before = self.off_up_to(start);
        let mut day = weekday(wanted);
        // Each day off found pushes the end on, perhaps over further ones; never back.
        loop {
            let next = weekday(wanted + self.off_up_to(day) - before);
            if next == day {
                return date(day);
            }
            day = next;
        }
    }

    /// The `n`-th day after `after` that counts and lies in none of `pauses`, which are in order.
    pub(crate) fn nth_outside(&self, after: NaiveDate, n: i64, pauses: &[Pause]) -> NaiveDate {
        outside(
            after,
            n,
            pauses,
            |after, to| self.counted(after, to),
            |after, n| self.nth(after, n),
        )
    }

    /// The first business day on `on` or after it that lies in none of `pauses`.
    pub(crate) fn end_from(&self, on: NaiveDate, pauses: &[Pause]) -> NaiveDate {
        let mut on = self.business_day_from(on);
        while let Some(pause) = pauses.iter().find(|pause| pause.holds(on)) {
            on = self.business_day_from(pause.until);
        }
        on
    }

    fn up_to(&self, number: i64) -> i64 {
        weekdays(number) - self.off_up_to(number)
    }

    fn off_up_to(&self, number: i64) -> i64 {
        let lists = self.suspending.iter();
        let off: usize = lists
            .map(|list| list.partition_point(|day| *day <= number))
            .sum();
        i64::try_from(off).unwrap_or(i64::MAX)
    }
}

/// The `n`-th day of the week or weekend after `after` that lies in none of `pauses`.
pub(crate) fn nth_of_all(after: NaiveDate, n: i64, pauses: &[Pause]) -> NaiveDate {
    let between = |after, to| number(to) - number(after);
    outside(after, n, pauses, between, |after, n| {
        date(number(after) + n)
    })
}

/// The `n`-th of the days after `after` outside `pauses`, given how days are counted and found.
fn outside(
    after: NaiveDate,
    n: i64,
    pauses: &[Pause],
    between: impl Fn(NaiveDate, NaiveDate) -> i64,
    nth: impl Fn(NaiveDate, i64) -> NaiveDate,
) -> NaiveDate {
    let (mut after, mut left) = (after, n);
    for pause in pauses.iter().filter(|pause| pause.from < pause.until) {
        let last_before = date(number(pause.from) - 1);
        let last_of = date(number(pause.until) - 1);
        if last_of <= after {
            continue;
        }
        let counted = if last_before > after {
            between(after, last_before)
        } else {
            0
        };
        if left <= counted {
            break;
        }
        left -= counted;
        after = last_of;
    }
    nth(after, left)
}
