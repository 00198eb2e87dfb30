//! Configuration of the query role.

use std::path::PathBuf;

use clap::Args;
use platform::config::{Nats, Objects, Postgres, Redis};
use platform::limit::Limits;
use platform::oidc::OidcConfig;

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

    /// What stands on receipts.
    #[command(flatten)]
    pub receipts: Receipts,

    /// How much may be asked for.
    #[command(flatten)]
    pub limits: Limits,

    /// Who else signs people in.
    #[command(flatten)]
    pub oidc: OidcConfig,

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
    pub fn new(nats: Nats, postgres: Postgres, redis: Redis, objects: Objects) -> Self {
        Self {
            nats,
            postgres,
            redis,
            objects,
            receipts: Receipts::default(),
            limits: Limits::default(),
            oidc: OidcConfig::default(),
            cache: 64,
            heartbeat: HEARTBEAT,
        }
    }
}

/// What stands on receipts, and what they are sealed with.
#[derive(Clone, Debug, Args)]
pub struct Receipts {
    /// The file of keys that receipts are sealed with; without it no receipts are given.
    #[arg(id = "receipt-keys", long, env = "MESA_RECEIPT_KEYS")]
    pub keys: Option<PathBuf>,

    /// The institution's name, as it stands on receipts.
    #[arg(
        id = "institution",
        long,
        env = "MESA_INSTITUTION",
        default_value = INSTITUTION
    )]
    pub institution: String,

    /// Where the public reaches this installation, as `https://mesa.example.pe`: codes on receipts
    /// lead there.
    #[arg(id = "public-url", long, env = "MESA_PUBLIC_URL")]
    pub public_url: Option<String>,
}

/// What stands on receipts of an institution that did not say its name.
const INSTITUTION: &str = "Mesa de Partes";

impl Default for Receipts {
    fn default() -> Self {
        Self {
            keys: None,
            institution: INSTITUTION.to_owned(),
            public_url: None,
        }
    }
}
