//! The command role: connected, and serving.

use std::sync::Arc;

use async_nats::Client;
use axum::Router;
use events::subject::BadNamespace;
use platform::clock::Clock;
use platform::http::Keyring;
use platform::http::health::{self, Check, Health};
use platform::ids::Ids;
use platform::limit::Gate;
use platform::metrics;
use platform::nats::follow::FollowError;
use platform::nats::stream::StreamError;
use platform::nats::{NatsError, connect, jetstream, trouble};
use platform::objects::{Objects, ObjectsError};
use platform::oidc::{ConfigError, Oidc};
use platform::redis::{Redis, RedisUrlError};
use platform::tasks::Tasks;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::app::{App, Parts};
use crate::config::Config;
use crate::log::{Full, JetStreamLog};
use crate::login::{Login, LoginError};
use crate::numbering::Numbering;
use crate::organisation::Organisation;
use crate::routes;
use crate::shell::{Histories, Shell};
use crate::vault::{Vault, VaultError};

/// The command role, connected to its log.
#[derive(Clone, Debug)]
pub struct Command {
    app: App,
    client: Client,
    full: Full,
    gate: Gate,
    tasks: Tasks,
}

/// Why the role cannot begin.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// The namespace is none.
    #[error(transparent)]
    Namespace(#[from] BadNamespace),
    /// NATS does not answer, or is too old.
    #[error(transparent)]
    Nats(#[from] NatsError),
    /// A stream is not as it must be.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The bucket of key digests cannot be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The bucket of passwords cannot be used.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The directory cannot be read.
    #[error(transparent)]
    Directory(#[from] FollowError),
    /// The object store cannot be used.
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    /// An issuer cannot be trusted.
    #[error(transparent)]
    Oidc(#[from] ConfigError),
    /// The address of Redis is none.
    #[error(transparent)]
    Redis(#[from] RedisUrlError),
}

impl Command {
    /// Connects to NATS, makes the streams that are missing, and reads the directory.
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
        let names: events::Namespace = config.nats.namespace.parse()?;
        let client = connect(&config.nats, "command").await?;
        let context = jetstream(&client);
        let limits = config.streams.into();
        let log = JetStreamLog::open(context.clone(), names.clone(), limits).await?;
        let full = log.full();
        let vault = Vault::open(&context, &names, config.streams.replicas).await?;
        let login = Login::open(&context, &names, config.streams.replicas).await?;
        let issuers = Oidc::follow(&config.oidc, &clock, &tasks)?;
        let keyring = Keyring::of(names.as_str()).trusting(issuers);
        let organisation = Organisation::follow(&context, &names, keyring, &tasks).await?;
        let redis = config
            .redis
            .clone()
            .map(|url| platform::config::Redis { url });
        let redis = redis.as_ref().map(Redis::open).transpose()?;
        let gate = Gate::open(&config.limits, redis, names.as_str(), "command", &tasks);
        let shell = Shell::new(Arc::new(log), names, clock, ids);
        let app = App::new(Parts {
            numbering: Numbering::new(shell.clone(), tasks.clone()),
            shell,
            organisation,
            vault,
            login,
            documents: Histories::default(),
            series: Histories::default(),
            offices: Histories::default(),
            document_types: Histories::default(),
            users: Histories::default(),
            api_keys: Histories::default(),
            objects: Objects::open(&config.objects.place)?,
            files: config.files.clone(),
            roles: Histories::default(),
            substitutions: Histories::default(),
            arranging: Mutex::default(),
            calendar: Histories::default(),
            intake_policies: Histories::default(),
            institution: Histories::default(),
            routing_rules: Histories::default(),
        });
        tasks.spawn_until_stop(crate::sweep::now_and_then(app.clone()));
        Ok(Self {
            app,
            client,
            full,
            gate,
            tasks,
        })
    }

    /// What the routes stand on, for those who ask without HTTP.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// The commands alone, to be merged with the routes of other roles.
    pub fn routes(&self) -> Router {
        routes::router(&self.app, &self.gate)
    }

    /// What must be well for the role to do its work.
    pub fn checks(&self) -> Vec<Check> {
        let (context, stream) = (jetstream(&self.client), self.app.shell.names.log_stream());
        let full = self.full.clone();
        vec![Check::new("event_log", move || {
            let (context, stream, full) = (context.clone(), stream.clone(), full.clone());
            async move {
                match trouble(&context, &stream).await {
                    Some(why) => Health::Unready(why.to_owned()),
                    None if full.is_so() => Health::Degraded(
                        "the log is full: commands are answered with 507 until there is room"
                            .to_owned(),
                    ),
                    None => Health::Ready,
                }
            }
        })]
    }

    /// Everything the role serves by itself.
    pub fn router(&self) -> Router {
        let routes = self
            .routes()
            .merge(health::routes("command", self.checks()))
            .merge(metrics::routes(Vec::new()));
        platform::http::wrap(routes, Arc::clone(&self.app.shell.ids))
    }

    /// Serves on `listener` until the tasks stop.
    ///
    /// # Errors
    ///
    /// The listener breaks.
    pub async fn serve(&self, listener: TcpListener) -> std::io::Result<()> {
        platform::http::serve(listener, self.router(), &self.tasks).await
    }
}
