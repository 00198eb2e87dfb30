//! Tests with the real servers.
#![expect(
    clippy::unwrap_used,
    reason = "what a test prepares works, or the test fails"
)]

mod finding;
mod lifecycle;
mod place;
