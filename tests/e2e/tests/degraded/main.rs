//! Servers that are killed, paused, emptied and full while all roles run and are asked. The rows of
//! *When something fails* (ARCHITECTURE.md) that tell of servers are brought about here, and measured.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]
#![expect(clippy::print_stdout, reason = "the tests tell their figures")]

mod both;
mod herd;
mod ledger;
mod load;
mod nats;
mod postgres;
mod redis;
mod rows;
#[path = "../support/mod.rs"]
mod support;

use std::sync::Arc;

use kit::{OwnServers, Profile};
use platform::clock::SystemClock;

use support::Site;

/// Servers of its own, and an institution on them.
async fn open(name: &str) -> (OwnServers, Site) {
    let servers = OwnServers::start(Profile::FastForTests).await;
    let fresh = servers.fresh_migrated(name).await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    (servers, site)
}
