//! The write side: takes commands over HTTP, decides them, records what follows.
//!
//! It needs NATS alone, and keeps accepting work while Postgres or Redis is away. The path of a
//! command: `routes` authenticates, authorises and reads the request; [`transact`] decides it on
//! the folded [`history`] and appends; [`numbering`] does so for registrations, which take a
//! number of a series too; [`log`] is where records go.

pub mod app;
pub mod asked;
pub mod config;
mod entering;
pub mod history;
pub mod import;
pub mod log;
pub mod login;
pub mod numbering;
pub mod organisation;
pub mod refused;
mod routes;
mod serve;
pub mod shell;
mod sweep;
pub mod system;
pub mod transact;
pub mod vault;

pub use app::App;
pub use config::{Config, Files, Streams};
pub use import::{Imported, Past};
pub use routes::{commands, contract};
pub use serve::{Command, ConnectError};
pub use system::{Settled, SystemError};
