//! Decisions: given what has happened, what happens next?
//!
//! Everything here is a function from values to values; Cargo.toml keeps it so. Each aggregate is
//! a [`Decider`]: `decide` holds the rules, `evolve` the bookkeeping. Time, the acting user and the
//! directory come in with the [`Context`].

#![warn(clippy::wildcard_enum_match_arm)]

mod context;
mod decider;
pub mod directory;
pub mod document;
mod refusal;
pub mod series;
#[cfg(any(test, feature = "spec"))]
pub mod spec;

pub use context::Context;
pub use decider::{Decided, Decider, fold};
pub use refusal::{Class, Fault, Refusal};
