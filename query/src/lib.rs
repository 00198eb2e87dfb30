//! The query role: answers what is asked, from views that the projector keeps.
//!
//! The path of a question: a route reads its parameters into a closed value (`routes`), the
//! cache answers it or reads it once for all who ask at that moment (`cache`, `hot`), and every
//! reading is a named statement (`store`). `freshness` knows how far the views are, so that no
//! answer is older than it says.
//!
//! It needs NATS at its start, for the directory. After that, a lost NATS or Redis makes it
//! slower, and a lost database leaves what is cached, marked stale.

mod app;
mod cache;
mod config;
mod directory;
mod figures;
mod freshness;
mod health;
mod hot;
mod live;
mod page;
mod params;
mod public;
mod receipts;
pub mod routes;
mod seen;
mod serve;
mod source;
pub mod store;

pub use config::{Config, Receipts};
pub use serve::{ConnectError, Query};
