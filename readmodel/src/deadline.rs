//! The deadline of a document, as rows keep it and answers show it.

use calendar::{Language, Term};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// By when a document must be attended, and why then (T4).
///
/// Columns `deadline_term` (the term as it was stored), `deadline_rule`, `deadline_starts_on`,
/// `clock_stopped_on`; and, while the clock runs, `due_on`, and for those who look for deadlines that
/// a day touches, `deadline_from`, `deadline_place`, `calendar_version`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Deadline {
    /// The rule, its length, its first and last day, and what was skipped.
    #[serde(flatten)]
    pub term: Term,
    /// Since when its clock stands; then `due_on` says what it was.
    pub suspended_on: Option<NaiveDate>,
    /// Why it is due when it is due.
    pub explanation: Explanation,
}

/// One sentence in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Explanation {
    /// In Spanish.
    pub es: String,
    /// In English.
    pub en: String,
}

impl Deadline {
    /// `term` explained.
    pub fn of(term: Term, suspended_on: Option<NaiveDate>) -> Self {
        Self {
            explanation: Explanation {
                es: term.explain(Language::Spanish),
                en: term.explain(Language::English),
            },
            term,
            suspended_on,
        }
    }

    /// A deadline from its columns. Rows written before there were terms have none in them: then
    /// it was a date that was given.
    pub fn from_columns(
        term: Option<Term>,
        starts_on: Option<NaiveDate>,
        due_on: Option<NaiveDate>,
        stopped_on: Option<NaiveDate>,
    ) -> Option<Self> {
        let given = || Some(Term::given(due_on?, starts_on?));
        term.or_else(given).map(|term| Self::of(term, stopped_on))
    }

    /// The last day, while the clock runs.
    pub fn due_on(&self) -> Option<NaiveDate> {
        self.suspended_on.is_none().then_some(self.term.due_on)
    }

    /// The version of the calendar it follows, while the clock runs; none when no day that is
    /// declared can change it.
    pub fn calendar_version(&self) -> Option<u64> {
        let follows = self.suspended_on.is_none() && self.term.follows_the_calendar();
        follows.then_some(self.term.calendar_version)
    }

    /// The province whose days were taken, as text; empty when only those of the nation were.
    pub fn place(&self) -> String {
        self.term
            .place
            .map_or_else(String::new, |place| place.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t4_a_deadline_reads_back_with_its_explanation() {
        let term = Term::given("2026-08-06".parse().unwrap(), "2026-07-31".parse().unwrap());
        let deadline = Deadline::of(term, None);
        let text = serde_json::to_string(&deadline).unwrap();
        assert!(text.contains("\"rule\":\"given\""), "{text}");
        assert!(text.contains("Vence el 6 de agosto de 2026"), "{text}");
        assert_eq!(serde_json::from_str::<Deadline>(&text).unwrap(), deadline);
    }

    #[test]
    fn a_clock_that_stands_is_due_on_no_day() {
        let day = "2026-08-06".parse().unwrap();
        let stopped = Deadline::of(Term::given(day, day), Some(day));
        assert_eq!((stopped.due_on(), stopped.calendar_version()), (None, None));
    }

    #[test]
    fn a_row_from_before_terms_is_a_date_that_was_given() {
        let day = "2026-08-06".parse().ok();
        let read = Deadline::from_columns(None, day, day, None).unwrap();
        assert_eq!(read.term, Term::given(day.unwrap(), day.unwrap()));
        assert_eq!(Deadline::from_columns(None, None, None, None), None);
    }
}
