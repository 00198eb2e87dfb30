//! Query parameters: each name known, each value checked, several values by repeating the name.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::America::Lima;
use platform::http::problem::MALFORMED_PARAMETER;
use platform::http::{FieldError, Problem};

use crate::store::document_filter::Span;

/// Values one name may have.
const MOST_VALUES: usize = 50;

/// Characters a value may have.
const LONGEST: usize = 300;

/// The parameters of one request, being read. What is wrong is collected, and told by
/// [`Params::finish`], all at once.
#[derive(Debug, Default)]
pub(crate) struct Params {
    given: Vec<(String, String)>,
    known: BTreeSet<&'static str>,
    errors: Vec<FieldError>,
}

impl Params {
    /// The parameters of a query string.
    pub(crate) fn read(query: Option<&str>) -> Self {
        let given = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
        Self {
            given,
            ..Self::default()
        }
    }

    /// Every value of `name`, read by `read`; `form` says what a value looks like.
    pub(crate) fn many_with<T>(
        &mut self,
        name: &'static str,
        form: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        self.known.insert(name);
        let values: Vec<&str> = self
            .given
            .iter()
            .filter(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
            .collect();
        if values.len() > MOST_VALUES {
            let detail = format!("`{name}` may be repeated {MOST_VALUES} times");
            self.errors.push(error(name, "too_many", detail));
            return Vec::new();
        }
        let mut read_values = Vec::with_capacity(values.len());
        let mut wrong = false;
        for value in values {
            let good = !value.is_empty() && value.chars().count() <= LONGEST;
            match read(value).filter(|_| good && !value.contains('\0')) {
                Some(value) => read_values.push(value),
                None => wrong = true,
            }
        }
        if wrong {
            let detail = format!("`{name}` is {form}");
            self.errors.push(error(name, "wrong_value", detail));
        }
        read_values
    }

    /// The one value of `name`.
    pub(crate) fn one_with<T>(
        &mut self,
        name: &'static str,
        form: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let mut values = self.many_with(name, form, read);
        if values.len() > 1 {
            let detail = format!("`{name}` is given once");
            self.errors.push(error(name, "too_many", detail));
        }
        values.pop()
    }

    /// Every value of `name`.
    pub(crate) fn many<T: FromStr>(&mut self, name: &'static str, form: &str) -> Vec<T> {
        self.many_with(name, form, |text| text.parse().ok())
    }

    /// The one value of `name`.
    pub(crate) fn one<T: FromStr>(&mut self, name: &'static str, form: &str) -> Option<T> {
        self.one_with(name, form, |text| text.parse().ok())
    }

    /// Every value of `name`, which is one of `words`.
    pub(crate) fn words<T: FromStr + ToString>(
        &mut self,
        name: &'static str,
        words: &[T],
    ) -> Vec<T> {
        let all: Vec<String> = words
            .iter()
            .map(|word| format!("`{}`", word.to_string()))
            .collect();
        self.many(name, &format!("one of {}", all.join(", ")))
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.one(name, "`true` or `false`")
    }

    /// The legal dates from `from` to `to`, both included.
    pub(crate) fn days(&mut self, from: &'static str, to: &'static str) -> Option<Span<NaiveDate>> {
        let form = "a date, as 2026-01-31";
        let first: Option<NaiveDate> = self.one_with(from, form, day);
        let last: Option<NaiveDate> = self.one_with(to, form, day);
        if let (Some(first), Some(last)) = (first, last)
            && first > last
        {
            let detail = format!("`{from}` is not after `{to}`");
            self.errors.push(error(from, "wrong_order", detail));
        }
        (first.is_some() || last.is_some()).then(|| Span {
            from: first,
            until: last.map(|last| last + Days::new(1)),
        })
    }

    /// The same as instants: from the first midnight in Lima to the last.
    pub(crate) fn instants(
        &mut self,
        from: &'static str,
        to: &'static str,
    ) -> Option<Span<DateTime<Utc>>> {
        self.days(from, to).map(|days| Span {
            from: days.from.map(midnight),
            until: days.until.map(midnight),
        })
    }

    /// Adds something wrong.
    pub(crate) fn refuse(&mut self, name: &str, code: &'static str, detail: String) {
        self.errors.push(error(name, code, detail));
    }

    /// Nothing more is read: what was not asked for is unknown.
    ///
    /// # Errors
    ///
    /// The problem with everything that is wrong.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        let mut unknown: Vec<&str> = self
            .given
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| !self.known.contains(name))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        let known: Vec<&str> = self.known.iter().copied().collect();
        let known = if known.is_empty() {
            "there are none here".to_owned()
        } else {
            format!("known are {}", known.join(", "))
        };
        self.errors.extend(unknown.iter().map(|name| {
            let name: String = name.chars().take(60).collect();
            error(
                &name,
                "unknown_parameter",
                format!("`{name}` is no parameter; {known}"),
            )
        }));
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Problem::new(&MALFORMED_PARAMETER).errors(self.errors))
    }
}

/// The problem of a part of the path that is no `form`.
pub(crate) fn wrong_path(name: &str, form: &str) -> Problem {
    let detail = format!("`{name}` is {form}");
    Problem::new(&MALFORMED_PARAMETER).error(error(name, "wrong_value", detail))
}

fn error(name: &str, code: &'static str, detail: String) -> FieldError {
    FieldError::new(format!("?{name}"), code, detail)
}

/// A date within the years that calendars here know.
fn day(text: &str) -> Option<NaiveDate> {
    use chrono::Datelike;
    let day: NaiveDate = text.parse().ok()?;
    (1900..=9998).contains(&day.year()).then_some(day)
}

/// The instant at which `day` begins in Lima.
fn midnight(day: NaiveDate) -> DateTime<Utc> {
    let begin = day.and_time(chrono::NaiveTime::MIN);
    begin
        .and_local_timezone(Lima)
        .earliest()
        .map_or_else(|| begin.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use events::classify::Priority;

    use super::*;

    fn codes(params: Params) -> Vec<(String, &'static str)> {
        let problem = params.finish().unwrap_err();
        let errors = problem.field_errors().iter();
        errors.map(|e| (e.pointer.clone(), e.code)).collect()
    }

    #[test]
    fn a_repeated_parameter_has_several_values() {
        let mut params = Params::read(Some("priority=high&priority=urgent"));
        let found: Vec<Priority> = params.words("priority", Priority::ALL);
        assert_eq!(found, [Priority::High, Priority::Urgent]);
        assert!(params.finish().is_ok());
    }

    #[test]
    fn an_unknown_parameter_is_named() {
        let mut params = Params::read(Some("limit=3&colour=red"));
        assert_eq!(params.one::<u32>("limit", "a number"), Some(3));
        assert_eq!(codes(params), [("?colour".to_owned(), "unknown_parameter")]);
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let mut params = Params::read(Some("a=x&b=&c=1&c=2"));
        assert_eq!(params.one::<u32>("a", "a number"), None);
        assert_eq!(params.one::<String>("b", "a text"), None);
        assert_eq!(params.one::<u32>("c", "a number"), Some(2));
        assert_eq!(
            codes(params),
            [
                ("?a".to_owned(), "wrong_value"),
                ("?b".to_owned(), "wrong_value"),
                ("?c".to_owned(), "too_many")
            ]
        );
    }

    #[test]
    fn a_range_of_days_covers_both_ends_in_lima() {
        let mut params = Params::read(Some("from=2026-01-01&to=2026-01-31"));
        let span = params.instants("from", "to").unwrap();
        let text = |at: Option<DateTime<Utc>>| at.unwrap().to_rfc3339();
        assert_eq!(text(span.from), "2026-01-01T05:00:00+00:00");
        assert_eq!(text(span.until), "2026-02-01T05:00:00+00:00");
        let mut params = Params::read(Some("from=2026-02-01&to=2026-01-31"));
        params.days("from", "to");
        assert_eq!(codes(params), [("?from".to_owned(), "wrong_order")]);
        let mut params = Params::read(Some("from=9999-12-31"));
        assert!(params.days("from", "to").is_none());
        assert_eq!(codes(params), [("?from".to_owned(), "wrong_value")]);
    }
}
