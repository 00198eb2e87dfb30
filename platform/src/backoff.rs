//! How long to wait before trying again.
//!
//! Randomness is an input: a delay is a function of the attempt and of a number in `[0, 1)`,
//! which [`jitter`] takes out of an id.

use std::time::Duration;

use uuid::Uuid;

/// Exponential delays between `base` and `max`, spread so that those who failed together do not
/// come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    max: Duration,
}

impl Backoff {
    /// Delays that begin around `base`, double with each attempt and stop growing at `max`.
    #[must_use]
    pub const fn new(base: Duration, max: Duration) -> Self {
        Self { base, max }
    }

    /// The delay before try number `attempt` + 1, where the first attempt is number 0: between
    /// half and the whole of `base × 2^attempt`, where `jitter` in `[0, 1)` says.
    #[must_use]
    pub fn delay(&self, attempt: u32, jitter: f64) -> Duration {
        let whole = 2_u32
            .checked_pow(attempt)
            .and_then(|factor| self.base.checked_mul(factor))
            .map_or(self.max, |delay| delay.min(self.max));
        whole.mul_f64(0.5 + jitter.clamp(0.0, 1.0) / 2.0)
    }
}

/// A number in `[0, 1)` out of the random bits of an id.
#[must_use]
pub fn jitter(id: Uuid) -> f64 {
    let [.., a, b, c, d] = *id.as_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Ids, SystemIds};

    const BACKOFF: Backoff = Backoff::new(Duration::from_millis(10), Duration::from_secs(1));

    #[test]
    fn delays_double_until_the_maximum() {
        let whole = |attempt| BACKOFF.delay(attempt, 1.0).as_millis();
        assert_eq!([whole(0), whole(1), whole(2)], [10, 20, 40]);
        assert_eq!([whole(7), whole(31), whole(u32::MAX)], [1000, 1000, 1000]);
    }

    #[test]
    fn jitter_takes_away_at_most_half() {
        assert_eq!(BACKOFF.delay(1, 0.0).as_millis(), 10);
        assert_eq!(BACKOFF.delay(1, -3.0).as_millis(), 10);
    }

    #[test]
    fn jitter_of_an_id_is_between_zero_and_one() {
        assert!(jitter(Uuid::nil()).abs() < f64::EPSILON);
        assert!(jitter(Uuid::max()) < 1.0);
        let of = || jitter(SystemIds.next());
        assert!((of() - of()).abs() > 0.0);
    }
}
