//! The command role over HTTP, on a real event log.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, also outside its own function"
)]

mod clock;
mod desk;
mod files;
mod import;
mod institution;
mod limits;
mod login;
mod oidc;
mod outages;
mod people;
mod promises;
mod races;
mod routing;
mod setup;
mod walk;
