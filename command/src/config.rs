//! How the command role is configured.

use clap::Args;
use platform::config::{Http, Nats};

use crate::log::Limits;

/// Configuration of the command role.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// The event log.
    #[command(flatten)]
    pub nats: Nats,
    /// Where to serve.
    #[command(flatten)]
    pub http: Http,
    /// How the streams are made when they are missing.
    #[command(flatten)]
    pub streams: Streams,
}

/// How the streams are made when they are missing; later they are the operator's to change.
#[derive(Clone, Copy, Debug, Args)]
pub struct Streams {
    /// How many NATS servers hold each stream: 1, or 3 in a cluster.
    #[arg(
        id = "log-replicas",
        long,
        env = "MESA_LOG_REPLICAS",
        default_value_t = 1
    )]
    pub replicas: usize,

    /// The most bytes the event log may take. Set it below the size of the disk: then a full log
    /// refuses commands and heals, where a full disk stops the server.
    #[arg(id = "log-max-bytes", long, env = "MESA_LOG_MAX_BYTES")]
    pub max_bytes: Option<i64>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            replicas: 1,
            max_bytes: None,
        }
    }
}

impl From<Streams> for Limits {
    fn from(streams: Streams) -> Self {
        Self {
            replicas: streams.replicas,
            max_bytes: streams.max_bytes,
        }
    }
}
