//! Connections to real servers.
#![expect(
    clippy::unwrap_used,
    reason = "what a test prepares works, or the test fails"
)]

mod follow;
mod nats;
mod stores;
