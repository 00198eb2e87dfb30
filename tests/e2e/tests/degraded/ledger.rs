//! What was asked and what came of it, kept outside of the system.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use kit::http::Answer;

/// The longest that a command may take, whatever is away.
const COMMAND: Duration = Duration::from_secs(12);
/// The longest that a read may take.
const READ: Duration = Duration::from_secs(6);
/// For how long a read that asks for nothing may miss that the views stand still.
const UNNOTICED: Duration = Duration::from_millis(2_500);

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It was done, or the answer is as fresh as can be.
    Good,
    /// The answer is marked as stale.
    Marked,
    /// A problem that says to come again: 503.
    Later,
    /// The log is full: 507.
    Full,
}

/// One attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) begun: Instant,
    pub(crate) ended: Instant,
    pub(crate) said: Said,
}

/// What is known of one document.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) number: String,
    pub(crate) version: u64,
    pub(crate) position: u64,
}

/// Every attempt, and what was acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) commands: Vec<Attempt>,
    pub(crate) reads: Vec<Attempt>,
    /// When each position was acknowledged.
    acknowledged: BTreeMap<u64, Instant>,
    pub(crate) documents: BTreeMap<String, Known>,
    pub(crate) newest: Option<String>,
    /// Since when the projector has caught up; none while it may lag behind what is there again.
    abreast: Option<Instant>,
}

impl Ledger {
    /// Enters an answer to a command that was sent at `begun`.
    pub(crate) fn command(&mut self, begun: Instant, answer: &Answer) -> Said {
        let said = match answer.status.as_u16() {
            201 => Said::Good,
            503 => Said::Later,
            507 => Said::Full,
            status => panic!("a command was answered with {status}: {}", answer.text()),
        };
        if said != Said::Good {
            promised(answer);
        }
        self.commands.push(attempt(begun, said, COMMAND));
        said
    }

    /// Enters that something of `path` was acknowledged.
    pub(crate) fn acknowledged(&mut self, path: &str, known: Known) {
        let twice = self.acknowledged.insert(known.position, Instant::now());
        assert!(twice.is_none(), "two commands at {}", known.position);
        self.newest = Some(path.to_owned());
        self.documents.insert(path.to_owned(), known);
    }

    /// Enters an answer to a read that was sent at `begun` and wanted `wanted`, if anything.
    pub(crate) fn read(&mut self, begun: Instant, wanted: Option<u64>, answer: &Answer) -> Said {
        let marked = answer.header("mesa-stale") == Some("true");
        let said = match answer.status.as_u16() {
            200 if !marked => Said::Good,
            200 | 404 if marked => Said::Marked,
            503 => Said::Later,
            status => panic!("a read was answered with {status}: {}", answer.text()),
        };
        if said == Said::Later {
            promised(answer);
        } else {
            let includes = sequence(answer);
            let least = wanted.unwrap_or_else(|| self.known_to_all(begun));
            assert!(
                said == Said::Marked || includes >= least,
                "{includes} without a mark, where {least} was there"
            );
        }
        self.reads.push(attempt(begun, said, READ));
        said
    }

    /// The projector catches up, or has caught up.
    pub(crate) fn catches_up(&mut self, over: bool) {
        self.abreast = over.then(Instant::now);
    }

    /// What was acknowledged so long before `then` that nobody can have missed it. While the
    /// projector catches up, an answer is as old as its lag, and its position says so.
    fn known_to_all(&self, then: Instant) -> u64 {
        if self.abreast.is_none_or(|abreast| abreast > then) {
            return 0;
        }
        let before = self.acknowledged.iter().rev();
        let mut before = before.filter(|(_, at)| **at + UNNOTICED < then);
        before.next().map_or(0, |(position, _)| *position)
    }

    /// How many acknowledged positions there are.
    pub(crate) fn len(&self) -> usize {
        self.acknowledged.len()
    }
}

/// The place in the log that an answer names.
pub(crate) fn sequence(answer: &Answer) -> u64 {
    let position = answer.header("mesa-position").unwrap();
    position.rsplit(':').next().unwrap().parse().unwrap()
}

fn attempt(begun: Instant, said: Said, limit: Duration) -> Attempt {
    let ended = Instant::now();
    let took = ended - begun;
    assert!(took < limit, "{said:?} took {took:?}");
    Attempt { begun, ended, said }
}

/// A problem must be one, with a page of its own, and say when to come again.
fn promised(problem: &Answer) {
    let said = problem.text();
    let kind = problem.header("content-type");
    assert_eq!(kind, Some("application/problem+json"), "{said}");
    assert!(problem.header("retry-after").is_some(), "{said}");
    let name = problem.json()["type"].as_str().unwrap().to_owned();
    let known = ["unavailable", "outcome-unknown", "too-busy", "log-full"];
    let known = known.map(|slug| format!("/problems/{slug}"));
    assert!(known.contains(&name), "{said}");
}
