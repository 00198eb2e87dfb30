//! What keeps a round from its end, and a single thing from being done.

use std::time::Duration;

use thiserror::Error;

use crate::commands::Cause;

/// How long what was refused waits at first, and at most.
const FIRST: Duration = Duration::from_secs(1);
const LAST: Duration = Duration::from_mins(10);

/// Why a round did not come to its end; what was not done is done by a later one.
#[derive(Debug, Error)]
pub enum Stopped {
    /// The database does not answer, or lacks the tables.
    #[error("the database does not do it")]
    Database(#[from] sqlx::Error),
    /// Commands are not taken.
    #[error("commands are not taken")]
    Commands(#[source] Cause),
}

/// How long something waits that was refused once more after `tries`.
pub(crate) fn pause(tries: i32) -> Duration {
    let doublings = u32::try_from(tries).unwrap_or_default().min(10);
    (FIRST * 2_u32.pow(doublings)).min(LAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_again_and_again_waits_longer_and_longer_but_not_for_ever() {
        let pauses = [0, 1, 5, 9, 10, 1_000, i32::MAX].map(|tries| pause(tries).as_secs());
        assert_eq!(pauses, [1, 2, 32, 512, 600, 600, 600]);
    }
}
