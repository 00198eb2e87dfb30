//! Sections of configuration that several roles share: flags, or the environment variable beside
//! each. A role flattens the sections it needs into its own struct, so that its `--help` is its
//! documentation.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::secret::Secret;

/// The event log.
#[derive(Clone, Debug, Args)]
pub struct Nats {
    /// Addresses of the NATS servers, separated by commas.
    #[arg(
        id = "nats-url",
        long,
        env = "MESA_NATS_URL",
        hide_env_values = true,
        default_value = "nats://127.0.0.1:4222"
    )]
    pub url: Secret,

    /// First word of every stream, subject and key of this installation.
    #[arg(long, env = "MESA_NAMESPACE", default_value = "mesa", value_parser = namespace)]
    pub namespace: String,

    /// Credentials file (`.creds`) of the NATS user.
    #[arg(id = "nats-credentials", long, env = "MESA_NATS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
}

impl Nats {
    /// A server at `url`, everything else as by default.
    #[must_use]
    pub fn at(url: &str, namespace: &str) -> Self {
        Self {
            url: url.into(),
            namespace: namespace.to_owned(),
            credentials: None,
        }
    }
}

/// The read models.
#[derive(Clone, Debug, Args)]
pub struct Postgres {
    /// Address of the `PostgreSQL` database, with its user and password.
    #[arg(
        id = "database-url",
        long,
        env = "MESA_DATABASE_URL",
        hide_env_values = true,
        default_value = "postgres://mesa@127.0.0.1:5432/mesa"
    )]
    pub url: Secret,

    /// Most connections this process opens to the database.
    #[arg(
        id = "database-connections",
        long,
        env = "MESA_DATABASE_CONNECTIONS",
        default_value_t = 16,
        value_parser = clap::value_parser!(u32).range(1..=10_000)
    )]
    pub max_connections: u32,

    /// Seconds after which the database gives up a statement; 0 never.
    #[arg(
        id = "database-statement-timeout",
        long,
        env = "MESA_DATABASE_STATEMENT_TIMEOUT",
        default_value_t = 15
    )]
    pub statement_timeout: u64,
}

impl Postgres {
    /// A database at `url`, everything else as by default.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.into(),
            max_connections: 16,
            statement_timeout: 15,
        }
    }

    /// After how long the database gives up a statement.
    #[must_use]
    pub fn statement_timeout(&self) -> Option<Duration> {
        (self.statement_timeout > 0).then(|| Duration::from_secs(self.statement_timeout))
    }
}

/// Where the bytes of attachments are kept; the same for `command` and `query`.
#[derive(Clone, Debug, Args)]
pub struct Objects {
    /// The object store: a folder, or `s3://bucket/prefix` with the usual `AWS_…` variables for
    /// region, address and credentials.
    #[arg(
        id = "objects",
        long,
        env = "MESA_OBJECTS",
        default_value = ".mesa/objects"
    )]
    pub place: String,
}

impl Objects {
    /// The store at `place`.
    #[must_use]
    pub fn at(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
        }
    }
}

/// The hot views.
#[derive(Clone, Debug, Args)]
pub struct Redis {
    /// Address of the Redis or Valkey server, with its password.
    #[arg(
        id = "redis-url",
        long,
        env = "MESA_REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379"
    )]
    pub url: Secret,
}

impl Redis {
    /// A server at `url`.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self { url: url.into() }
    }
}

/// Where a role serves HTTP.
#[derive(Clone, Debug, Args)]
pub struct Http {
    /// Address to accept requests on.
    #[arg(long, env = "MESA_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
}

/// What is logged, and how.
#[derive(Clone, Debug, Args)]
pub struct Log {
    /// What is logged: a level, or levels by module, as in `info,command=debug`. A role logs
    /// `info`, the other tasks `warn`.
    #[arg(id = "log-filter", long, env = "MESA_LOG_FILTER")]
    pub filter: Option<String>,

    /// How a log line is written.
    #[arg(
        id = "log-format",
        long,
        env = "MESA_LOG_FORMAT",
        value_enum,
        default_value_t
    )]
    pub format: LogFormat,

    /// Address of a collector that takes spans by OTLP over plain HTTP, as
    /// `http://127.0.0.1:4318`. Without it none are sent.
    #[arg(id = "otlp-url", long, env = "MESA_OTLP_URL")]
    pub otlp_url: Option<String>,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

/// Checks a namespace: it becomes part of subjects, stream names and keys, so it is 1 to 32 small
/// letters, digits and underscores and begins with a letter.
fn namespace(text: &str) -> Result<String, String> {
    let good = text.len() <= 32
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if good {
        Ok(text.to_owned())
    } else {
        Err("a namespace is 1 to 32 of a-z, 0-9 and _, and begins with a letter".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct All {
        #[command(flatten)]
        nats: Nats,
        #[command(flatten)]
        postgres: Postgres,
        #[command(flatten)]
        redis: Redis,
        #[command(flatten)]
        http: Http,
        #[command(flatten)]
        log: Log,
    }

    #[test]
    fn sections_combine_into_one_well_formed_command() {
        All::command().debug_assert();
    }

    #[test]
    fn debug_shows_no_url() {
        let all = All::parse_from([
            "mesa",
            "--nats-url=nats://u:hunter2@n",
            "--database-url=postgres://u:hunter2@d/m",
            "--redis-url=redis://:hunter2@r",
        ]);
        assert!(!format!("{all:?}").contains("hunter2"));
        assert_eq!(all.redis.url.expose(), "redis://:hunter2@r");
        assert!(all.http.listen.ip().is_loopback());
        assert_eq!(all.log.format, LogFormat::Text);
        assert_eq!(
            all.postgres.statement_timeout(),
            Some(Duration::from_secs(15))
        );
        assert_eq!(all.nats.namespace, "mesa");
    }

    #[test]
    fn a_namespace_that_would_break_a_subject_is_refused() {
        for bad in ["", "a.b", "a b", "Mesa", "1a", "a*", &"a".repeat(33)] {
            assert!(namespace(bad).is_err(), "{bad:?}");
        }
        assert_eq!(namespace("t8f_3a").as_deref(), Ok("t8f_3a"));
    }
}
