//! Streams of a state: the snapshot, each change, and whoever comes back or is slow.

use std::time::{Duration, Instant};

use crate::support::{Derived, Doc, Folded, HEARTBEAT, Stage, id, office};
use axum::http::header;
use kit::eventually;
use kit::live::Events;
use readmodel::Scope;
use serde_json::Value;

fn path(n: u32) -> String {
    format!("/api/v1/stream/documents/{}", id(n))
}

/// Puts a version of a document into the view and tells it.
async fn change(stage: &Stage, n: u32, version: u64) {
    let doc = Doc {
        version: i64::try_from(version).unwrap(),
        sender: format!("Sender of version {version}"),
        ..Doc::new(n)
    };
    doc.put(&stage.pool).await;
    let scopes = [Scope::Documents];
    stage.voice.tell(version, &scopes, &[id(n)]).await;
}

async fn view(stage: &Stage, n: u32) -> Value {
    let path = format!("/api/v1/documents/{}", id(n));
    stage.viewer().get(&path).await.expect(200).json()
}

#[tokio::test]
async fn a_document_is_sent_whole_and_then_each_difference() {
    let stage = Stage::new("live_document").await;
    Doc::new(1).put(&stage.pool).await;
    let mut events = Events::open(&stage.viewer(), &path(1), None).await;
    let first = events.expect("snapshot").await;
    assert_eq!(first.data, view(&stage, 1).await);
    assert_eq!(first.sequence(), 1);
    change(&stage, 1, 5).await;
    let second = events.expect("change").await;
    assert_eq!(second.data["set"]["version"], 5);
    assert_eq!(second.data["set"]["number"], Value::Null, "it is the same");
    assert_eq!(second.sequence(), 5);
    // What is told about another document is none of ours.
    Doc::new(2).put(&stage.pool).await;
    change(&stage, 2, 6).await;
    change(&stage, 1, 7).await;
    assert_eq!(events.expect("change").await.data["set"]["version"], 7);
    stage.end().await;
}

#[tokio::test]
async fn an_inbox_and_totals_are_told_as_they_change() {
    let stage = Stage::new("live_inbox").await;
    let path = format!("/api/v1/stream/offices/{}/inbox", office("B"));
    let mut inbox = Events::open(&stage.viewer(), &path, None).await;
    let held = format!("{path}?tray=in_office");
    let mut held = Events::open(&stage.viewer(), &held, None).await;
    assert_eq!(held.expect("snapshot").await.data["tray"], "in_office");
    let mut totals = Events::open(&stage.viewer(), "/api/v1/stream/totals", None).await;
    let first = inbox.expect("snapshot").await;
    assert_eq!(first.data["counters"]["to_receive"], 0);
    assert!(totals.expect("snapshot").await.data["documents"].is_object());
    Derived::new(1).put(&stage.pool).await;
    let sql = "insert into statistics_documents
            (day, document_type_id, office_id, priority, channel, status, n)
        values ('2026-03-10', $1, $2, 0, 'counter', 'in_process', 1)";
    sqlx::query(sql)
        .bind(crate::support::kind("SOL").0)
        .bind(office("A").0)
        .execute(&stage.pool)
        .await
        .unwrap();
    let scopes = [Scope::Office(office("B")), Scope::Statistics];
    stage.voice.tell(4, &scopes, &[id(1)]).await;
    let second = inbox.expect("change").await;
    assert_eq!(second.data["set"]["counters"]["to_receive"], 1);
    let items = second.data["set"]["items"].as_array().unwrap();
    assert_eq!(items.len(), 1);
    let elsewhere = held.expect("change").await;
    assert_eq!(elsewhere.data["set"]["counters"]["to_receive"], 1);
    assert_eq!(
        elsewhere.data["set"]["items"],
        Value::Null,
        "it is the same"
    );
    let figures = totals.expect("change").await;
    assert_eq!(figures.data["set"]["documents"]["total"], 1);
    stage.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_no_stream_and_a_wrong_question_is_refused() {
    let stage = Stage::new("live_missing").await;
    let http = stage.viewer();
    let _ = http.get(&path(1)).await.expect(404);
    let _ = http.get("/api/v1/stream/documents/junk").await.expect(400);
    let _ = http.get(&format!("{}?x=1", path(1))).await.expect(400);
    let tray = format!("/api/v1/stream/offices/{}/inbox?tray=x", office("B"));
    let _ = http.get(&tray).await.expect(400);
    // It is there as soon as it is projected, though somebody has asked before.
    change(&stage, 1, 3).await;
    let at = format!("{}:3", stage.names.log_stream());
    let wanting = http.with("mesa-min-position", &at);
    let mut events = Events::open(&wanting, &path(1), None).await;
    assert_eq!(events.expect("snapshot").await.data["version"], 3);
    stage.end().await;
}

#[tokio::test]
async fn who_is_cut_off_again_and_again_ends_with_what_the_view_says() {
    let stage = Stage::new("live_cut").await;
    Doc::new(1).put(&stage.pool).await;
    let reading = async {
        let (mut folded, mut seed, mut cuts) = (Folded::default(), 2_463_534_242_u32, 0);
        while folded.state.get("version") != Some(&Value::from(501)) {
            let http = stage.viewer();
            let mut events = Events::open(&http, &path(1), folded.last.as_deref()).await;
            // Xorshift: as many events as it says, and the connection is dropped.
            seed ^= seed << 13;
            seed ^= seed >> 17;
            seed ^= seed << 5;
            for _ in 0..=(seed % 12) {
                if folded.state.get("version") == Some(&Value::from(501)) {
                    break;
                }
                let event = events.next().await.expect("an event");
                let before = folded.state.get("version").and_then(Value::as_u64);
                folded.take(&event);
                let after = folded.state.get("version").and_then(Value::as_u64);
                assert!(after >= before, "it went back from {before:?} to {after:?}");
            }
            cuts += 1;
        }
        (folded, cuts)
    };
    let writing = async {
        for version in 2..=501 {
            change(&stage, 1, version).await;
        }
    };
    let ((folded, cuts), ()) = tokio::join!(reading, writing);
    println!("{cuts} connections saw 500 changes");
    assert_eq!(Value::Object(folded.state), view(&stage, 1).await);
    stage.end().await;
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_is_alive() {
    let stage = Stage::new("live_beat").await;
    Doc::new(1).put(&stage.pool).await;
    let mut events = Events::open(&stage.viewer(), &path(1), None).await;
    events.expect("snapshot").await;
    let begun = Instant::now();
    for _ in 0..3 {
        let beat = events.any().await.unwrap();
        assert!(beat.name.is_empty() && beat.id.is_none(), "{beat:?}");
    }
    let expected = Duration::from_millis(HEARTBEAT * 3);
    let took = begun.elapsed();
    assert!(took >= expected / 2 && took < expected * 4, "{took:?}");
    stage.end().await;
}

#[tokio::test]
async fn the_answer_says_what_it_is_and_that_nobody_keeps_it() {
    let stage = Stage::new("live_head").await;
    let http = stage.viewer();
    let request = http.request(reqwest::Method::GET, "/api/v1/stream/totals");
    let answer = request.send().await.unwrap();
    let said = |name: header::HeaderName| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(said(header::CONTENT_TYPE), "text/event-stream");
    assert_eq!(said(header::CACHE_CONTROL), "no-store");
    drop(answer);
    let closed = async || (stage.query.streams() == 0).then_some(());
    eventually(Duration::from_secs(5), "the stream to be closed", closed).await;
    stage.end().await;
}

#[tokio::test]
async fn a_slow_reader_is_sent_the_newest_state_and_not_all_it_missed() {
    let stage = Stage::new("live_slow").await;
    Doc::new(1).put(&stage.pool).await;
    let mut slow = Events::open(&stage.viewer(), &path(1), None).await;
    let mut quick = Events::open(&stage.viewer(), &path(1), None).await;
    slow.expect("snapshot").await;
    quick.expect("snapshot").await;
    // Far more than sockets hold: 150 changes of 200 kB.
    for version in 2..=151_u64 {
        let doc = Doc {
            version: i64::try_from(version).unwrap(),
            sender: format!("{version} {}", "x".repeat(200_000)),
            ..Doc::new(1)
        };
        doc.put(&stage.pool).await;
        stage
            .voice
            .tell(version, &[Scope::Documents], &[id(1)])
            .await;
        while quick.next().await.unwrap().sequence() < version {}
    }
    let (mut folded, mut resyncs, mut events) = (Folded::default(), 0, 0);
    while folded.state.get("version") != Some(&Value::from(151)) {
        let event = slow.next().await.unwrap();
        resyncs += u32::from(event.name == "resync");
        events += 1;
        folded.take(&event);
    }
    println!("the slow reader was sent {events} events, {resyncs} of them states");
    assert!(resyncs >= 1 && events < 150, "{resyncs} of {events}");
    stage.end().await;
}
