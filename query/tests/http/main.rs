//! The query role over HTTP, in real servers.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

mod access;
mod answers;
mod clock;
mod contract;
mod faults;
mod figures;
mod fresh;
mod limits;
mod live;
mod live_faults;
mod live_feed;
mod live_many;
mod load;
mod routing;
mod support;
