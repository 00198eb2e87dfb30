//! The institution that the harness asks for things.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use command::{Command, Streams};
use events::classify::Role as Duty;
use events::{DocumentTypeId, Namespace, OfficeId, UserId};
use platform::clock::SystemClock;
use platform::config;
use platform::ids::SystemIds;
use platform::tasks::Tasks;

/// The desk, and the office that receives.
pub const OFFICES: [&str; 2] = ["MP", "LOG"];

/// Sets the institution up: `ana` at the desk, `luis` in the other office, `vera` sees everything.
pub async fn set_up(
    url: &str,
    names: &Namespace,
    replicas: usize,
    objects: config::Objects,
) -> BTreeMap<String, String> {
    let nats = config::Nats::at(url, names.as_str());
    let config = command::Config {
        streams: Streams {
            replicas,
            ..Streams::default()
        },
        ..command::Config::new(nats, objects)
    };
    let tasks = Tasks::default();
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    // Three servers that have just found each other may not have a leader yet.
    let connect = async || {
        let (clock, ids) = (clock.clone(), ids.clone());
        let connected = Command::connect(&config, clock, ids, tasks.clone()).await;
        connected.ok()
    };
    let patience = Duration::from_secs(30);
    let command = kit::eventually(patience, "the log to be made", connect).await;
    let app = command.app().clone();
    for code in OFFICES {
        app.set_up_office(code, code, None).await.unwrap();
    }
    let set_up = app.set_up_document_type("SOL", "Solicitud", "EXP");
    set_up.await.unwrap();
    let mut keys = BTreeMap::new();
    for (login, offices, duty) in [
        ("ana", &OFFICES[..1], Duty::REGISTRAR),
        ("luis", &OFFICES[1..], Duty::HEAD),
        ("vera", &[], Duty::VIEWER),
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
