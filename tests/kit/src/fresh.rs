//! A place of its own in the servers, for one test.

use std::path::{Path, PathBuf};

use platform::ids::{Ids, SystemIds};
use platform::{config, nats, postgres, redis};
use sqlx::PgPool;

use crate::databases;
use crate::state::short;

/// A namespace, a database and a Redis prefix that no other test uses.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// The first word of every stream, subject and key of this test.
    pub namespace: String,
    /// Where NATS is.
    pub nats_url: String,
    /// Where this test's database is.
    pub database_url: String,
    /// Where Redis is.
    pub redis_url: String,
    /// What every Redis key of this test begins with: the namespace and a colon.
    pub redis_prefix: String,
    /// The folder of this test's object store, made when somebody opens it.
    pub objects: PathBuf,
}

impl Fresh {
    pub(crate) async fn new(
        [nats, database, redis]: [&str; 3],
        data: &Path,
        name: &str,
        migrations: Option<&Path>,
    ) -> Self {
        let unique = short(SystemIds.next().as_bytes());
        let readable: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
            .take(40)
            .collect();
        let own = format!("t_{}_{unique}", readable.to_ascii_lowercase());
        let made = databases::create(database, &own, migrations).await;
        let database_url = match made {
            Ok(url) => url,
            Err(error) => panic!("cannot make a database for the test {name}: {error}"),
        };
        Self {
            namespace: format!("t{unique}"),
            nats_url: nats.to_owned(),
            database_url,
            redis_url: redis.to_owned(),
            redis_prefix: format!("t{unique}:"),
            objects: data.join("objects").join(&own),
        }
    }

    /// The section of a role's configuration that leads to NATS.
    #[must_use]
    pub fn nats(&self) -> config::Nats {
        config::Nats::at(&self.nats_url, &self.namespace)
    }

    /// The section of a role's configuration that leads to the database.
    #[must_use]
    pub fn postgres(&self) -> config::Postgres {
        config::Postgres {
            max_connections: 8,
            ..config::Postgres::at(&self.database_url)
        }
    }

    /// The section of a role's configuration that leads to Redis.
    #[must_use]
    pub fn redis(&self) -> config::Redis {
        config::Redis::at(&self.redis_url)
    }

    /// The section of a role's configuration that leads to the object store.
    #[must_use]
    pub fn objects(&self) -> config::Objects {
        config::Objects::at(self.objects.display().to_string())
    }

    /// A connection to NATS, as a role has it.
    ///
    /// # Panics
    ///
    /// NATS does not answer.
    pub async fn nats_client(&self) -> async_nats::Client {
        match nats::connect(&self.nats(), "test").await {
            Ok(client) => client,
            Err(error) => panic!("{error}"),
        }
    }

    /// A pool of connections to this test's database, as a role has it.
    ///
    /// # Panics
    ///
    /// `PostgreSQL` does not answer.
    pub async fn pool(&self) -> PgPool {
        match postgres::connect(&self.postgres(), "test").await {
            Ok(pool) => pool,
            Err(error) => panic!("{error}"),
        }
    }

    /// A connection to Redis, as a role has it.
    ///
    /// # Panics
    ///
    /// The address is none.
    #[must_use]
    pub fn redis_connection(&self) -> redis::Redis {
        match redis::Redis::open(&self.redis()) {
            Ok(connection) => connection,
            Err(error) => panic!("{error}"),
        }
    }
}
