//! Streams while something is away, and streams that are no longer allowed.

use std::time::{Duration, Instant};

use crate::support::{Doc, Stage, closed, id, key, now, office, user};
use chrono::TimeDelta;
use events::classify::Role;
use events::directory::{ApiKeyIssued, UserChanged};
use events::{Aggregate, ApiKeyEvent, ApiKeyId, UserEvent};
use kit::live::Events;
use kit::{Kind, OwnServers, Profile};
use readmodel::Scope;

fn path() -> String {
    format!("/api/v1/stream/documents/{}", id(1))
}

async fn put(stage: &Stage, version: i64) {
    let doc = Doc {
        version,
        ..Doc::new(1)
    };
    doc.put(&stage.pool).await;
}

#[tokio::test]
async fn a_revoked_key_ends_its_stream_within_a_second() {
    let stage = Stage::new("live_revoked").await;
    put(&stage, 1).await;
    let mut gone = Events::open(&stage.viewer(), &path(), None).await;
    let mut stays = Events::open(&stage.as_role(Role::ADMIN), &path(), None).await;
    gone.expect("snapshot").await;
    stays.expect("snapshot").await;
    let begun = Instant::now();
    let aggregate = Aggregate::ApiKey(ApiKeyId(key(Role::VIEWER).id));
    let revoked = ApiKeyEvent::Revoked(closed());
    stage.record(&aggregate, revoked).await;
    let end = gone.expect("end").await;
    assert_eq!(end.data["reason"], "unauthenticated");
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert!(gone.next().await.is_none());
    put(&stage, 2).await;
    stage.voice.tell(2, &[Scope::Documents], &[id(1)]).await;
    stays.expect("change").await;
    stage.end().await;
}

#[tokio::test]
async fn a_key_that_runs_out_ends_a_stream_that_is_never_quiet() {
    let stage = Stage::new("live_expired").await;
    put(&stage, 1).await;
    let id_of_key = ApiKeyId(key(Role::VIEWER).id);
    let issued = ApiKeyEvent::Issued(ApiKeyIssued {
        key: id_of_key,
        user: user(Role::VIEWER),
        name: "for an hour".to_owned(),
        expires_at: Some(now() + TimeDelta::hours(1)),
        scopes: None,
    });
    stage.record(&Aggregate::ApiKey(id_of_key), issued).await;
    let mut events = Events::open(&stage.viewer(), &path(), None).await;
    events.expect("snapshot").await;
    stage.clock.advance(TimeDelta::hours(2));
    // More often than heartbeats, so that none is ever due.
    let talking = async {
        for version in 2.. {
            put(&stage, version).await;
            let sequence = u64::try_from(version).unwrap();
            stage
                .voice
                .tell(sequence, &[Scope::Documents], &[id(1)])
                .await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let ending = async {
        loop {
            let event = events.next().await.unwrap();
            if event.name == "end" {
                return event;
            }
        }
    };
    let end = tokio::select! {
        end = ending => end,
        () = talking => unreachable!("it talks for ever"),
        () = tokio::time::sleep(Duration::from_secs(10)) => panic!("the stream goes on"),
    };
    assert_eq!(end.data["reason"], "unauthenticated");
    stage.end().await;
}

#[tokio::test]
async fn who_leaves_an_office_sees_its_inbox_no_longer() {
    let stage = Stage::new("live_left").await;
    let inbox = format!("/api/v1/stream/offices/{}/inbox", office("A"));
    let officer = stage.as_role(Role::OFFICER);
    let mut events = Events::open(&officer, &inbox, None).await;
    events.expect("snapshot").await;
    let begun = Instant::now();
    let moved = UserEvent::Changed(UserChanged {
        name: "officer".to_owned(),
        offices: vec![office("B")],
        roles: [Role::OFFICER].into(),
    });
    let aggregate = Aggregate::User(user(Role::OFFICER));
    stage.record(&aggregate, moved).await;
    assert_eq!(events.expect("end").await.data["reason"], "forbidden");
    assert!(begun.elapsed() < Duration::from_secs(1));
    let _ = officer.get(&inbox).await.expect(403);
    stage.end().await;
}

#[tokio::test]
async fn in_silence_a_stream_says_so_sees_what_is_committed_and_recovers() {
    let stage = Stage::new("live_silence").await;
    put(&stage, 1).await;
    let mut events = Events::open(&stage.viewer(), &path(), None).await;
    events.expect("snapshot").await;
    stage.voice.be_silent(true);
    events.expect("stale").await;
    put(&stage, 8).await;
    stage.voice.tell(8, &[Scope::Documents], &[id(1)]).await;
    let change = events.expect("change").await;
    assert_eq!(change.data["set"]["version"], 8);
    stage.voice.be_silent(false);
    events.expect("fresh").await;
    put(&stage, 9).await;
    stage.voice.tell(9, &[Scope::Documents], &[id(1)]).await;
    assert_eq!(events.expect("change").await.data["set"]["version"], 9);
    stage.end().await;
}

#[tokio::test]
async fn a_stream_outlives_the_database_and_redis() {
    let mut servers = OwnServers::start(Profile::FastForTests).await;
    let fresh = servers.fresh_migrated("live_servers").await;
    let stage = Stage::in_servers(fresh).await;
    put(&stage, 1).await;
    let mut events = Events::open(&stage.viewer(), &path(), None).await;
    events.expect("snapshot").await;
    // Without Redis nothing is missed.
    servers.kill(Kind::Redis);
    put(&stage, 2).await;
    stage
        .voice
        .say(Some(2), &[Scope::Documents], &[id(1)])
        .await;
    assert_eq!(events.expect("change").await.data["set"]["version"], 2);
    servers.start_one(Kind::Redis).await;
    // Without the database a change cannot be read.
    servers.kill(Kind::Postgres);
    stage
        .voice
        .say(Some(3), &[Scope::Documents], &[id(1)])
        .await;
    events.expect("stale").await;
    servers.start_one(Kind::Postgres).await;
    put(&stage, 4).await;
    stage.voice.tell(4, &[Scope::Documents], &[id(1)]).await;
    let change = events.until("change").await;
    assert_eq!(change.data["set"]["version"], 4);
    stage.end().await;
}

#[tokio::test]
async fn a_role_that_stops_ends_its_streams_at_once() {
    let stage = Stage::new("live_stop").await;
    let mut events = Events::open(&stage.viewer(), "/api/v1/stream/totals", None).await;
    events.expect("snapshot").await;
    let begun = Instant::now();
    let (end, ()) = tokio::join!(events.until("end"), stage.end());
    assert_eq!(end.data["reason"], "stopping");
    assert!(begun.elapsed() < Duration::from_secs(5));
}
