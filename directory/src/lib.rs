//! Who is who: the organisation as its events describe it, held in memory.
//!
//! Every role that authorises folds `MESA_DIRECTORY` into a [`Directory`] and follows it, so that
//! a permission taken away is gone everywhere at once. Pure: the following is done elsewhere.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod access;
mod clock;
mod entries;
mod fold;
mod people;
pub mod roles;
pub mod routing;
mod sight;
#[cfg(test)]
mod testing;
mod user;

pub use access::Act;
pub use clock::Clockwork;
pub use entries::{ApiKey, DocumentType, Office, RoleEntry, Substitution, TypeTerm};
pub use fold::Directory;
pub use routing::{RoutingRule, Suggestion};
pub use sight::Sight;
pub use user::{Mandate, User};
