//! How the command role is configured.

use clap::Args;
use platform::config::{Http, Nats, Objects};
use platform::limit::Limits as Rates;
use platform::oidc::OidcConfig;
use platform::secret::Secret;

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
    /// Where attachments are kept.
    #[command(flatten)]
    pub objects: Objects,
    /// What files are taken.
    #[command(flatten)]
    pub files: Files,
    /// How much may be asked for.
    #[command(flatten)]
    pub limits: Rates,
    /// Who else signs people in.
    #[command(flatten)]
    pub oidc: OidcConfig,
    /// Address of a Redis or Valkey server, with its password, in which limits are counted for all
    /// processes together. Nothing else is asked of it, and it may be away.
    #[arg(id = "redis-url", long, env = "MESA_REDIS_URL", hide_env_values = true)]
    pub redis: Option<Secret>,
}

impl Config {
    /// The event log and the object store of these, everything else as by default, served at a
    /// free port of this machine.
    #[must_use]
    pub fn new(nats: Nats, objects: Objects) -> Self {
        Self {
            nats,
            http: Http {
                listen: ([127, 0, 0, 1], 0).into(),
            },
            streams: Streams::default(),
            objects,
            files: Files::default(),
            limits: Rates::default(),
            oidc: OidcConfig::default(),
            redis: None,
        }
    }
}

/// What files are taken.
#[derive(Clone, Debug, Args)]
pub struct Files {
    /// The most bytes one attachment may have.
    #[arg(
        id = "attachment-max-bytes",
        long,
        env = "MESA_ATTACHMENT_MAX_BYTES",
        default_value_t = Files::MAX_BYTES,
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub max_bytes: u64,

    /// The media types that are taken, separated by commas. What a file is, its first bytes say.
    #[arg(
        id = "attachment-types",
        long,
        env = "MESA_ATTACHMENT_TYPES",
        value_delimiter = ',',
        default_values = Files::TYPES
    )]
    pub types: Vec<String>,
}

impl Files {
    /// 256 MiB.
    const MAX_BYTES: u64 = 256 << 20;
    /// Documents, sheets, slides and pictures; nothing that runs and nothing that holds other files.
    const TYPES: [&str; 10] = [
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/tiff",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
    ];
}

impl Default for Files {
    fn default() -> Self {
        Self {
            max_bytes: Self::MAX_BYTES,
            types: Self::TYPES.map(ToOwned::to_owned).into(),
        }
    }
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
