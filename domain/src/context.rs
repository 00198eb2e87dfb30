//! What a decision knows of the world: the time, who asks, and the directory.

use ::directory::{Directory, User};
use chrono::{DateTime, Utc};
use events::{Actor, OfficeId};

/// The inputs of a decision besides the state and the command.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The time now.
    pub at: DateTime<Utc>,
    /// Who asks.
    pub user: &'a User,
    /// The organisation now.
    pub directory: &'a Directory,
}

impl Context<'_> {
    /// Who acts in the name of `office`: the user, in the own right or as a substitute.
    pub fn actor(&self, office: Option<OfficeId>) -> Actor {
        Actor {
            user: self.user.id,
            office,
            acting_for: office.and_then(|office| self.user.acting_for(office)),
        }
    }

    /// The first of `offices` that the user may act for (I10).
    pub(crate) fn acting_for(&self, offices: &[OfficeId]) -> Option<OfficeId> {
        offices
            .iter()
            .copied()
            .find(|office| self.user.belongs_to(*office))
    }

    /// Whether `office` exists and takes documents.
    pub(crate) fn takes_documents(&self, office: OfficeId) -> bool {
        self.directory
            .office(office)
            .is_some_and(|office| office.active)
    }
}
