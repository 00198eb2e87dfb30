//! Chance that can be repeated.

use std::time::Duration;

use platform::ids::{Ids, SystemIds};

/// Moments and choices by chance, the same ones for the same seed.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// A seed that nobody chose.
    #[must_use]
    pub fn new_seed() -> u64 {
        SystemIds.next().as_u64_pair().1 >> 32
    }

    /// What follows from `seed`.
    #[must_use]
    pub const fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`, which is not zero.
    pub fn number(&mut self, limit: u64) -> u64 {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 24) % limit
    }

    /// A time below `limit`.
    pub fn below(&mut self, limit: Duration) -> Duration {
        let micros = u64::try_from(limit.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.number(micros.max(1)))
    }

    /// One of `all`, which is not empty.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = self.number(all.len() as u64);
        &all[usize::try_from(place).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let (mut one, mut other) = (Chance::of(7), Chance::of(7));
        let limit = Duration::from_secs(1);
        for _ in 0..100 {
            let moment = one.below(limit);
            assert_eq!(moment, other.below(limit));
            assert!(moment < limit);
        }
    }
}
