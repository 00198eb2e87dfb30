//! What the worker is told.

use clap::Args;
use platform::config::Postgres;

/// Configuration of the worker itself; what its commands need, the program knows.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The read models, and what the worker has written down.
    #[command(flatten)]
    pub postgres: Postgres,
}
