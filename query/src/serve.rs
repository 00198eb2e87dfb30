//! The query role: connected, and serving.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use axum::Router;
use events::Namespace;
use events::subject::BadNamespace;
use platform::clock::Clock;
use platform::http::Keyring;
use platform::http::health::{self, Check};
use platform::ids::Ids;
use platform::limit::Gate;
use platform::metrics::{self, Sample, catalogue, figure};
use platform::nats::follow::FollowError;
use platform::nats::{NatsError, connect, jetstream};
use platform::objects::{Objects, ObjectsError};
use platform::oidc::{ConfigError, Oidc};
use platform::postgres::{PostgresError, connect_lazily};
use platform::redis::{Redis, RedisUrlError};
use platform::tasks::Tasks;
use readmodel::Keys;
use tokio::net::TcpListener;

use crate::app::{App, Parts};
use crate::cache::Cache;
use crate::config::Config;
use crate::directory::Members;
use crate::freshness::Freshness;
use crate::hot::Hot;
use crate::live::{Around, Live};
use crate::receipts::{KeysError, Receipts};
use crate::routes;
use crate::store::Store;

/// The query role, connected.
#[derive(Clone, Debug)]
pub struct Query {
    app: App,
    hot: Hot,
    gate: Gate,
    ids: Arc<dyn Ids>,
    tasks: Tasks,
}

/// Why the role cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The namespace is none.
    #[error(transparent)]
    Namespace(#[from] BadNamespace),
    /// NATS does not answer, or is too old.
    #[error(transparent)]
    Nats(#[from] NatsError),
    /// The directory cannot be read.
    #[error(transparent)]
    Directory(#[from] FollowError),
    /// The address of the database is none.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// The address of Redis is none.
    #[error(transparent)]
    Redis(#[from] RedisUrlError),
    /// The object store cannot be used.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// An issuer cannot be trusted.
    #[error(transparent)]
    Oidc(#[from] ConfigError),
    /// The keys of receipts cannot be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl Query {
    /// Connects, and reads the directory whole. The database and Redis may be away.
    ///
    /// # Errors
    ///
    /// [`ConnectError`], a sentence that says what to do.
    pub async fn connect(
        config: &Config,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        tasks: Tasks,
    ) -> Result<Self, ConnectError> {
        let names: Namespace = config.nats.namespace.parse()?;
        let client = connect(&config.nats, "query").await?;
        let issuers = Oidc::follow(&config.oidc, &clock, &tasks)?;
        let keyring = Keyring::of(names.as_str()).trusting(issuers);
        let (context, time) = (jetstream(&client), Arc::clone(&clock));
        let members = Members::follow(&context, &names, keyring, time, &tasks).await?;
        let store = Store::new(connect_lazily(&config.postgres, "query")?, &tasks);
        let redis = Redis::open(&config.redis)?;
        let hot = Hot::new(redis.clone(), Keys::new(&names));
        let gate = Gate::open(&config.limits, Some(redis), names.as_str(), "query", &tasks);
        let freshness = Arc::new(Freshness::new(names.log_stream()));
        // Without the database the position stays unknown until the first notice.
        let _ = freshness.look(&store).await;
        listen(&freshness, &client, names.notice_subject(), &tasks);
        let cache = Cache::new(
            config.cache,
            hot.clone(),
            Arc::clone(&freshness),
            store.clone(),
        );
        let live = Live::new(Around {
            cache: cache.clone(),
            store: store.clone(),
            freshness: Arc::clone(&freshness),
            members: members.clone(),
            clock: Arc::clone(&clock),
            tasks: tasks.clone(),
            heartbeat: Duration::from_millis(config.heartbeat),
        });
        let app = App::new(Parts {
            cache,
            live,
            numbers: App::numbers(),
            names,
            clock,
            members,
            freshness,
            store,
            objects: Objects::open(&config.objects.place)?,
            receipts: Receipts::open(&config.receipts)?,
        });
        Ok(Self {
            app,
            hot,
            gate,
            ids,
            tasks,
        })
    }

    /// The questions alone, to be merged with the routes of other roles.
    pub fn routes(&self) -> Router {
        routes::router(&self.app, &self.gate)
    }

    /// What must be well for the role to do its work, and what makes it slower.
    #[must_use]
    pub fn checks(&self) -> Vec<Check> {
        crate::health::checks(&self.app, &self.hot)
    }

    /// What has to be asked for to show how the role does.
    #[must_use]
    pub fn samples(&self) -> Vec<Sample> {
        let freshness = Arc::clone(&self.app.freshness);
        let live = catalogue::QUERY_LIVE.gauge([]);
        let position = catalogue::QUERY_POSITION.gauge([]);
        let (streams, open) = (self.app.live.clone(), catalogue::QUERY_STREAMS.gauge([]));
        let known = Sample::new(move || {
            live.set(if freshness.is_live() { 1.0 } else { 0.0 });
            position.set(figure(freshness.known()));
            open.set(figure(streams.open()));
            std::future::ready(())
        });
        vec![self.app.store.sample(), known]
    }

    /// Everything the role serves by itself.
    pub fn router(&self) -> Router {
        let routes = self
            .routes()
            .merge(health::routes("query", self.checks()))
            .merge(metrics::routes(self.samples()));
        platform::http::wrap(routes, Arc::clone(&self.ids))
    }

    /// Serves on `listener` until the tasks stop.
    ///
    /// # Errors
    ///
    /// The listener breaks.
    pub async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        platform::http::serve(listener, self.router(), &self.tasks).await
    }

    /// How many times the database was read so far.
    #[must_use]
    pub fn reads(&self) -> u64 {
        self.app.store.reads()
    }

    /// How many streams are open.
    #[must_use]
    pub fn streams(&self) -> u64 {
        self.app.live.open()
    }

    /// Whether the projector is heard, so that answers are kept in this process.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.app.freshness.is_live()
    }
}

fn listen(freshness: &Arc<Freshness>, client: &Client, subject: String, tasks: &Tasks) {
    let (freshness, client) = (Arc::clone(freshness), client.clone());
    tasks.spawn_until_stop(async move { freshness.listen(&client, &subject).await });
}
