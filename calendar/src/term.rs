//! A term: what was to be counted, where it ended, and over which days it went.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::days::nth_of_all;
use crate::gaps::Gaps;
use crate::{Calendar, Change, Days, Place};

/// How long a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", content = "length", rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Period {
    /// So many business days, as the law counts days (arts. 144.1, 145.1).
    BusinessDays(u16),
    /// So many days of any kind, where a rule says *días calendario*.
    CalendarDays(u16),
    /// So many months, from date to date (arts. 144.2, 145.3).
    Months(u16),
    /// Until a date that was said; it is not moved.
    Until(NaiveDate),
}

/// What the law gives when no rule says otherwise (T3, art. 143; art. 39 for the whole).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum LegalTerm {
    /// An act of mere procedure: 3 business days.
    MereProcedure,
    /// A report or an opinion: 7 business days.
    Report,
    /// A report that needs a journey or others: 7 and 3 business days.
    ReportExtended,
    /// What a citizen is asked for: 10 business days.
    CitizenAct,
    /// The whole procedure: 30 business days.
    WholeProcedure,
}

/// Which rule a term comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Rule {
    /// The date was given with the document.
    Given,
    /// The rule for a category of a document type.
    Category,
    /// The rule for a document type.
    DocumentType,
    /// The rule of the institution.
    Institution,
    /// The law, where no rule says otherwise (T3).
    Law,
    /// The time a citizen has to correct what was observed (O1).
    Correction,
}

/// What the count is reckoned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Since {
    /// The day it was filed.
    Filed,
    /// The day it was observed.
    Observed,
    /// The day it was corrected (O2).
    Corrected,
    /// The day it was sent to an office.
    Sent,
}

/// Days on which the clock stood: from the day it was suspended, which does not count, until the
/// day it was resumed, which does. Suspended and resumed on one day costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Pause {
    /// The first day that does not count.
    pub from: NaiveDate,
    /// The first day that counts again.
    pub until: NaiveDate,
}

/// All that a due date follows from, besides the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The rule.
    pub rule: Rule,
    /// How long.
    pub period: Period,
    /// What happened on `counted_from`.
    pub since: Since,
    /// The day the count is reckoned from; it is not counted itself.
    pub counted_from: NaiveDate,
    /// How many business days were added.
    pub extended_by: u32,
    /// When the clock stood, in order, none over another.
    pub pauses: Vec<Pause>,
}

/// A declared day that a term went over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Skipped {
    /// The day.
    pub on: NaiveDate,
    /// What it is.
    pub name: String,
}

/// A due date that explains itself (T4) and can be computed again (I8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Term {
    /// The rule it comes from.
    pub rule: Rule,
    /// How long it is.
    pub period: Period,
    /// What happened on `counted_from`.
    pub since: Since,
    /// The day it is reckoned from; not counted itself.
    pub counted_from: NaiveDate,
    /// The first day of the count.
    pub starts_on: NaiveDate,
    /// The last day.
    pub due_on: NaiveDate,
    /// The version of the calendar it was computed with.
    pub calendar_version: u64,
    /// The place whose days were taken; those of the nation only when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// How many business days were added to it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub extended_by: u32,
    /// When the clock stood.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// How many Saturdays and Sundays it went over.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub weekend_days: u32,
    /// The declared days it went over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<Skipped>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Rule {
    /// The word it is stored as.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Category => "category",
            Self::DocumentType => "document_type",
            Self::Institution => "institution",
            Self::Law => "law",
            Self::Correction => "correction",
        }
    }
}

impl LegalTerm {
    /// How long the law says.
    pub const fn period(self) -> Period {
        match self {
            Self::MereProcedure => Period::BusinessDays(3),
            Self::Report => Period::BusinessDays(7),
            Self::ReportExtended | Self::CitizenAct => Period::BusinessDays(10),
            Self::WholeProcedure => Period::BusinessDays(30),
        }
    }
}

impl Pause {
    /// Whether the clock stands on `on`.
    pub fn holds(&self, on: NaiveDate) -> bool {
        self.from <= on && on < self.until
    }
}

impl Count {
    /// A term of `period` from `counted_from` that nothing happened to yet.
    pub const fn new(rule: Rule, period: Period, since: Since, counted_from: NaiveDate) -> Self {
        Self {
            rule,
            period,
            since,
            counted_from,
            extended_by: 0,
            pauses: Vec::new(),
        }
    }

    /// A date that was given with a document filed on `filed_on`.
    pub const fn given(due_on: NaiveDate, filed_on: NaiveDate) -> Self {
        Self::new(Rule::Given, Period::Until(due_on), Since::Filed, filed_on)
    }
}

impl Term {
    /// A date that was given, with no calendar at all.
    pub const fn given(due_on: NaiveDate, counted_from: NaiveDate) -> Self {
        Self {
            rule: Rule::Given,
            period: Period::Until(due_on),
            since: Since::Filed,
            counted_from,
            starts_on: counted_from,
            due_on,
            calendar_version: 0,
            place: None,
            extended_by: 0,
            pauses: Vec::new(),
            weekend_days: 0,
            skipped: Vec::new(),
        }
    }

    /// Whether the calendar has anything to do with it: a date that was given, and neither
    /// extended nor moved because the clock stood, stays as it is.
    pub fn follows_the_calendar(&self) -> bool {
        match self.period {
            Period::BusinessDays(_) | Period::CalendarDays(_) | Period::Months(_) => true,
            Period::Until(date) => self.extended_by > 0 || self.due_on != date,
        }
    }

    /// What it was computed from.
    pub fn count(&self) -> Count {
        Count {
            rule: self.rule,
            period: self.period,
            since: self.since,
            counted_from: self.counted_from,
            extended_by: self.extended_by,
            pauses: self.pauses.clone(),
        }
    }

    /// The same term, computed with the days of today (T2).
    #[must_use]
    pub fn recomputed(&self, calendar: &Calendar) -> Self {
        calendar.at(self.place).term(self.count())
    }

    /// Whether `change` may make it another: the day lies in its course and is one of its place.
    /// A day after its end is none of its business, and neither is the day it is reckoned from.
    pub fn is_touched_by(&self, change: &Change) -> bool {
        let day = &change.day;
        self.follows_the_calendar()
            && day.scope.covers(self.place)
            && self.counted_from < day.on
            && day.on <= self.due_on
    }
}

impl Days<'_> {
    /// Where `count` ends.
    pub fn term(&self, count: Count) -> Term {
        let Count {
            rule,
            period,
            since,
            counted_from,
            extended_by,
            pauses,
        } = count;
        let mut gaps = Gaps::new(*self, &pauses);
        let (starts_on, mut due_on) = self.course(period, counted_from, &mut gaps);
        if extended_by > 0 {
            let base = due_on;
            let end = self.nth_outside(base, i64::from(extended_by), &pauses);
            gaps.counting(base, end);
            due_on = self.moved(end, &mut gaps);
        }
        let (weekend_days, skipped) = gaps.found();
        Term {
            rule,
            period,
            since,
            counted_from,
            starts_on,
            due_on,
            calendar_version: self.version(),
            place: self.place(),
            extended_by,
            pauses,
            weekend_days,
            skipped,
        }
    }

    /// First and last day of a term without extensions.
    fn course(
        &self,
        period: Period,
        from: NaiveDate,
        gaps: &mut Gaps<'_>,
    ) -> (NaiveDate, NaiveDate) {
        let pauses = gaps.pauses();
        match period {
            Period::BusinessDays(length) => {
                let starts_on = self.nth_outside(from, 1, pauses);
                let end = self.nth_outside(from, i64::from(length), pauses);
                gaps.counting(from, end);
                (starts_on, self.moved(end, gaps))
            }
            Period::CalendarDays(length) => {
                let starts_on = self.nth_outside(from, 1, pauses);
                gaps.counting(from, starts_on);
                let end = nth_of_all(starts_on, i64::from(length) - 1, pauses);
                (starts_on, self.moved(end, gaps))
            }
            Period::Months(length) => {
                let end = shifted(from, months_later(from, length), pauses);
                (from, self.moved(end, gaps))
            }
            Period::Until(date) => {
                let end = shifted(from, date, pauses);
                // A date that was said stays, whatever day it is, unless the clock stood.
                let due_on = if end == date {
                    date
                } else {
                    self.moved(end, gaps)
                };
                (from, due_on)
            }
        }
    }

    /// The end moved to a business day (art. 145.2).
    fn moved(&self, end: NaiveDate, gaps: &mut Gaps<'_>) -> NaiveDate {
        let due_on = self.end_from(end, gaps.pauses());
        gaps.moving(end, due_on);
        due_on
    }
}

/// The same day so many months later; where that month has no such day, the first of the next
/// (art. 145.3), which then moves to a business day.
fn months_later(from: NaiveDate, length: u16) -> NaiveDate {
    use chrono::Datelike as _;
    let later = from.checked_add_months(Months::new(u32::from(length)));
    match later {
        Some(later) if later.day() == from.day() => later,
        Some(last) => last.succ_opt().unwrap_or(NaiveDate::MAX),
        None => NaiveDate::MAX,
    }
}

/// `to`, later by the days between `from` and it on which the clock stood.
fn shifted(from: NaiveDate, to: NaiveDate, pauses: &[Pause]) -> NaiveDate {
    let length = (to - from).num_days();
    if length <= 0 {
        to
    } else {
        nth_of_all(from, length, pauses)
    }
}
