//! What the compiler cannot see about this workspace.
//!
//! Each module holds one kind of rule as a function from the workspace's folder to its [`Faults`],
//! sentences that say what is wrong and what to do instead. `tests/tidy.rs` applies all of them to
//! this workspace; each module's own tests plant a violation in a folder of their own and see it
//! caught.

pub mod configuration;
pub mod deploy;
pub mod figures;
pub mod files;
pub mod layers;
pub mod links;
pub mod literals;
pub mod map;
pub mod migrations;
pub mod problems;
pub mod rules;
pub mod tree;
pub mod wildcards;

#[cfg(test)]
mod plant;

/// What is wrong, one sentence each; empty when nothing is.
pub type Faults = Vec<String>;
