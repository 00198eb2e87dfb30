//! What tests stand on: real servers, a place of their own in them, an HTTP client, patience.
//!
//! ```no_run
//! # async fn a_test() {
//! let env = kit::Env::get().await;
//! let fresh = env.fresh("a_document_is_registered").await;
//! let nats = fresh.nats_client().await; // streams and subjects under `fresh.namespace`
//! # drop(nats);
//! # }
//! ```
//!
//! All test processes of a workspace share one NATS, one `PostgreSQL` and one Redis, which the
//! first starts and a watchdog ends when nobody has used them for a while. Tests do not meet there:
//! each has a namespace, a database and a Redis prefix of its own. A test that kills servers takes
//! [`OwnServers`].
//!
//! Everything here panics with a sentence when it cannot do its work: in a test, that is a failure.

mod chance;
mod databases;
mod env;
mod fresh;
pub mod history;
pub mod http;
pub mod live;
mod own;
mod program;
mod state;
mod wait;

pub use chance::Chance;
pub use env::Env;
pub use fresh::Fresh;
pub use own::OwnServers;
pub use program::{Ended, Program, free_address};
pub use servers::{Kind, Profile};
pub use wait::eventually;
