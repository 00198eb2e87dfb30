//! The servers that all tests share.

use std::io;
use std::sync::Arc;

use platform::config;
use servers::{Places, Profile, Request};
use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;

use crate::fresh::Fresh;
use crate::state::{Shared, State};

/// The servers that all tests share.
#[derive(Debug)]
pub struct Env {
    shared: Shared,
}

static ENV: OnceCell<Env> = OnceCell::const_new();

impl Env {
    /// The servers, started now if no other test process has started them.
    ///
    /// # Panics
    ///
    /// They cannot be found, fetched or started; the message says what to do.
    pub async fn get() -> &'static Self {
        ENV.get_or_init(async || match Box::pin(join()).await {
            Ok(shared) => Self { shared },
            Err(error) => panic!("the tests have no servers: {error}"),
        })
        .await
    }

    /// A namespace, an empty database and a Redis prefix that no other test uses. `name` makes the
    /// database recognisable.
    ///
    /// # Panics
    ///
    /// The database cannot be made.
    pub async fn fresh(&self, name: &str) -> Fresh {
        Fresh::new(self.urls(), self.data(), name, None).await
    }

    /// The same, with Mesa's own migrations applied.
    ///
    /// # Panics
    ///
    /// A migration fails, or the database cannot be made.
    pub async fn fresh_migrated(&self, name: &str) -> Fresh {
        self.fresh_from(name, &crate::databases::own_migrations())
            .await
    }

    /// The same, with the migrations of a folder applied. They run once: the databases are copies.
    ///
    /// # Panics
    ///
    /// A migration fails, or the database cannot be made.
    pub async fn fresh_from(&self, name: &str, migrations: &std::path::Path) -> Fresh {
        Fresh::new(self.urls(), self.data(), name, Some(migrations)).await
    }

    fn data(&self) -> &std::path::Path {
        &self.shared.data
    }

    fn urls(&self) -> [&str; 3] {
        let shared = &self.shared;
        [&shared.nats_url, &shared.database_url, &shared.redis_url]
    }
}

/// Finds the servers of another process, or starts them for everybody.
async fn join() -> io::Result<Shared> {
    let entered = tokio::task::spawn_blocking(State::enter).await;
    let state = entered.map_err(io::Error::other)??;
    if let Some(shared) = state.shared()
        && answer(&shared).await
    {
        state.keep_watched(&shared)?;
        return Ok(shared);
    }
    for data in state.abandoned() {
        servers::end_what_was_left(&data, &announce())
            .await
            .map_err(io::Error::other)?;
        let _ = std::fs::remove_dir_all(&data);
    }
    let request = Request {
        places: Places::of_this_machine(),
        data: state.new_data(),
        nats_url: None,
        database_url: None,
        redis_url: None,
        profile: Profile::FastForTests,
    };
    let running = servers::start(request, &announce())
        .await
        .map_err(io::Error::other)?;
    let shared = Shared {
        nats_url: running.nats_url.clone(),
        database_url: running.database_url.clone(),
        redis_url: running.redis_url.clone(),
        data: running.data().to_owned(),
        pids: servers::Kind::ALL
            .iter()
            .filter_map(|kind| running.pid(*kind))
            .collect(),
    };
    state.watch(&shared)?;
    running.leave();
    state.share(&shared)?;
    Ok(shared)
}

fn announce() -> servers::Announce {
    Arc::new(|sentence| tracing::info!("{sentence}"))
}

/// Says whether all three serve.
async fn answer(shared: &Shared) -> bool {
    let Ok(nats) = async_nats::connect(&shared.nats_url).await else {
        return false;
    };
    if async_nats::jetstream::new(nats)
        .query_account()
        .await
        .is_err()
    {
        return false;
    }
    let Ok(redis) = platform::redis::Redis::open(&config::Redis::at(&shared.redis_url)) else {
        return false;
    };
    redis.is_there().await && PgConnection::connect(&shared.database_url).await.is_ok()
}
