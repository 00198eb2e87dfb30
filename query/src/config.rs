//! Configuration of the query role.

use clap::Args;
use platform::config::{Nats, Objects, Postgres, Redis};

/// What the query role needs to know.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The event log: the directory, and the projector's notices.
    #[command(flatten)]
    pub nats: Nats,

    /// The read models.
    #[command(flatten)]
    pub postgres: Postgres,

    /// The hot views.
    #[command(flatten)]
    pub redis: Redis,

    /// Where attachments are kept.
    #[command(flatten)]
    pub objects: Objects,

    /// Mebibytes of answers kept in this process.
    #[arg(
        id = "query-cache",
        long,
        env = "MESA_QUERY_CACHE",
        default_value_t = 64,
        value_parser = clap::value_parser!(u64).range(1..=65_536)
    )]
    pub cache: u64,

    /// Milliseconds between signs of life on a stream that has nothing else to say.
    #[arg(
        id = "query-heartbeat",
        long,
        env = "MESA_QUERY_HEARTBEAT",
        default_value_t = HEARTBEAT,
        value_parser = clap::value_parser!(u64).range(50..=60_000)
    )]
    pub heartbeat: u64,
}

/// Milliseconds between signs of life, when nothing is said: proxies give up after thirty seconds
/// and more.
const HEARTBEAT: u64 = 15_000;

impl Config {
    /// These servers, everything else as by default.
    #[must_use]
    pub const fn new(nats: Nats, postgres: Postgres, redis: Redis, objects: Objects) -> Self {
        Self {
            nats,
            postgres,
            redis,
            objects,
            cache: 64,
            heartbeat: HEARTBEAT,
        }
    }
}
