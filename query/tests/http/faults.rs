//! Servers that die: Redis is not missed, a dead database leaves what is kept, and says so.

use std::time::{Duration, Instant};

use crate::support::{Doc, Stage, id, set_checkpoint};
use kit::{Kind, OwnServers, Profile, eventually};
use readmodel::Scope;

const DOCUMENTS: &str = "/api/v1/documents?status=in_process";

async fn stage(name: &str) -> (OwnServers, Stage) {
    let servers = OwnServers::start(Profile::FastForTests).await;
    let fresh = servers.fresh_migrated(name).await;
    let stage = Stage::in_servers(fresh).await;
    for n in 1..=3 {
        Doc::new(n).put(&stage.pool).await;
    }
    (servers, stage)
}

#[tokio::test]
async fn without_redis_every_answer_is_right_and_soon_there() {
    let (mut servers, stage) = stage("no_redis").await;
    let http = stage.viewer();
    let _ = http.get(DOCUMENTS).await.expect(200);
    servers.kill(Kind::Redis);
    let begun = Instant::now();
    for version in 2..=20 {
        Doc {
            version,
            ..Doc::new(1)
        }
        .put(&stage.pool)
        .await;
        let sequence = u64::try_from(version).unwrap();
        stage
            .voice
            .say(Some(sequence), &[Scope::Documents], &[id(1)])
            .await;
        let position = format!("{}:{sequence}", stage.names.log_stream());
        let wanting = http.with("mesa-min-position", &position);
        let answer = wanting.get(&format!("/api/v1/documents/{}", id(1))).await;
        let answer = answer.expect(200);
        assert_eq!(answer.json()["version"], version);
        assert_eq!(answer.header("mesa-stale"), None);
        let _ = http.get(DOCUMENTS).await.expect(200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    let ready = stage.stranger().get("/readyz").await.expect(200).json();
    assert_eq!(ready["state"], "degraded");
    servers.start_one(Kind::Redis).await;
    stage.voice.tell(21, &[Scope::All], &[]).await;
    let well = async || {
        let ready = stage.stranger().get("/readyz").await.json();
        (ready["state"] == "ready").then_some(())
    };
    eventually(Duration::from_secs(5), "Redis to be used again", well).await;
    stage.end().await;
    servers.stop().await;
}

#[tokio::test]
async fn a_flushed_redis_and_a_hanging_one_change_no_answer() {
    let (mut servers, stage) = stage("flushed").await;
    let http = stage.viewer();
    let before = http.get(DOCUMENTS).await.expect(200).json();
    let redis = stage.fresh.redis_connection();
    redis.ask::<()>(&redis::cmd("FLUSHALL")).await.unwrap();
    stage.voice.say(Some(2), &[Scope::All], &[]).await;
    assert_eq!(http.get(DOCUMENTS).await.expect(200).json(), before);
    servers.pause(Kind::Redis, true);
    stage.voice.say(Some(3), &[Scope::All], &[]).await;
    let begun = Instant::now();
    for limit in 1..=20 {
        let path = format!("{DOCUMENTS}&limit={limit}");
        let _ = http.get(&path).await.expect(200);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "{:?}",
        begun.elapsed()
    );
    servers.pause(Kind::Redis, false);
    stage.end().await;
    servers.stop().await;
}

#[tokio::test]
async fn without_the_database_what_is_kept_is_served_and_marked_and_the_rest_is_a_problem() {
    let (mut servers, stage) = stage("no_postgres").await;
    let http = stage.viewer();
    let before = http.get(DOCUMENTS).await.expect(200).json();
    servers.kill(Kind::Postgres);
    // The projector hears nothing from its database either: it cannot move, but it may speak.
    stage.voice.say(Some(2), &[Scope::All], &[]).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let answer = http.get(DOCUMENTS).await.expect(200);
    assert_eq!(answer.header("mesa-stale"), Some("true"));
    assert_eq!(answer.json(), before);
    let missing = http
        .get("/api/v1/documents?status=voided")
        .await
        .expect(503);
    assert_eq!(missing.json()["type"], "/problems/unavailable");
    assert_eq!(missing.header("retry-after"), Some("1"));
    let begun = Instant::now();
    for _ in 0..50 {
        let _ = http
            .get("/api/v1/documents?status=voided")
            .await
            .expect(503);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "nobody waits for a dead database"
    );
    let _ = http.get("/api/v1/offices").await.expect(200);
    servers.start_one(Kind::Postgres).await;
    let fresh = async || {
        let answer = http.get(DOCUMENTS).await.expect(200);
        answer.header("mesa-stale").is_none().then_some(())
    };
    eventually(
        Duration::from_secs(10),
        "the database to be used again",
        fresh,
    )
    .await;
    let _ = http
        .get("/api/v1/documents?status=voided")
        .await
        .expect(200);
    stage.end().await;
    servers.stop().await;
}

#[tokio::test]
async fn without_nats_answers_are_read_and_right() {
    let (mut servers, stage) = stage("no_nats").await;
    let http = stage.viewer();
    let _ = http.get(DOCUMENTS).await.expect(200);
    servers.kill(Kind::Nats);
    let quiet = async || (!stage.query.is_live()).then_some(());
    eventually(Duration::from_secs(5), "the silence", quiet).await;
    Doc::new(4).put(&stage.pool).await;
    set_checkpoint(&stage.pool, &stage.names, 9).await;
    stage.voice.tell_redis(9, &[Scope::Documents]).await;
    let answer = http.get(DOCUMENTS).await.expect(200);
    assert_eq!(answer.json()["items"].as_array().unwrap().len(), 4);
    // How far the log is nobody says, so that more may have happened than is there.
    assert_eq!(answer.header("mesa-stale"), Some("true"));
    let wanting = http.with(
        "mesa-min-position",
        &format!("{}:9", stage.names.log_stream()),
    );
    let answer = wanting.get(DOCUMENTS).await.expect(200);
    assert_eq!(answer.header("mesa-stale"), None);
    let offices = http.get("/api/v1/offices").await.expect(200);
    assert_eq!(offices.header("mesa-stale"), Some("true"));
    servers.start_one(Kind::Nats).await;
    stage.until_live().await;
    stage.end().await;
    servers.stop().await;
}

#[tokio::test]
async fn a_read_that_hangs_is_given_up_and_the_others_go_on() {
    let stage = Stage::new("hanging").await;
    Doc::new(1).put(&stage.pool).await;
    let http = stage.viewer();
    let before = http.get(DOCUMENTS).await.expect(200).json();
    let mut lock = stage.pool.begin().await.unwrap();
    let sql = "lock table documents in access exclusive mode";
    sqlx::query(sql).execute(&mut *lock).await.unwrap();
    stage.voice.say(Some(2), &[Scope::All], &[]).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let others = async {
        for _ in 0..20 {
            let _ = http.get("/api/v1/series").await.expect(200);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };
    let (answer, ()) = tokio::join!(http.get(DOCUMENTS), others);
    assert_eq!(answer.header("mesa-stale"), Some("true"));
    assert_eq!(answer.json(), before);
    lock.rollback().await.unwrap();
    let answer = http.get(DOCUMENTS).await.expect(200);
    assert_eq!(answer.header("mesa-stale"), None);
    stage.end().await;
}

#[tokio::test]
async fn a_new_process_without_the_database_serves_what_redis_has() {
    let (mut servers, stage) = stage("cold").await;
    let path = format!("/api/v1/documents/{}", id(1));
    let before = stage.viewer().get(&path).await.expect(200).json();
    servers.kill(Kind::Postgres);
    // What this process has kept does not hold any more, and Redis has not come as far.
    let other = stage.another().await;
    stage.voice.say(Some(2), &[Scope::All], &[]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let answer = other.get(&path).await.expect(200);
    assert_eq!(answer.header("mesa-stale"), Some("true"));
    assert_eq!(answer.json(), before);
    stage.end().await;
    servers.stop().await;
}
