//! Where an answer came from, as a figure.

use std::sync::LazyLock;

use platform::metrics::{Counter, catalogue};

use crate::cache::Answer;

/// Where an answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// It was kept in this process, or another question had it read at this moment.
    Process,
    /// Redis had it.
    Redis,
    /// It was read from the database.
    Database,
    /// The last answer there was, because the database is away.
    Leftover,
}

static COUNTERS: LazyLock<[Counter; 4]> = LazyLock::new(|| {
    ["process", "redis", "database", "leftover"]
        .map(|name| catalogue::QUERY_ANSWERS.counter([name]))
});
static STALE: LazyLock<Counter> = LazyLock::new(|| catalogue::QUERY_STALE.counter([]));

/// Counts `answer`, and gives it back.
pub(crate) fn told(source: Source, answer: Answer) -> Answer {
    COUNTERS[source as usize].increment(1);
    STALE.increment(u64::from(answer.stale));
    answer
}
