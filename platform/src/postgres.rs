//! A pool of connections to `PostgreSQL`.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection};

use crate::config;
use crate::metrics::{Sample, catalogue, figure, size};

/// The oldest server major version whose SQL the read models are written in.
const OLDEST: u32 = 15;

/// How long a request waits for a connection before it is told that there is none.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// Prepared statements each connection keeps: more than the catalogue of named queries has.
const STATEMENTS: usize = 512;

/// A connection that was used so short a while ago is used again without asking whether it is still
/// there. Whoever asks over one must be ready to find that it is not.
const FRESH: Duration = Duration::from_secs(1);

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// The address is no address.
    #[error("the database URL is not understood; write postgres://user:password@host:5432/name")]
    Url(#[source] sqlx::Error),
    /// Nobody answers, or the answer is no.
    #[error(
        "cannot connect to PostgreSQL at {at}; is it running, and are user and password right?"
    )]
    Connect {
        /// Where, without the password.
        at: String,
        /// What happened.
        source: sqlx::Error,
    },
    /// The server is too old.
    #[error("PostgreSQL at {at} is version {found}; Mesa needs {OLDEST} or later")]
    TooOld {
        /// Where, without the password.
        at: String,
        /// The version it says it has.
        found: String,
    },
}

/// Connects to the database as `mesa-<role>` and checks that it can be used.
///
/// # Errors
///
/// The URL is not understood, nobody answers, or the server is too old.
pub async fn connect(config: &config::Postgres, role: &str) -> Result<PgPool, PostgresError> {
    let at = config.url.shown_url();
    let pool = connect_lazily(config, role)?;
    let version: String = sqlx::query_scalar("show server_version_num")
        .fetch_one(&pool)
        .await
        .map_err(|source| PostgresError::Connect {
            at: at.clone(),
            source,
        })?;
    let number: u32 = version.parse().unwrap_or_default();
    if number / 10_000 < OLDEST {
        return Err(PostgresError::TooOld { at, found: version });
    }
    Ok(pool)
}

/// A pool that connects when it is first asked: for roles that start while the database is down.
///
/// # Errors
///
/// The URL is not understood.
pub fn connect_lazily(config: &config::Postgres, role: &str) -> Result<PgPool, PostgresError> {
    let mut options =
        PgConnectOptions::from_str(config.url.expose()).map_err(PostgresError::Url)?;
    if let Some(timeout) = config.statement_timeout() {
        options = options.options([("statement_timeout", timeout.as_millis().to_string())]);
    }
    let options = options
        .application_name(&format!("mesa-{role}"))
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    Ok(PgPoolOptions::new()
        .max_connections(config.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(Duration::from_mins(10))
        .max_lifetime(Duration::from_mins(30))
        .test_before_acquire(false)
        .before_acquire(|connection, known| {
            let idle = known.idle_for;
            Box::pin(async move { Ok(idle < FRESH || connection.ping().await.is_ok()) })
        })
        .connect_lazy_with(options))
}

/// The connections of the pool that the role has at the moment.
pub fn sample(pool: impl Fn() -> PgPool + Send + Sync + 'static, role: &'static str) -> Sample {
    let state = |state| catalogue::POSTGRES_CONNECTIONS.gauge([role, state]);
    let (used, idle) = (state("used"), state("idle"));
    let most = catalogue::POSTGRES_MOST.gauge([role]);
    Sample::new(move || {
        let pool = pool();
        let all = u64::from(pool.size());
        let free = pool.num_idle();
        idle.set(size(free));
        used.set(figure(all.saturating_sub(free as u64)));
        most.set(figure(u64::from(pool.options().get_max_connections())));
        std::future::ready(())
    })
}

/// Greets the database over a connection of its own: those of the pool may all be busy, and one
/// that hangs would be missed by those who work.
///
/// # Errors
///
/// Nobody answers, or the answer is no.
pub async fn greet(pool: &PgPool) -> sqlx::Result<()> {
    let mut connection = PgConnection::connect_with(&pool.connect_options()).await?;
    connection.ping().await?;
    connection.close().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_that_is_not_there_is_named_without_its_password() {
        let config = config::Postgres::at("postgres://mesa:hunter2@127.0.0.1:1/mesa");
        let error = connect(&config, "query").await.unwrap_err().to_string();
        assert!(error.contains("postgres://127.0.0.1:1/mesa"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_wrong_url_is_refused_with_a_sentence() {
        let config = config::Postgres::at("what?");
        let error = connect_lazily(&config, "query").unwrap_err().to_string();
        assert!(error.contains("postgres://user"), "{error}");
    }
}
