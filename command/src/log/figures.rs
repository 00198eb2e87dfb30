//! Appends as figures: counted by what the log said, and timed.

use std::sync::{LazyLock, OnceLock};
use std::time::Instant;

use platform::metrics::{Counter, Histogram, catalogue};

use super::AppendError;

/// Appends of one record.
pub(super) static RECORD: LazyLock<Appends> = LazyLock::new(|| Appends::of("record"));
/// Appends of a batch.
pub(super) static BATCH: LazyLock<Appends> = LazyLock::new(|| Appends::of("batch"));

/// Every word there is for what the log said.
const WORDS: [&str; 8] = [
    "ok",
    "conflict",
    "duplicate",
    "full",
    "busy",
    "unavailable",
    "unknown",
    "refused",
];

/// Appends of one kind.
pub(super) struct Appends {
    of: &'static str,
    duration: Histogram,
    counters: [OnceLock<Counter>; WORDS.len()],
}

impl Appends {
    fn of(of: &'static str) -> Self {
        Self {
            of,
            duration: catalogue::APPEND_DURATION.histogram([of]),
            counters: Default::default(),
        }
    }

    /// Measures `append`.
    pub(super) async fn measure(
        &self,
        append: impl Future<Output = Result<u64, AppendError>>,
    ) -> Result<u64, AppendError> {
        let begun = Instant::now();
        let said = append.await;
        self.duration.record(begun.elapsed());
        let place = place(&said);
        self.counters[place]
            .get_or_init(|| catalogue::APPENDS.counter([self.of, WORDS[place]]))
            .increment(1);
        said
    }
}

/// The place among the words of what the log said.
const fn place(said: &Result<u64, AppendError>) -> usize {
    match said {
        Ok(_) => 0,
        Err(AppendError::Conflict) => 1,
        Err(AppendError::Duplicate { .. }) => 2,
        Err(AppendError::Full) => 3,
        Err(AppendError::Busy) => 4,
        Err(AppendError::Unavailable(_)) => 5,
        Err(AppendError::Unknown(_)) => 6,
        Err(AppendError::Refused { .. }) => 7,
    }
}
