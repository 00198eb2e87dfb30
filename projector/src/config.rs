//! What the projector is told.

use clap::Args;
use platform::config::{Nats, Postgres, Redis};

/// Configuration of `mesa projector`.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The event log.
    #[command(flatten)]
    pub nats: Nats,
    /// The read models.
    #[command(flatten)]
    pub postgres: Postgres,
    /// The hot views.
    #[command(flatten)]
    pub redis: Redis,
}
