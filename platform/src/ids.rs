//! Ids, as an input.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Something that gives ids never given before.
pub trait Ids: Send + Sync + std::fmt::Debug {
    /// The next id.
    fn next(&self) -> Uuid;
}

/// Version 7 ids: ordered by the time they were made, unique between machines.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine for an id"
    )]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The ids 1, 2, 3 …: for tests that compare whole answers.
#[derive(Debug, Default)]
pub struct SequenceIds {
    given: AtomicU64,
}

impl Ids for SequenceIds {
    fn next(&self) -> Uuid {
        let id = self.given.fetch_add(1, Ordering::Relaxed) + 1;
        Uuid::from_u128(u128::from(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_ids_count_from_one() {
        let ids = SequenceIds::default();
        assert_eq!(ids.next(), Uuid::from_u128(1));
        assert_eq!(ids.next(), Uuid::from_u128(2));
    }

    #[test]
    fn system_ids_grow() {
        let ids = SystemIds;
        let (first, second) = (ids.next(), ids.next());
        assert!(first < second);
        assert_eq!(first.get_version_num(), 7);
    }
}
