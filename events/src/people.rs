//! Facts about what roles permit, and about who acts for whom.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::classify::Role;
use crate::directory::Closed;
use crate::macros::stored_events;
use crate::{OfficeId, Permissions, SubstitutionId, UserId};

stored_events! {
    /// A fact about one role. The six built in need no `created`.
    pub enum RoleEvent {
        /// An institution set up a role of its own.
        Created(RoleCreated) = "role.created" v 1,
        /// It got another name, or permits something else.
        Changed(RoleChanged) = "role.changed" v 1,
        /// It permits nothing any more.
        Retired(Closed) = "role.retired" v 1,
        /// It permits again what it did.
        Reinstated(Closed) = "role.reinstated" v 1,
    }
}

stored_events! {
    /// A fact about one substitution (*encargatura*).
    pub enum SubstitutionEvent {
        /// Somebody is to act for somebody else, or to head an office, for some days.
        SetUp(SubstitutionSetUp) = "substitution.set_up" v 1,
        /// It ended before its last day.
        Ended(Closed) = "substitution.ended" v 1,
    }
}

/// A role was set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleCreated {
    /// The role.
    pub role: Role,
    /// The name shown.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
}

/// A role's description as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChanged {
    /// The name shown.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
}

/// Somebody is to act for somebody else, or to head an office, for some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubstitutionSetUp {
    /// The substitution.
    pub substitution: SubstitutionId,
    /// Who acts.
    pub substitute: UserId,
    /// For whom, or in which office.
    pub place: Place,
    /// The first day, a legal date.
    pub from_on: NaiveDate,
    /// The last day, a legal date.
    pub until_on: NaiveDate,
    /// Why: the resolution or memorandum that orders it.
    pub reason: String,
}

/// Whose place a substitute takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// That of this user, in each of the user's offices.
    User(UserId),
    /// That of the head of this office.
    HeadOf(OfficeId),
}
