//! All of Mesa in one process: command, projector and query, each with its own connections to real
//! servers, and an institution to serve.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use command::Command;
use events::classify::Role;
use events::{DocumentTypeId, Namespace, OfficeId, UserId};
use kit::Fresh;
use kit::http::{Answer, Http};
use platform::clock::Clock;
use platform::http::{health, serve};
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use projector::{Projector, verify};
use query::Query;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::net::TcpListener;

/// The offices: the desk, logistics, legal, management.
pub(crate) const OFFICES: [&str; 4] = ["MP", "LOG", "LEG", "GER"];

/// The institution, served.
pub(crate) struct Site {
    pub(crate) names: Namespace,
    pub(crate) fresh: Fresh,
    command: Http,
    query: Http,
    projector: Http,
    keys: BTreeMap<&'static str, String>,
    tasks: Tasks,
}

impl Site {
    /// Serves an institution in a migrated place: `ana` at the desk, `luis`, `lea` and `gus` in the
    /// other offices, `jefa` over the first three, `vera` and `audi` who read every office, `adan` who
    /// keeps the directory, `inti` who is a program of the third office, `root` who administers.
    pub(crate) async fn open(fresh: Fresh, clock: Arc<dyn Clock>) -> Self {
        let tasks = Tasks::default();
        let ids = Arc::new(SystemIds);
        let mut config = command::Config::new(fresh.nats(), fresh.objects());
        config.limits = platform::limit::Limits::off();
        let command = Command::connect(&config, Arc::clone(&clock), ids.clone(), tasks.clone());
        let command = command.await.unwrap();
        let keys = set_up(&command).await;
        let config = projector::Config {
            nats: fresh.nats(),
            postgres: fresh.postgres(),
            redis: fresh.redis(),
        };
        let projector = Projector::connect(&config, Arc::clone(&clock), tasks.clone());
        let projector = projector.await.unwrap();
        let health = health::routes("projector", projector.checks());
        tasks.spawn(async move { projector.run().await.unwrap() });
        let receipts = query::Receipts {
            keys: Some(receipt_keys(&fresh)),
            ..query::Receipts::default()
        };
        let config = query::Config {
            receipts,
            limits: platform::limit::Limits::off(),
            ..query::Config::new(
                fresh.nats(),
                fresh.postgres(),
                fresh.redis(),
                fresh.objects(),
            )
        };
        let query = Query::connect(&config, clock, ids, tasks.clone());
        let query = query.await.unwrap();
        let (commands, questions) = (listener().await, listener().await);
        let asked = listener().await;
        let site = Self {
            names: fresh.namespace.parse().unwrap(),
            fresh,
            command: Http::new(commands.local_addr().unwrap()),
            query: Http::new(questions.local_addr().unwrap()),
            projector: Http::new(asked.local_addr().unwrap()),
            keys,
            tasks: tasks.clone(),
        };
        let told = tasks.clone();
        tasks.spawn(async move { serve(asked, health, &told).await.unwrap() });
        let (serving, asking) = (command, query.clone());
        tasks.spawn(async move { serving.serve(commands).await.unwrap() });
        tasks.spawn(async move { asking.serve(questions).await.unwrap() });
        let live = async || query.is_live().then_some(());
        kit::eventually(Duration::from_secs(10), "the projector's notices", live).await;
        site
    }

    /// Posts below `/api/v1` as `login`.
    pub(crate) async fn post(&self, login: &str, path: &str, key: &str, body: &Value) -> Answer {
        let path = format!("/api/v1{path}");
        self.desk(login).post(&path, key, body).await
    }

    /// A client of the command side, as `login`.
    pub(crate) fn desk(&self, login: &str) -> Http {
        self.command.with_key(&self.keys[login])
    }

    /// A client of the query side that sees everything.
    pub(crate) fn reader(&self) -> Http {
        self.as_user("vera")
    }

    /// A client of the query side, as `login`.
    pub(crate) fn as_user(&self, login: &str) -> Http {
        self.anybody().with_key(&self.keys[login])
    }

    /// A client of the query side without a key.
    pub(crate) const fn anybody(&self) -> &Http {
        &self.query
    }

    /// Reads below `/api/v1` what includes `position`; it must be there at once and not stale.
    pub(crate) async fn read(&self, path: &str, position: &str) -> Value {
        let http = self.reader().with("mesa-min-position", position);
        let answer = http.get(&format!("/api/v1{path}")).await.expect(200);
        assert_eq!(answer.header("mesa-stale"), None, "{path}");
        answer.json()
    }

    /// What `command`, `projector` and `query` say of themselves, each with all that it said.
    pub(crate) async fn states(&self) -> [(String, Value); 3] {
        let state = async |http: &Http| {
            let answer = http.get("/readyz").await;
            let (status, said) = (answer.status, answer.json());
            let state = said["state"].as_str().unwrap().to_owned();
            assert_eq!(status == 503, state == "unready", "{said}");
            (state, said)
        };
        let [command, projector, query] = [&self.command, &self.projector, &self.query].map(state);
        let (command, projector, query) = tokio::join!(command, projector, query);
        [command, projector, query]
    }

    /// Waits until the views are where the log is; then they must be what the log says, and every
    /// role ready.
    pub(crate) async fn verify(&self) {
        let ready = async || {
            let states = self.states().await;
            states
                .iter()
                .all(|(state, _)| state == "ready")
                .then_some(())
        };
        kit::eventually(Duration::from_secs(30), "every role to be ready", ready).await;
        let pool = self.fresh.pool().await;
        let jetstream = async_nats::jetstream::new(self.fresh.nats_client().await);
        let log = jetstream.get_stream(self.names.log_stream()).await.unwrap();
        let last = log.get_info().await.unwrap().state.last_sequence;
        let there = async || (reached(&pool).await == Some(last)).then_some(());
        kit::eventually(Duration::from_secs(30), "the projector", there).await;
        let redis = self.fresh.redis_connection();
        let report = verify::compare(&pool, &redis, &log, &self.names, |_, _| {}).await;
        let report = report.unwrap();
        assert!(report.is_clean(), "{report:#?}");
        assert!(report.parked.is_empty(), "{:?}", report.parked);
        assert!(report.views.iter().any(|view| view.view == "hot"));
        pool.close().await;
    }

    /// Stops every role.
    pub(crate) async fn close(self) {
        self.tasks.drain().await;
    }
}

/// The key that seals receipts here.
pub(crate) const RECEIPT_KEYS: &str =
    "k1 secret 0707070707070707070707070707070707070707070707070707070707070707\n";

/// The file of that key.
fn receipt_keys(fresh: &Fresh) -> PathBuf {
    let file = fresh.objects.with_extension("keys");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, RECEIPT_KEYS).unwrap();
    file
}

async fn reached(pool: &PgPool) -> Option<u64> {
    let reached: Option<i64> =
        sqlx::query_scalar("select max(sequence) from projection_checkpoint")
            .fetch_one(pool)
            .await
            .unwrap();
    reached.map(|reached| u64::try_from(reached).unwrap())
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

async fn set_up(command: &Command) -> BTreeMap<&'static str, String> {
    let app = command.app();
    for code in OFFICES {
        app.set_up_office(code, code, None).await.unwrap();
    }
    app.set_up_document_type("SOL", "Solicitud", "EXP")
        .await
        .unwrap();
    let mut keys = BTreeMap::new();
    for (login, offices, role) in [
        ("ana", &OFFICES[..1], Role::REGISTRAR),
        ("luis", &OFFICES[1..2], Role::OFFICER),
        ("lea", &OFFICES[2..3], Role::OFFICER),
        ("gus", &OFFICES[3..], Role::OFFICER),
        ("jefa", &OFFICES[..3], Role::HEAD),
        ("vera", &[], Role::VIEWER),
        ("root", &[], Role::ADMIN),
        ("audi", &[], Role::VIEWER),
        ("adan", &[], Role::ADMIN),
        ("inti", &OFFICES[2..3], Role::INTEGRATOR),
    ] {
        let offices = offices.iter().copied().map(OfficeId::of_code).collect();
        app.set_up_user(login, login, offices, [role].into())
            .await
            .unwrap();
        let user = UserId::of_login(login);
        let key = app.issue_api_key(user, "test", None, login).await.unwrap();
        keys.insert(login, key.unwrap());
    }
    keys
}

/// A document, as it is registered.
pub(crate) fn document() -> Value {
    json!({
        "document_type_id": DocumentTypeId::of_code("SOL"),
        "sender": {"name": "Rosa Quispe", "kind": "dni", "number": "12345678"},
        "subject": "Solicita copia de planos",
        "folios": 3,
        "channel": "counter",
    })
}

/// The position that an answer of the command side names.
pub(crate) fn position(answer: &Answer) -> String {
    answer.header("mesa-position").unwrap().to_owned()
}
