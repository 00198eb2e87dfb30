//! The database and Redis away at once, and reading what one has just written.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use events::OfficeId;
use kit::Kind;
use kit::http::{Answer, Http};
use platform::clock::SystemClock;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{Site, document, position};

/// The longest that anything may take while a server is away.
const SOON: Duration = Duration::from_millis(2_500);

/// What comes of `asking`, which must come soon.
async fn soon<T>(what: &str, asking: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let answer = asking.await;
    let took = begun.elapsed();
    assert!(took < SOON, "{what} took {took:?}");
    answer
}

async fn register(site: &Site, key: &str) -> Answer {
    let body = document();
    let answer = soon(key, site.post("ana", "/documents", key, &body)).await;
    answer.expect(201)
}

fn path_of(document: &Value) -> String {
    format!("/documents/{}", document["id"].as_str().unwrap())
}

/// What came of a read while the database is away.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Said {
    /// What is kept, without a mark: nothing is known to be wrong.
    Plain,
    /// What is kept, marked as stale.
    Marked,
    /// A problem that says to come again.
    Problem,
}

async fn asked(reader: &Http, path: &str) -> Said {
    let answer = soon(path, reader.get(&format!("/api/v1{path}"))).await;
    match answer.status.as_u16() {
        200 if answer.header("mesa-stale") == Some("true") => Said::Marked,
        200 => Said::Plain,
        503 => {
            let kind = answer.header("content-type");
            assert_eq!(kind, Some("application/problem+json"), "{path}");
            assert_eq!(answer.json()["type"], "/problems/unavailable", "{path}");
            assert!(answer.header("retry-after").is_some(), "{path}");
            Said::Problem
        }
        status => panic!("{path}: {status} {}", answer.text()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_database_and_redis_commands_go_on_and_reads_say_so() {
    let (mut servers, site) = crate::open("both_away").await;
    let before = register(&site, "before").await;
    let (known, at) = (before.json(), position(&before));
    let list = "/documents?status=registered";
    site.read(&path_of(&known), &at).await;
    site.read(list, &at).await;

    servers.kill(Kind::Postgres);
    servers.kill(Kind::Redis);
    let reader = site.reader();
    let away = Instant::now();
    let mut written = Vec::new();
    let mut marked = 0;
    // Until well after the moment from which everybody has to know.
    while written.len() < 12 || away.elapsed() < 2 * SOON {
        let n = written.len();
        let document = register(&site, &format!("during{n}")).await.json();
        let (note, key) = (format!("{}/notes", path_of(&known)), format!("note{n}"));
        let body = json!({"text": format!("nota {n}")});
        let noted = soon("a note", site.post("ana", &note, &key, &body)).await;
        let at = position(&noted.expect(201));
        // Who asks for what was just written is never given less without being told.
        let wanting = reader.with("mesa-min-position", &at);
        let said = asked(&wanting, &path_of(&known)).await;
        assert_ne!(said, Said::Plain, "{:?} after the end", away.elapsed());
        // Who asks for nothing is told as soon as the projector has been silent for a second.
        for path in [list, &path_of(&known)] {
            let begun = away.elapsed();
            let said = asked(&reader, path).await;
            assert!(
                said != Said::Plain || begun < SOON,
                "{begun:?} after the end"
            );
            marked += u32::from(said == Said::Marked);
        }
        // Nobody has ever seen this one, so nothing of it can be kept.
        assert_eq!(asked(&reader, &path_of(&document)).await, Said::Problem);
        written.push(document);
        sleep(Duration::from_millis(100)).await;
    }
    let answers = 2 * written.len();
    println!("{marked} of {answers} answers came, marked, from what was kept");
    assert!(
        marked > 0,
        "what was kept is served while the database is away"
    );
    let catalogue = soon("the catalogue", reader.get("/api/v1/offices")).await;
    let _ = catalogue.expect(200);

    servers.start_one(Kind::Postgres).await;
    servers.start_one(Kind::Redis).await;
    let back = Instant::now();
    for document in &written {
        let path = format!("/api/v1{}", path_of(document));
        let there = async || {
            let answer = soon(&path, reader.get(&path)).await;
            let fresh = answer.header("mesa-stale").is_none();
            (fresh && answer.status == 200).then(|| answer.json())
        };
        let shown = kit::eventually(Duration::from_secs(20), "the document", there).await;
        assert_eq!(shown["number"], document["number"]);
    }
    println!("everything is seen again after {:?}", back.elapsed());
    let after = register(&site, "after").await;
    let seen = site.read(&path_of(&known), &position(&after)).await;
    assert_eq!(seen["remarks"], written.len());
    site.verify().await;
    site.close().await;
    servers.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_written_reads_it() {
    let fresh = kit::Env::get().await.fresh_migrated("own_writes").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let desk = format!("/offices/{}/inbox?tray=in_office", OfficeId::of_code("MP"));
    let begun = Instant::now();
    for n in 1..=100 {
        let answer = register(&site, &format!("k{n}")).await;
        let (document, at) = (answer.json(), position(&answer));
        let path = path_of(&document);
        assert_eq!(site.read(&path, &at).await["version"], 1);
        let note = format!("{path}/notes");
        let body = json!({"text": "primera"});
        let noted = site.post("ana", &note, &format!("n{n}"), &body).await;
        let noted = noted.expect(201);
        let seen = site.read(&path, &position(&noted)).await;
        assert_eq!((&seen["version"], &seen["remarks"]), (&json!(2), &json!(1)));
        let at = position(&noted);
        let first = site.read("/documents?limit=1&sort=number", &at).await;
        assert_eq!(first["items"][0]["version"], 2);
        assert_eq!(first["items"][0]["id"], document["id"]);
        assert_eq!(site.read(&desk, &at).await["counters"]["in_office"], n);
        let statistics = site.read("/statistics", &at).await;
        assert_eq!(statistics["documents"]["total"], n);
    }
    println!("200 writes, each read back: {:?}", begun.elapsed());
    site.verify().await;
    site.close().await;
}
