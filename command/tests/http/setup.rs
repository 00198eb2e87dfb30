//! A small institution, served by one or more instances of the command role on a real log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use command::{App, Command, Config, ConnectError, Streams};
use events::classify::Role;
use events::{DocumentTypeId, OfficeId, UserId};
use kit::Fresh;
use kit::http::{Answer, Http};
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::limit::Limits;
use platform::tasks::Tasks;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// One served instance.
pub(crate) struct Instance {
    pub(crate) command: Command,
    pub(crate) http: Http,
    pub(crate) tasks: Tasks,
}

/// An institution: a desk (MP), two offices (LOG, LEG), one user a role.
pub(crate) struct Site {
    pub(crate) instance: Instance,
    pub(crate) fresh: Fresh,
    keys: BTreeMap<&'static str, String>,
}

/// Serves the log of `fresh`.
pub(crate) async fn serve(fresh: &Fresh) -> Instance {
    serve_with(fresh, Streams::default()).await
}

/// Connects to the log of `fresh`, and serves nothing.
pub(crate) async fn connect(fresh: &Fresh) -> Result<Command, ConnectError> {
    connect_as(&config(fresh, Streams::default())).await
}

/// Connects as `config` says, and serves nothing.
pub(crate) async fn connect_as(config: &Config) -> Result<Command, ConnectError> {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    Command::connect(config, clock, ids, Tasks::default()).await
}

fn config(fresh: &Fresh, streams: Streams) -> Config {
    Config {
        streams,
        limits: Limits::off(),
        ..Config::new(fresh.nats(), fresh.objects())
    }
}

async fn serve_with(fresh: &Fresh, streams: Streams) -> Instance {
    serve_as(&config(fresh, streams)).await
}

pub(crate) async fn serve_as(config: &Config) -> Instance {
    let tasks = Tasks::default();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let command = Command::connect(config, clock, ids, tasks.clone())
        .await
        .unwrap();
    let listener = TcpListener::bind(config.http.listen).await.unwrap();
    let http = Http::new(listener.local_addr().unwrap());
    let serving = command.clone();
    tasks.spawn(async move { serving.serve(listener).await.unwrap() });
    Instance {
        command,
        http,
        tasks,
    }
}

impl Site {
    pub(crate) async fn begin(name: &str) -> Self {
        Self::begin_on(kit::Env::get().await.fresh(name).await).await
    }

    pub(crate) async fn begin_on(fresh: Fresh) -> Self {
        begin_with(fresh, None).await
    }

    /// An institution that takes files of at most this many bytes.
    pub(crate) async fn begin_with_files(fresh: Fresh, max_bytes: u64) -> Self {
        let mut config = config(&fresh, Streams::default());
        config.files.max_bytes = max_bytes;
        let instance = serve_as(&config).await;
        Self::of_people(fresh, instance).await
    }

    async fn of_people(fresh: Fresh, instance: Instance) -> Self {
        let mut site = Self {
            instance,
            fresh,
            keys: BTreeMap::new(),
        };
        site.people().await;
        site
    }

    async fn people(&mut self) {
        let app = self.app().clone();
        for (code, name) in [("MP", "Mesa"), ("LOG", "Logística"), ("LEG", "Legal")] {
            app.set_up_office(code, name, None).await.unwrap();
        }
        app.set_up_document_type("SOL", "Solicitud", "EXP")
            .await
            .unwrap();
        for (login, offices, roles) in [
            ("ana", vec!["MP"], vec![Role::REGISTRAR]),
            ("luis", vec!["LOG"], vec![Role::OFFICER]),
            ("lea", vec!["LEG"], vec![Role::OFFICER]),
            ("jefa", vec!["LOG", "MP"], vec![Role::HEAD]),
            ("vera", vec![], vec![Role::VIEWER]),
            ("root", vec![], vec![Role::ADMIN]),
            ("robot", vec!["MP"], vec![Role::INTEGRATOR]),
        ] {
            let offices = offices.into_iter().map(OfficeId::of_code).collect();
            let roles: BTreeSet<_> = roles.into_iter().collect();
            let user = app.set_up_user(login, login, offices, roles).await.unwrap();
            let key = app.issue_api_key(user, "test", None, login).await.unwrap();
            self.keys.insert(login, key.unwrap());
        }
    }

    pub(crate) fn app(&self) -> &App {
        self.instance.command.app()
    }

    pub(crate) fn key(&self, login: &str) -> &str {
        &self.keys[login]
    }

    /// A client of `login`.
    pub(crate) fn of(&self, login: &str) -> Http {
        self.instance.http.with_key(self.key(login))
    }

    /// A client of `login` at another instance.
    pub(crate) fn at(&self, instance: &Instance, login: &str) -> Http {
        instance.http.with_key(self.key(login))
    }

    /// Posts below `/api/v1` as `login`.
    pub(crate) async fn post(&self, login: &str, path: &str, key: &str, body: &Value) -> Answer {
        let path = format!("/api/v1{path}");
        self.of(login).post(&path, key, body).await
    }

    /// Registers a document and gives its id.
    pub(crate) async fn registered(&self, key: &str) -> String {
        let answer = self.post("ana", "/documents", key, &document()).await;
        let id = answer.expect(201).json()["id"].clone();
        id.as_str().unwrap().to_owned()
    }
}

/// An institution on a log of limited size.
pub(crate) async fn begin_with(fresh: Fresh, max_bytes: Option<i64>) -> Site {
    let streams = Streams {
        max_bytes,
        ..Streams::default()
    };
    let instance = serve_with(&fresh, streams).await;
    Site::of_people(fresh, instance).await
}

/// An answer of which only the status matters.
pub(crate) trait Must {
    fn must(self, status: u16);
}

impl Must for Answer {
    fn must(self, status: u16) {
        drop(self.expect(status));
    }
}

pub(crate) fn office(code: &str) -> String {
    OfficeId::of_code(code).to_string()
}

pub(crate) fn user(login: &str) -> String {
    UserId::of_login(login).to_string()
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

/// A derivation to `code`.
pub(crate) fn to(code: &str, kind: &str) -> Value {
    json!({"targets": [{"office_id": office(code), "kind": kind}]})
}
