//! Servers that are full, asleep or stopping.

use std::time::Duration;

use async_nats::jetstream;
use kit::Kind;
use serde_json::json;

use crate::setup::{Must, Site, begin_with, connect, document};

#[tokio::test]
async fn a_full_log_refuses_and_heals() {
    let fresh = kit::Env::get().await.fresh("full").await;
    let site = begin_with(fresh, Some(64 << 10)).await;
    let mut last = 0;
    let full = loop {
        let key = format!("k{last}");
        let answer = site.post("ana", "/documents", &key, &document()).await;
        if answer.status != 201 {
            break answer.expect(507);
        }
        last += 1;
    };
    assert_eq!(full.json()["type"], "/problems/log-full");
    assert!(last > 5, "{last}");
    let id = site.registered("k0").await;
    let notes = format!("/documents/{id}/notes");
    let long = json!({"text": "x".repeat(4_000)});
    site.post("ana", &notes, "n", &long).await.must(507);

    let client = site.fresh.nats_client().await;
    let context = jetstream::new(client);
    let name = site.app().shell.names.log_stream();
    let stream = context.get_stream(&name).await.unwrap();
    let larger = jetstream::stream::Config {
        max_bytes: 1 << 20,
        ..stream.cached_info().config.clone()
    };
    context.update_stream(larger).await.unwrap();
    site.post("ana", &notes, "n", &long).await.must(201);
    let key = format!("k{last}");
    let healed = site.post("ana", "/documents", &key, &document()).await;
    let number = healed.expect(201).json()["number"].clone();
    let wanted = format!("-{:06}", last + 1);
    assert!(number.as_str().unwrap().ends_with(&wanted), "{number}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_log_sleeps_the_outcome_is_said_to_be_unknown_and_a_retry_tells_it() {
    let mut servers = kit::OwnServers::start(kit::Profile::FastForTests).await;
    let site = Site::begin_on(servers.fresh("asleep").await).await;
    let id = site.registered("k").await;
    let notes = format!("/documents/{id}/notes");
    let text = json!({"text": "una vez"});
    servers.pause(Kind::Nats, true);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let note = site.post("ana", &notes, "n", &text).await.expect(503);
    assert_eq!(note.json()["type"], "/problems/outcome-unknown");
    assert_eq!(note.header("retry-after"), Some("1"));
    let register = site.post("ana", "/documents", "k2", &document()).await;
    register.must(503);
    servers.pause(Kind::Nats, false);
    kit::eventually(Duration::from_secs(20), "the log to wake up", async || {
        let answer = site.post("ana", &notes, "n", &text).await;
        (answer.status == 201).then(|| assert_eq!(answer.json()["version"], 2))
    })
    .await;
    let second = site.post("ana", "/documents", "k2", &document()).await;
    let number = second.expect(201).json()["number"].clone();
    assert!(number.as_str().unwrap().ends_with("-000002"), "{number}");
}

#[tokio::test]
async fn a_stream_that_breaks_a_promise_is_refused_with_a_sentence() {
    let fresh = kit::Env::get().await.fresh("promises").await;
    let names: events::Namespace = fresh.namespace.parse().unwrap();
    let context = jetstream::new(fresh.nats_client().await);
    let purgeable = jetstream::stream::Config {
        name: names.log_stream(),
        subjects: vec![names.log_subjects()],
        allow_direct: true,
        allow_atomic_publish: true,
        deny_delete: true,
        discard: jetstream::stream::DiscardPolicy::New,
        ..jetstream::stream::Config::default()
    };
    context.create_stream(purgeable).await.unwrap();
    let refused = connect(&fresh).await.unwrap_err().to_string();
    assert!(refused.contains("deny_purge"), "{refused}");
}

#[tokio::test]
async fn a_role_that_is_told_to_stop_ends_soon() {
    let site = Site::begin("stop").await;
    site.registered("k").await;
    let drained = tokio::time::timeout(Duration::from_secs(5), site.instance.tasks.drain());
    assert!(drained.await.is_ok(), "something did not stop");
}

#[tokio::test]
async fn without_the_log_the_role_is_not_ready() {
    let mut servers = kit::OwnServers::start(kit::Profile::FastForTests).await;
    let site = Site::begin_on(servers.fresh("unready").await).await;
    servers.kill(Kind::Nats);
    kit::eventually(Duration::from_secs(5), "unreadiness", async || {
        let ready = site.instance.http.get("/readyz").await;
        (ready.status == 503).then_some(())
    })
    .await;
    let answer = site.post("ana", "/documents", "k", &document()).await;
    assert_eq!(answer.expect(503).json()["type"], "/problems/unavailable");
    assert_eq!(site.instance.http.get("/livez").await.status, 200);
}
