//! What one does, others see at once: commands posted on one side, streams read on the other, with
//! the real roles in between.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

mod support;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use events::OfficeId;
use futures::future::join_all;
use kit::live::Events;
use platform::clock::SystemClock;
use serde_json::json;

use support::{Site, document, position};

/// Commands whose way is timed.
const TIMED: u32 = 300;

/// How often one is sent: a hundred a second.
const EVERY: Duration = Duration::from_millis(10);

/// What p99 may be, unoptimised and among all the other tests.
const SLOWEST: Duration = Duration::from_secs(10);

async fn site(name: &str) -> Site {
    let fresh = kit::Env::get().await.fresh_migrated(name).await;
    Site::open(fresh, Arc::new(SystemClock)).await
}

/// Registers a document, and gives its id and position.
async fn register(site: &Site, key: &str) -> (String, String) {
    let answer = site.post("ana", "/documents", key, &document()).await;
    let answer = answer.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    (id, position(&answer))
}

fn inbox(code: &str) -> String {
    format!("/api/v1/stream/offices/{}/inbox", OfficeId::of_code(code))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_does_others_see_on_their_streams() {
    let site = site("live").await;
    let reader = site.reader();
    let (id, at) = register(&site, "first").await;
    let path = format!("/api/v1/stream/documents/{id}");
    let asking = reader.with("mesa-min-position", &at);
    let mut shown = Events::open(&asking, &path, None).await;
    let seen = site.read(&format!("/documents/{id}"), &at).await;
    assert_eq!(shown.expect("snapshot").await.data, seen);
    let mut waiting = Events::open(&site.as_user("luis"), &inbox("LOG"), None).await;
    let first = waiting.expect("snapshot").await;
    assert_eq!(first.data["counters"]["to_receive"], 0);
    let mut totals = Events::open(&asking, "/api/v1/stream/totals", None).await;
    let figures = totals.expect("snapshot").await;
    assert_eq!(figures.data["documents"]["by_status"]["registered"], 1);
    let feed = "/api/v1/stream/feed";
    let mut own = Events::open(&site.as_user("luis"), feed, None).await;
    let mut others = Events::open(&site.as_user("gus"), feed, None).await;
    own.expect("snapshot").await;
    others.expect("snapshot").await;

    let path = format!("/documents/{id}/derivations");
    let log = OfficeId::of_code("LOG");
    let body = json!({"targets": [{"office_id": log, "kind": "principal"}]});
    let derived = site.post("ana", &path, "second", &body).await;
    let at = position(&derived);
    let change = shown.expect("change").await;
    assert_eq!(change.data["set"]["version"], 2);
    assert_eq!(change.data["set"]["status"], "in_process");
    assert_eq!(change.id.as_ref(), Some(&at));
    let change = waiting.expect("change").await;
    assert_eq!(change.data["set"]["counters"]["to_receive"], 1);
    assert_eq!(change.data["set"]["items"][0]["document_id"], id);
    let change = totals.until("change").await;
    let statuses = &change.data["set"]["documents"]["by_status"];
    assert_eq!(statuses["in_process"], 1, "{change:?}");
    let step = own.expect("change").await;
    assert_eq!(step.data["document_id"], id);
    assert_eq!(step.data["steps"][0]["event"], "document.derived");
    assert_eq!(step.id.as_ref(), Some(&at));
    drop(own);

    // It goes on to another office: to those of that office the first news of it.
    let path = format!("/documents/{id}/derivations/1");
    let act = format!("{path}/receive");
    let _ = site
        .post("luis", &act, "third", &json!({}))
        .await
        .expect(200);
    let ger = OfficeId::of_code("GER");
    let body = json!({"note": "visto", "next_targets": [{"office_id": ger, "kind": "principal"}]});
    let act = format!("{path}/attend");
    let _ = site.post("luis", &act, "fourth", &body).await.expect(200);
    let step = others.expect("change").await;
    assert_eq!(step.data["steps"][0]["event"], "derivation.attended");
    // Who was away is told the rest, once.
    let mut own = Events::open(&site.as_user("luis"), feed, Some(&at)).await;
    let received = own.expect("change").await;
    assert_eq!(received.data["steps"][0]["event"], "derivation.received");
    assert_eq!(own.expect("change").await, step);
    site.verify().await;
    site.close().await;
}

/// When the feed named each document.
async fn arrivals(mut feed: Events) -> HashMap<String, Instant> {
    let mut seen = HashMap::new();
    while seen.len() < TIMED as usize {
        let change = feed.until("change").await;
        let id = change.data["document_id"].as_str().unwrap().to_owned();
        seen.insert(id, Instant::now());
    }
    seen
}

/// Reads an inbox until its counter says that all are there.
async fn counted(mut held: Events) {
    loop {
        let change = held.until("change").await;
        if change.data["set"]["counters"]["in_office"] == TIMED {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_on_other_screens_in_a_moment() {
    let site = site("live_latency").await;
    let mut feed = Events::open(&site.reader(), "/api/v1/stream/feed", None).await;
    let mut held = Events::open(&site.reader(), &inbox("MP"), None).await;
    feed.expect("snapshot").await;
    held.expect("snapshot").await;
    let begun = Instant::now();
    let sending = (0..TIMED).map(|n| {
        let site = &site;
        async move {
            tokio::time::sleep_until((begun + EVERY * n).into()).await;
            let sent = Instant::now();
            let (id, _) = register(site, &format!("timed-{n}")).await;
            (id, sent)
        }
    });
    let (sent, seen, ()) = tokio::join!(join_all(sending), arrivals(feed), counted(held));
    let mut took: Vec<_> = sent.iter().map(|(id, sent)| seen[id] - *sent).collect();
    took.sort_unstable();
    let of = |share: usize| took[took.len() * share / 100];
    let (half, most) = (of(50), of(99));
    println!("from a command to the feed of another: p50 {half:?}, p99 {most:?}");
    assert!(most < SLOWEST, "{most:?}");
    site.close().await;
}
