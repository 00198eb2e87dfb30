//! Where the servers are: addresses that are given, else those of a running `mesa up`.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use command::Streams;
use platform::config::{Nats, Objects, Postgres, Redis};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};

/// The file in which a running `mesa up` says where its servers are.
const FILE: &str = "servers.json";

/// Where the servers are.
#[derive(Clone, Debug, Args)]
pub struct Reach {
    /// Address of an existing NATS server.
    #[arg(id = "nats-url", long, env = "MESA_NATS_URL", hide_env_values = true)]
    pub nats_url: Option<Secret>,

    /// Address of an existing `PostgreSQL` database, with its user and password.
    #[arg(
        id = "database-url",
        long,
        env = "MESA_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: Option<Secret>,

    /// Address of an existing Redis or Valkey server.
    #[arg(id = "redis-url", long, env = "MESA_REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<Secret>,

    /// The object store, if it is not the folder `objects` in the data folder.
    #[arg(id = "objects", long, env = "MESA_OBJECTS")]
    pub objects: Option<String>,

    /// First word of every stream, subject and key of this installation.
    #[arg(long, env = "MESA_NAMESPACE", default_value = "mesa")]
    pub namespace: String,

    /// The data folder of `mesa up`.
    #[arg(long, env = "MESA_DATA", default_value = ".mesa")]
    pub data: PathBuf,
}

/// The servers' addresses, ready to connect to.
#[derive(Clone, Debug)]
pub struct Reached {
    /// The event log.
    pub nats: Nats,
    /// The read models.
    pub postgres: Postgres,
    /// The hot views.
    pub redis: Redis,
    /// The object store.
    pub objects: Objects,
}

#[derive(Serialize, Deserialize)]
struct Addresses {
    nats: String,
    database: String,
    redis: String,
}

impl Reach {
    /// The addresses that are given, and for the rest those that the running `mesa up` of the data
    /// folder has written down.
    ///
    /// # Errors
    ///
    /// An address is not given and no `mesa up` runs in the data folder.
    pub fn resolve(&self) -> anyhow::Result<Reached> {
        let given = |url: &Option<Secret>| url.as_ref().map(|url| url.expose().to_owned());
        let (nats, database, redis) = (
            given(&self.nats_url),
            given(&self.database_url),
            given(&self.redis_url),
        );
        let running = match (&nats, &database, &redis) {
            (Some(_), Some(_), Some(_)) => None,
            _ => Some(self.running()?),
        };
        let of_running = |pick: fn(&Addresses) -> &String| running.as_ref().map(pick).cloned();
        let nats = nats.or_else(|| of_running(|found| &found.nats));
        let database = database.or_else(|| of_running(|found| &found.database));
        let redis = redis.or_else(|| of_running(|found| &found.redis));
        let missing = "an address is missing";
        Ok(Reached {
            nats: Nats::at(&nats.context(missing)?, &self.namespace),
            postgres: Postgres::at(&database.context(missing)?),
            redis: Redis::at(&redis.context(missing)?),
            objects: self.objects(),
        })
    }

    /// The object store: the one that is given, else the one of `mesa up` in the data folder.
    pub fn objects(&self) -> Objects {
        let own = || self.data.join("objects").display().to_string();
        Objects::at(self.objects.clone().unwrap_or_else(own))
    }

    /// How a tool that only writes commands finds the log; it serves nothing.
    ///
    /// # Errors
    ///
    /// As [`resolve`](Self::resolve), if the address of NATS is not given.
    pub fn command(
        &self,
        credentials: Option<PathBuf>,
        streams: Streams,
    ) -> anyhow::Result<command::Config> {
        let nats = match &self.nats_url {
            Some(url) => Nats::at(url.expose(), &self.namespace),
            None => self.resolve()?.nats,
        };
        let nats = Nats {
            credentials,
            ..nats
        };
        Ok(command::Config {
            streams,
            ..command::Config::new(nats, self.objects())
        })
    }

    fn running(&self) -> anyhow::Result<Addresses> {
        let file = self.data.join(FILE);
        let text = std::fs::read_to_string(&file).with_context(|| {
            format!(
                "no `mesa up` runs in {}: start it, name its folder with --data, or give \
                 --nats-url, --database-url and --redis-url",
                self.data.display()
            )
        })?;
        serde_json::from_str(&text)
            .with_context(|| format!("{} cannot be read; start `mesa up` again", file.display()))
    }
}

/// Says for as long as it lives where the servers of a running `mesa up` are.
#[derive(Debug)]
pub struct WrittenDown(PathBuf);

impl WrittenDown {
    /// Writes the addresses into `data`, for their owner's eyes only.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn in_data(data: &Path, servers: &servers::Running) -> anyhow::Result<Self> {
        let file = data.join(FILE);
        let text = serde_json::to_vec_pretty(&Addresses {
            nats: servers.nats_url.clone(),
            database: servers.database_url.clone(),
            redis: servers.redis_url.clone(),
        })?;
        std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&file)
            .and_then(|mut open| open.write_all(&text))
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(Self(file))
    }
}

impl Drop for WrittenDown {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
