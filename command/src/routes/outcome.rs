//! What became of a command, in one word: for its line in the log and for the figures.

use std::sync::OnceLock;

use axum::http::StatusCode;
use axum::response::Response;
use domain::Decider;
use platform::http::problem::{COMMON, FORBIDDEN, UNAUTHENTICATED, UNAVAILABLE};
use platform::http::{Kind, Outcome, Problem};
use platform::metrics::{Counter, catalogue};

use super::kinds;
use crate::asked::Done;

/// Every word.
const WORDS: [&str; 11] = [
    "appended",
    "replayed",
    "nothing",
    "denied",
    "invalid",
    "refused",
    "contended",
    "unavailable",
    "full",
    "unknown",
    "failed",
];

/// The word for a command that was carried out, or had been.
pub(crate) const fn of<D: Decider>(done: &Done<D>) -> Outcome {
    Outcome(if done.replayed {
        "replayed"
    } else if done.events.is_empty() {
        "nothing"
    } else {
        "appended"
    })
}

/// The counters of one command.
pub(crate) struct Tally {
    command: String,
    counters: [OnceLock<Counter>; WORDS.len()],
}

impl Tally {
    /// The counters of the command at `path`, which it is named after: without parameters, with
    /// dots.
    pub(crate) fn of(path: &str) -> Self {
        let words = path.split('/').filter(|word| !word.is_empty());
        let words = words.filter(|word| !word.starts_with('{'));
        Self {
            command: words.collect::<Vec<_>>().join("."),
            counters: Default::default(),
        }
    }

    /// Counts an answer, and lets it say its word.
    pub(crate) fn count(&self, mut answer: Response) -> Response {
        let said = answer.extensions().get::<Outcome>().copied();
        let outcome = said.unwrap_or_else(|| without_success(&answer));
        if let Some(place) = WORDS.iter().position(|word| *word == outcome.0) {
            let names = [self.command.as_str(), outcome.0];
            self.counters[place]
                .get_or_init(|| catalogue::COMMANDS.counter(names))
                .increment(1);
        }
        answer.extensions_mut().insert(outcome);
        answer
    }
}

/// The word for a command that nobody says was carried out.
fn without_success(answer: &Response) -> Outcome {
    let problem = answer.extensions().get::<Problem>();
    Outcome(problem.map_or_else(
        || of_status(answer.status()),
        |problem| of_kind(problem.kind()),
    ))
}

fn of_kind(kind: &Kind) -> &'static str {
    let is = |other: &Kind| other.slug == kind.slug;
    if is(&kinds::CONCURRENT_CHANGE) {
        "contended"
    } else if is(&kinds::OUTCOME_UNKNOWN) {
        "unknown"
    } else if is(&kinds::LOG_FULL) {
        "full"
    } else if is(&UNAVAILABLE) || is(&kinds::TOO_BUSY) {
        "unavailable"
    } else if is(&UNAUTHENTICATED) || is(&FORBIDDEN) {
        "denied"
    } else if kind.status.is_server_error() {
        "failed"
    } else if COMMON.iter().any(|common| is(common)) {
        "invalid"
    } else {
        "refused"
    }
}

fn of_status(status: StatusCode) -> &'static str {
    if status.is_client_error() {
        "invalid"
    } else {
        "failed"
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;
    use platform::http::problem::MALFORMED_BODY;

    use super::*;

    #[test]
    fn every_problem_has_one_of_the_words() {
        for (kind, word) in [
            (&kinds::CONCURRENT_CHANGE, "contended"),
            (&kinds::OUTCOME_UNKNOWN, "unknown"),
            (&kinds::WRONG_STATUS, "refused"),
            (&kinds::IDEMPOTENCY_KEY_REUSED, "refused"),
            (&kinds::HISTORY_DAMAGED, "failed"),
            (&MALFORMED_BODY, "invalid"),
            (&FORBIDDEN, "denied"),
        ] {
            let answer = Tally::of("/test/{id}/outcome").count(Problem::new(kind).into_response());
            assert_eq!(answer.extensions().get(), Some(&Outcome(word)), "{kind:?}");
        }
        for kind in kinds::ALL.iter().chain(COMMON) {
            assert!(WORDS.contains(&of_kind(kind)), "{kind:?}");
        }
    }

    #[test]
    fn a_command_is_named_after_its_path() {
        let tally = Tally::of("/documents/{id}/derivations/{n}/receive");
        assert_eq!(tally.command, "documents.derivations.receive");
        assert_eq!(Tally::of("/documents").command, "documents");
    }
}
