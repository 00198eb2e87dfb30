//! What was found, and what to change.

use std::fmt;

use serde::Serialize;

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// Mesa works; it would be better otherwise, or it cannot be seen from here.
    Warn,
    /// Mesa does not work, or does not keep what it promises.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is.
    pub state: State,
    /// Whose it is.
    pub of: &'static str,
    /// What was looked at.
    pub what: String,
    /// How it was found.
    pub found: String,
    /// What to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

/// Everything that was looked at, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    /// `what` of `of` is as it should be.
    pub fn ok(&mut self, of: &'static str, what: impl Into<String>, found: impl Into<String>) {
        self.add(State::Ok, of, what.into(), found.into(), None);
    }

    /// `what` of `of` would be better otherwise, or cannot be seen.
    pub fn warn(
        &mut self,
        of: &'static str,
        what: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(
            State::Warn,
            of,
            what.into(),
            found.into(),
            Some(advice.into()),
        );
    }

    /// `what` of `of` must be changed.
    pub fn fail(
        &mut self,
        of: &'static str,
        what: impl Into<String>,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) {
        self.add(
            State::Fail,
            of,
            what.into(),
            found.into(),
            Some(advice.into()),
        );
    }

    /// How the worst of it is.
    pub fn state(&self) -> State {
        let states = self.findings.iter().map(|finding| finding.state);
        states.max().unwrap_or(State::Ok)
    }

    fn add(
        &mut self,
        state: State,
        of: &'static str,
        what: String,
        found: String,
        advice: Option<String>,
    ) {
        self.findings.push(Finding {
            state,
            of,
            what,
            found,
            advice,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widest = self
            .findings
            .iter()
            .map(|finding| finding.what.chars().count());
        let widest = widest.max().unwrap_or_default();
        for finding in &self.findings {
            let state = match finding.state {
                State::Ok => "ok",
                State::Warn => "warn",
                State::Fail => "FAIL",
            };
            let Finding {
                of, what, found, ..
            } = finding;
            writeln!(f, "{state:<5} {of:<11} {what:<widest$}  {found}")?;
            if let Some(advice) = &finding.advice {
                writeln!(f, "      → {advice}")?;
            }
        }
        let of = |state| {
            self.findings
                .iter()
                .filter(move |one| one.state == state)
                .count()
        };
        let (warn, fail) = (of(State::Warn), of(State::Fail));
        writeln!(
            f,
            "\n{} ok, {warn} to look at, {fail} to change",
            of(State::Ok)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_counts_and_each_complaint_says_what_to_do() {
        let mut report = Report::default();
        assert_eq!(report.state(), State::Ok);
        report.ok("NATS", "version", "2.15.1");
        report.warn("Redis", "maxmemory", "0", "set one");
        assert_eq!(report.state(), State::Warn);
        report.fail("PostgreSQL", "fsync", "off", "switch it on");
        assert_eq!(report.state(), State::Fail);
        let text = report.to_string();
        assert!(
            text.contains("ok    NATS        version    2.15.1\n"),
            "{text}"
        );
        assert!(
            text.contains("FAIL  PostgreSQL  fsync      off\n      → switch it on"),
            "{text}"
        );
        assert!(
            text.ends_with("1 ok, 1 to look at, 1 to change\n"),
            "{text}"
        );
    }
}
