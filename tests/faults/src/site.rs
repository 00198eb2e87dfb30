//! A whole installation on servers of its own: the supervisor of the servers and of the roles.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use async_nats::jetstream::{self, stream::Stream};
use events::Namespace;
use kit::http::{Http, Method};
use kit::{Kind, Profile, Program};
use platform::redis::Redis;
use platform::tasks::Tasks;
use platform::{config, nats, postgres};
use servers::{Places, Request, Running};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::Mutex as Turn;

use crate::cluster::Cluster;
use crate::disk::Disk;
use crate::institution::set_up;
use crate::ledger::Ledger;
use crate::proxy::Proxy;
use crate::roles::{Kill, Role, Roles};

/// Between looks whether a role has ended.
const LOOK: Duration = Duration::from_millis(20);

/// What an installation is made on.
#[derive(Clone, Debug)]
pub struct Ground {
    /// The program that does what `mesa` does when its first argument says so.
    pub mesa: PathBuf,
    /// Whether the log syncs each message (as promised) or when it likes (as a control).
    pub log: Profile,
    /// The folder of the log's data; none for one beside the other servers'.
    pub log_folder: Option<PathBuf>,
    /// How many servers hold the log: one, or three.
    pub nodes: usize,
}

impl Ground {
    /// The usual one.
    #[must_use]
    pub fn of(mesa: &Path) -> Self {
        Self {
            mesa: mesa.to_owned(),
            log: Profile::Durable,
            log_folder: None,
            nodes: 1,
        }
    }
}

/// The edges between the roles and the servers.
#[derive(Debug)]
pub struct Edges {
    /// From the command sides to NATS.
    pub command_log: Proxy,
    /// From the projectors and the query side to NATS.
    pub views_log: Proxy,
    /// To `PostgreSQL`.
    pub rows: Proxy,
    /// To Redis.
    pub hot: Proxy,
}

/// The installation.
#[derive(Debug)]
pub struct Site {
    /// The roles, as processes.
    pub roles: Roles,
    /// The edges.
    pub edges: Edges,
    /// What was asked and what came of it.
    pub ledger: Ledger,
    /// The names in the log.
    pub names: Namespace,
    /// API keys by login.
    pub keys: BTreeMap<String, String>,
    log: Turn<Running>,
    cluster: Turn<Option<Cluster>>,
    stores: Turn<Running>,
    urls: [String; 3],
    kills: Mutex<Vec<Kill>>,
    tasks: Tasks,
    folder: TempDir,
}

impl Site {
    /// Starts the servers, sets an institution up, begins every role, and returns when all are
    /// ready.
    pub async fn open(ground: &Ground) -> Self {
        let folder = tempfile::Builder::new().prefix("mesa-faults-").tempdir();
        let folder = folder.unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        let (here, elsewhere) = (folder.path().join("stores"), Some(String::new()));
        let stores = Request {
            places: Places::of_this_machine(),
            data: here,
            nats_url: elsewhere.clone(),
            database_url: None,
            redis_url: None,
            profile: Profile::Durable,
        };
        let beside = || folder.path().join("log");
        let log = Request {
            places: Places::of_this_machine(),
            data: ground.log_folder.clone().unwrap_or_else(beside),
            nats_url: None,
            database_url: elsewhere.clone(),
            redis_url: elsewhere,
            profile: ground.log,
        };
        let say = servers::announce_to_log();
        let started = tokio::join!(servers::start(log, &say), servers::start(stores, &say));
        let (mut log, stores) = (started.0.unwrap(), started.1.unwrap());
        let cluster = if ground.nodes > 1 {
            Some(Cluster::start(&mut log).await)
        } else {
            None
        };
        let of_cluster = cluster.as_ref().map(Cluster::url);
        let urls = [
            of_cluster.unwrap_or_else(|| log.nats_url.clone()),
            stores.database_url.clone(),
            stores.redis_url.clone(),
        ];
        Self::found(ground, folder, (log, cluster, stores), urls).await
    }

    async fn found(
        ground: &Ground,
        folder: TempDir,
        (log, cluster, stores): (Running, Option<Cluster>, Running),
        urls: [String; 3],
    ) -> Self {
        let names = Namespace::default();
        let tasks = Tasks::default();
        let migrate = ["mesa", "migrate", &format!("--database-url={}", urls[1])];
        let migrated = Program::begin(&ground.mesa, migrate, &[]).ended().await;
        migrated.with(0);
        let objects = config::Objects::at(folder.path().join("objects").display().to_string());
        let keys = set_up(&urls[0], &names, ground.nodes, objects).await;
        let edges = Edges {
            command_log: Proxy::before(&urls[0], &tasks).await,
            views_log: Proxy::before(&urls[0], &tasks).await,
            rows: Proxy::before(&urls[1], &tasks).await,
            hot: Proxy::before(&urls[2], &tasks).await,
        };
        // Several servers tell their clients of each other, past any proxy.
        let log_by = |edge: &Proxy| match &cluster {
            Some(_) => format!("--nats-url={}", urls[0]),
            None => format!("--nats-url={}", edge.way_to(&urls[0])),
        };
        let views = vec![
            log_by(&edges.views_log),
            format!("--database-url={}", edges.rows.way_to(&urls[1])),
            format!("--redis-url={}", edges.hot.way_to(&urls[2])),
        ];
        let command = vec![
            log_by(&edges.command_log),
            format!("--log-replicas={}", ground.nodes),
        ];
        let roles = Roles::new(&ground.mesa, command, views, folder.path());
        let site = Self {
            roles,
            edges,
            ledger: Ledger::begin(folder.path()),
            names,
            keys,
            log: Turn::new(log),
            cluster: Turn::new(cluster),
            stores: Turn::new(stores),
            urls,
            kills: Mutex::default(),
            tasks,
            folder,
        };
        site.roles.keep();
        site.ready().await;
        site
    }

    /// Begins again whatever ends, for ever; notes when something ended that was armed to.
    pub async fn watch(&self) {
        loop {
            for role in self.roles.keep() {
                self.note(role.name());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Kills a role as `kill -9` does; it is begun again by [`Site::watch`].
    pub fn kill(&self, role: Role) {
        self.note(role.name());
        self.roles.kill(role);
    }

    /// Kills a server as `kill -9` does, and starts it again with the same data.
    pub async fn kill_server(&self, kind: Kind) {
        self.note(kind.name());
        let mut servers = self.server(kind).lock().await;
        servers.kill(kind).unwrap();
        servers.start(kind).await.unwrap();
    }

    /// Cuts the power of the disk that the log is on, kills the log's server with it, and starts it
    /// again on what was on the disk.
    pub async fn cut_power(&self, disk: &mut Disk) {
        let mut servers = self.log.lock().await;
        self.note("power cut of NATS");
        disk.cut().unwrap();
        servers.kill(Kind::Nats).unwrap();
        disk.on_again().unwrap();
        servers.start(Kind::Nats).await.unwrap();
    }

    /// Kills these of the three servers that hold the log, and starts them again after `away`.
    pub async fn kill_nodes(&self, nodes: &[usize], away: Duration) {
        let (mut running, mut cluster) = (self.log.lock().await, self.cluster.lock().await);
        let cluster = cluster.as_mut().unwrap();
        self.note(match nodes.len() {
            1 => "one of three NATS",
            _ => "two of three NATS",
        });
        for node in nodes {
            cluster.kill(*node);
        }
        tokio::time::sleep(away).await;
        for node in nodes {
            cluster.begin(&mut running, *node);
        }
    }

    /// Lets a server hang, or go on.
    pub async fn pause_server(&self, kind: Kind, pause: bool) {
        self.server(kind).lock().await.pause(kind, pause).unwrap();
    }

    /// The server's process, held for as long as it is to stay as it is.
    pub const fn server(&self, kind: Kind) -> &Turn<Running> {
        match kind {
            Kind::Nats => &self.log,
            Kind::Postgres | Kind::Redis => &self.stores,
        }
    }

    /// Everything that was killed.
    pub fn kills(&self) -> Vec<Kill> {
        self.kills.lock().unwrap().clone()
    }

    /// Notes that something was killed now.
    pub fn note(&self, what: &'static str) {
        let at = self.ledger.now();
        self.kills.lock().unwrap().push(Kill { what, at });
    }

    /// Waits until every role says that it is ready, beginning again what ends meanwhile.
    pub async fn ready(&self) {
        let all = async || {
            self.roles.keep();
            for role in Role::ALL {
                let http = Http::new(self.roles.address(role));
                let asked = http.request(Method::GET, "/readyz");
                let answer = http.try_send(asked.timeout(Duration::from_secs(2))).await;
                let answer = answer.ok().filter(|answer| answer.status == 200)?;
                let ready = answer.json()["state"] == "ready";
                ready.then_some(())?;
            }
            Some(())
        };
        kit::eventually(Duration::from_mins(1), "every role to be ready", all).await;
    }

    /// The log, past the proxies.
    pub async fn stream(&self) -> Stream {
        let jetstream = self.jetstream().await;
        let found = jetstream.get_stream(self.names.log_stream());
        found.await.unwrap()
    }

    /// Makes the log forget message ids after `window`, so that what holds a key to one effect is
    /// the history alone.
    pub async fn forget_duplicates_after(&self, window: Duration) {
        let info = self.stream().await.get_info().await.unwrap();
        let short = jetstream::stream::Config {
            duplicate_window: window,
            ..info.config
        };
        let update = self.jetstream().await;
        update.update_stream(short).await.unwrap();
    }

    /// The log, unless it is gone.
    pub async fn stream_if_any(&self) -> Option<Stream> {
        let jetstream = self.jetstream().await;
        jetstream.get_stream(self.names.log_stream()).await.ok()
    }

    async fn jetstream(&self) -> jetstream::Context {
        let config = config::Nats::at(&self.urls[0], self.names.as_str());
        jetstream::new(nats::connect(&config, "faults").await.unwrap())
    }

    /// The rows, past the proxies.
    pub async fn pool(&self) -> PgPool {
        let config = config::Postgres {
            max_connections: 4,
            ..config::Postgres::at(&self.urls[1])
        };
        postgres::connect(&config, "faults").await.unwrap()
    }

    /// The hot views, past the proxies.
    pub fn redis(&self) -> Redis {
        Redis::open(&config::Redis::at(&self.urls[2])).unwrap()
    }

    /// The servers' versions.
    pub async fn versions(&self) -> String {
        let jetstream = self.jetstream().await;
        let log = jetstream.client().server_info().version;
        let pool = self.pool().await;
        let rows: String = sqlx::query_scalar("show server_version")
            .fetch_one(&pool)
            .await
            .unwrap();
        pool.close().await;
        let mut info = redis::cmd("INFO");
        let hot: String = self.redis().ask(info.arg("server")).await.unwrap();
        let hot = hot
            .lines()
            .find_map(|line| line.strip_prefix("redis_version:"));
        let hot = hot.unwrap_or_default();
        format!("nats-server {log}, PostgreSQL {rows}, Redis {hot}")
    }

    /// Ends everything. What any role said of a panic is a failure.
    pub async fn close(self) {
        let panics = self.roles.stop();
        assert!(panics.is_empty(), "a role panicked: {panics:#?}");
        self.tasks.drain().await;
        self.log.into_inner().stop().await;
        self.stores.into_inner().stop().await;
        drop(self.folder);
    }
}
