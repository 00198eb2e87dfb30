//! A whole installation on servers of its own: the supervisor of the servers and of the roles.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_nats::jetstream::{self, stream::Stream};
use command::{Command, Streams};
use events::classify::Role as Duty;
use events::{DocumentTypeId, Namespace, OfficeId, UserId};
use kit::http::{Http, Method};
use kit::{Kind, Profile, Program};
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::redis::Redis;
use platform::tasks::Tasks;
use platform::{config, nats, postgres};
use servers::{Places, Request, Running};
use sqlx::PgPool;
use tempfile::TempDir;
use tokio::sync::Mutex as Turn;

use crate::disk::Disk;
use crate::ledger::Ledger;
use crate::proxy::Proxy;
use crate::roles::{Kill, Role, Roles};

/// The desk, and the office that receives.
pub const OFFICES: [&str; 2] = ["MP", "LOG"];
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
}

impl Ground {
    /// The usual one.
    #[must_use]
    pub fn of(mesa: &Path) -> Self {
        Self {
            mesa: mesa.to_owned(),
            log: Profile::Durable,
            log_folder: None,
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
        let (log, stores) = (started.0.unwrap(), started.1.unwrap());
        let urls = [
            log.nats_url.clone(),
            stores.database_url.clone(),
            stores.redis_url.clone(),
        ];
        Self::found(ground, folder, log, stores, urls).await
    }

    async fn found(
        ground: &Ground,
        folder: TempDir,
        log: Running,
        stores: Running,
        urls: [String; 3],
    ) -> Self {
        let names = Namespace::default();
        let tasks = Tasks::default();
        let migrate = ["mesa", "migrate", &format!("--database-url={}", urls[1])];
        let migrated = Program::begin(&ground.mesa, migrate, &[]).ended().await;
        migrated.with(0);
        let keys = set_up(&urls[0], &names).await;
        let edges = Edges {
            command_log: Proxy::before(&urls[0], &tasks).await,
            views_log: Proxy::before(&urls[0], &tasks).await,
            rows: Proxy::before(&urls[1], &tasks).await,
            hot: Proxy::before(&urls[2], &tasks).await,
        };
        let views = vec![
            format!("--nats-url={}", edges.views_log.way_to(&urls[0])),
            format!("--database-url={}", edges.rows.way_to(&urls[1])),
            format!("--redis-url={}", edges.hot.way_to(&urls[2])),
        ];
        let command = vec![format!("--nats-url={}", edges.command_log.way_to(&urls[0]))];
        let roles = Roles::new(&ground.mesa, command, views, folder.path());
        let site = Self {
            roles,
            edges,
            ledger: Ledger::begin(folder.path()),
            names,
            keys,
            log: Turn::new(log),
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

/// Sets the institution up: `ana` at the desk, `luis` in the other office, `vera` sees everything.
async fn set_up(url: &str, names: &Namespace) -> BTreeMap<String, String> {
    let config = command::Config {
        nats: config::Nats::at(url, names.as_str()),
        http: config::Http {
            listen: ([127, 0, 0, 1], 0).into(),
        },
        streams: Streams::default(),
    };
    let tasks = Tasks::default();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let command = Command::connect(&config, clock, ids, tasks.clone()).await;
    let app = command.unwrap().app().clone();
    for code in OFFICES {
        app.set_up_office(code, code, None).await.unwrap();
    }
    let set_up = app.set_up_document_type("SOL", "Solicitud", "EXP");
    set_up.await.unwrap();
    let mut keys = BTreeMap::new();
    for (login, offices, duty) in [
        ("ana", &OFFICES[..1], Duty::Registrar),
        ("luis", &OFFICES[1..], Duty::Head),
        ("vera", &[], Duty::Viewer),
    ] {
        let offices = offices.iter().copied().map(OfficeId::of_code).collect();
        let made = app.set_up_user(login, login, offices, [duty].into());
        made.await.unwrap();
        let key = app.issue_api_key(UserId::of_login(login), "test", None, login);
        keys.insert(login.to_owned(), key.await.unwrap().unwrap());
    }
    tasks.drain().await;
    keys
}

/// A document, as it is registered.
#[must_use]
pub fn document() -> serde_json::Value {
    serde_json::json!({
        "document_type_id": DocumentTypeId::of_code("SOL"),
        "sender": {"name": "Rosa Quispe", "kind": "dni", "number": "12345678"},
        "subject": "Solicita copia de planos",
        "folios": 3,
        "channel": "counter",
    })
}
