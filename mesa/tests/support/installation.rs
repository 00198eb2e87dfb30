//! An installation of Mesa in processes of their own, on servers that run elsewhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use command::{App, Command};
use events::classify::Role as Duty;
use events::{DocumentTypeId, Namespace, OfficeId, UserId};
use kit::Fresh;
use kit::http::Http;
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use rustix::process::Signal;
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::net::TcpStream;

use crate::support::{Mesa, free_address};

/// The offices: the desk, and two more.
pub(crate) const OFFICES: [&str; 3] = ["MP", "LOG", "LEG"];

/// A log with an institution in it, and a database with its schema.
pub(crate) struct Installation {
    pub(crate) fresh: Fresh,
    pub(crate) names: Namespace,
    /// The command side in this process: it has set the institution up.
    pub(crate) app: App,
    pub(crate) pool: PgPool,
    tasks: Tasks,
}

/// A role in a process of its own.
pub(crate) struct Role {
    pub(crate) process: Mesa,
    pub(crate) address: SocketAddr,
    pub(crate) http: Http,
}

impl Installation {
    /// An institution in the shared servers: `ana` at the desk, `luis` and `lea` in the offices,
    /// `root`. The schema comes from `mesa migrate`.
    pub(crate) async fn begin(name: &str) -> Self {
        let fresh = kit::Env::get().await.fresh(name).await;
        Mesa::run(["migrate", &format!("--database-url={}", fresh.database_url)])
            .await
            .with(0);
        let config = command::Config::new(fresh.nats(), fresh.objects());
        let tasks = Tasks::default();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let command = Command::connect(&config, clock, ids, tasks.clone());
        let app = command.await.unwrap().app().clone();
        for code in OFFICES {
            app.set_up_office(code, code, None).await.unwrap();
        }
        app.set_up_document_type("SOL", "Solicitud", "EXP")
            .await
            .unwrap();
        for (login, offices, duty) in [
            ("ana", &OFFICES[..1], Duty::REGISTRAR),
            ("luis", &OFFICES[1..2], Duty::HEAD),
            ("lea", &OFFICES[2..], Duty::HEAD),
            ("root", &[], Duty::ADMIN),
        ] {
            let offices = offices.iter().copied().map(OfficeId::of_code).collect();
            app.set_up_user(login, login, offices, [duty].into())
                .await
                .unwrap();
        }
        Self {
            names: fresh.namespace.parse().unwrap(),
            pool: fresh.pool().await,
            fresh,
            app,
            tasks,
        }
    }

    /// A new API key for `login`.
    pub(crate) async fn key(&self, login: &str) -> String {
        let user = UserId::of_login(login);
        let key = self.app.issue_api_key(user, "test", None, login).await;
        key.unwrap().unwrap()
    }

    /// Begins a role at an address that is free.
    pub(crate) async fn role(&self, name: &str) -> Role {
        self.role_at(name, free_address()).await
    }

    /// Begins a role at `address`, and returns when it answers.
    pub(crate) async fn role_at(&self, name: &str, address: SocketAddr) -> Role {
        let mut arguments = vec![name.to_owned(), format!("--listen={address}")];
        arguments.extend(self.log());
        match name {
            "command" => {}
            "worker" => arguments.push(format!("--database-url={}", self.fresh.database_url)),
            _ => arguments.extend(self.views()),
        }
        if name != "projector" {
            arguments.push(format!("--objects={}", self.fresh.objects.display()));
        }
        let process = Mesa::begin(arguments);
        let listens = async || TcpStream::connect(address).await.ok();
        kit::eventually(Duration::from_secs(20), name, listens).await;
        let http = Http::new(address);
        let _ = http.get("/livez").await.expect(200);
        Role {
            process,
            address,
            http,
        }
    }

    /// Runs `mesa verify` to its end; it must find no difference.
    pub(crate) async fn verify(&self) {
        let said = self.verified(0).await;
        assert!(said.trim_end().ends_with("no difference"), "{said}");
        assert!(!said.contains("were not compared"), "{said}");
    }

    /// Runs `mesa verify` to its end, which must be this exit status; gives what it said.
    pub(crate) async fn verified(&self, code: i32) -> String {
        let mut arguments = vec!["verify".to_owned()];
        arguments.extend(self.log().into_iter().chain(self.views()));
        Mesa::run(arguments).await.with(code)
    }

    /// How far the views are.
    pub(crate) async fn reached(&self) -> u64 {
        let reached: Option<i64> =
            sqlx::query_scalar("select max(sequence) from projection_checkpoint")
                .fetch_one(&self.pool)
                .await
                .unwrap();
        reached.unwrap_or(0).try_into().unwrap()
    }

    /// The last sequence of the log.
    pub(crate) async fn last(&self) -> u64 {
        let jetstream = async_nats::jetstream::new(self.fresh.nats_client().await);
        let stream = jetstream.get_stream(self.names.log_stream()).await.unwrap();
        stream.get_info().await.unwrap().state.last_sequence
    }

    /// Waits until the views are where the log is.
    pub(crate) async fn caught_up(&self) {
        let last = self.last().await;
        let there = async || (self.reached().await == last).then_some(());
        kit::eventually(Duration::from_mins(1), "the projector", there).await;
    }

    /// Ends the command side of this process.
    pub(crate) async fn end(self) {
        self.pool.close().await;
        self.tasks.drain().await;
    }

    /// The flags that lead to the log.
    pub(crate) fn log(&self) -> Vec<String> {
        vec![
            format!("--nats-url={}", self.fresh.nats_url),
            format!("--namespace={}", self.fresh.namespace),
        ]
    }

    /// The flags that lead to the views.
    pub(crate) fn views(&self) -> Vec<String> {
        vec![
            format!("--database-url={}", self.fresh.database_url),
            format!("--redis-url={}", self.fresh.redis_url),
        ]
    }
}

impl Role {
    /// Stops it as a supervisor does; it must end well.
    pub(crate) async fn stopped(self) {
        let said = self.process.told(Signal::TERM).await.with(0);
        assert!(!said.contains("panicked"), "{said}");
    }

    /// Kills it as `kill -9` does.
    pub(crate) fn killed(self) {
        self.process.killed();
    }
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

/// The number within its series that an answer gives.
pub(crate) fn value(document: &Value) -> u64 {
    let number = document["number"].as_str().unwrap();
    number.rsplit('-').next().unwrap().parse().unwrap()
}
