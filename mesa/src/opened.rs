//! Everything an operator's tool works on: the log, the rows, the hot views.

use anyhow::Context;
use async_nats::jetstream::stream::Stream;
use events::Namespace;
use platform::config::Postgres;
use platform::redis::Redis;
use sqlx::PgPool;

use crate::reach::Reach;

/// The servers of an installation, connected.
#[derive(Debug)]
pub struct Opened {
    /// The names of the installation.
    pub names: Namespace,
    /// NATS.
    pub client: async_nats::Client,
    /// The log.
    pub log: Stream,
    /// The rows, with all the patience that a long statement needs.
    pub pool: PgPool,
    /// The hot views; reached when they are asked.
    pub redis: Redis,
}

impl Opened {
    /// Connects as `tool`.
    ///
    /// # Errors
    ///
    /// A server does not answer, or there is no log.
    pub async fn open(reach: &Reach, tool: &str) -> anyhow::Result<Self> {
        let reached = reach.resolve()?;
        let names: Namespace = reached.nats.namespace.parse()?;
        let client = platform::nats::connect(&reached.nats, tool).await?;
        let log = platform::nats::jetstream(&client)
            .get_stream(names.log_stream())
            .await
            .with_context(|| format!("there is no log {}", names.log_stream()))?;
        let patient = Postgres {
            statement_timeout: 0,
            ..reached.postgres
        };
        Ok(Self {
            pool: platform::postgres::connect(&patient, tool).await?,
            redis: Redis::open(&reached.redis)?,
            names,
            client,
            log,
        })
    }
}
