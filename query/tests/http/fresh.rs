//! No answer is older than it says: tags, positions, notices, waiting.

use std::time::{Duration, Instant};

use crate::support::{Doc, Stage, id, office, set_checkpoint};
use events::classify::Role;
use events::directory::OfficeChanged;
use events::{Aggregate, OfficeEvent};
use kit::eventually;
use kit::http::{Answer, Http};
use readmodel::Scope;

async fn document(http: &Http, n: u32) -> Answer {
    http.get(&format!("/api/v1/documents/{}", id(n)))
        .await
        .expect(200)
}

fn sequence(answer: &Answer) -> u64 {
    let position = answer.header("mesa-position").unwrap();
    position.rsplit(':').next().unwrap().parse().unwrap()
}

fn is_stale(answer: &Answer) -> bool {
    answer.header("mesa-stale") == Some("true")
}

#[tokio::test]
async fn who_has_the_answer_is_told_so_and_nothing_more() {
    let stage = Stage::new("etag").await;
    Doc::new(1).put(&stage.pool).await;
    let http = stage.viewer();
    for path in [
        format!("/api/v1/documents/{}", id(1)),
        "/api/v1/documents".to_owned(),
        "/api/v1/offices".to_owned(),
        "/api/v1/statistics".to_owned(),
    ] {
        let first = http.get(&path).await.expect(200);
        let tag = first.header("etag").unwrap();
        let again = http.with("if-none-match", tag).get(&path).await.expect(304);
        assert!(again.bytes.is_empty());
        assert_eq!(again.header("etag"), Some(tag));
        assert!(again.header("mesa-position").is_some());
        let _ = http
            .with("if-none-match", "\"other\"")
            .get(&path)
            .await
            .expect(200);
    }
    stage.end().await;
}

#[tokio::test]
async fn a_change_is_seen_when_it_is_told_and_not_read_again_until_then() {
    let stage = Stage::new("notice").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    assert_eq!(document(&http, 1).await.json()["version"], 1);
    let reads = stage.query.reads();
    for _ in 0..20 {
        document(&http, 1).await;
    }
    assert_eq!(stage.query.reads(), reads, "what is kept is not read again");
    Doc {
        version: 5,
        ..Doc::new(1)
    }
    .put(&stage.pool)
    .await;
    stage.voice.tell(5, &[Scope::Documents], &[id(1)]).await;
    let seen = async || {
        let answer = document(&http, 1).await;
        (answer.json()["version"] == 5).then_some(answer)
    };
    let answer = eventually(Duration::from_secs(1), "the change", seen).await;
    assert_eq!(sequence(&answer), 5);
    assert_eq!(answer.header("etag"), Some("\"5\""));
    stage.end().await;
}

#[tokio::test]
async fn what_did_not_change_is_kept_and_gets_the_new_position() {
    let stage = Stage::new("unchanged").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    document(&http, 1).await;
    let reads = stage.query.reads();
    stage.voice.tell(9, &[Scope::Documents], &[id(2)]).await;
    let wanted = http.with(
        "mesa-min-position",
        &format!("{}:9", stage.names.log_stream()),
    );
    let answer = document(&wanted, 1).await;
    assert_eq!(sequence(&answer), 9);
    assert!(!is_stale(&answer));
    assert_eq!(stage.query.reads(), reads);
    stage.end().await;
}

#[tokio::test]
async fn a_wanted_position_is_waited_for_and_then_the_answer_has_it() {
    let stage = Stage::new("wait").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    document(&http, 1).await;
    let wanted = http.with(
        "mesa-min-position",
        &format!("{}:20", stage.names.log_stream()),
    );
    let later = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        Doc {
            version: 20,
            ..Doc::new(1)
        }
        .put(&stage.pool)
        .await;
        stage.voice.tell(20, &[Scope::Documents], &[id(1)]).await;
    };
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(document(&wanted, 1), later);
    assert!(begun.elapsed() >= Duration::from_millis(150));
    assert_eq!(answer.json()["version"], 20);
    assert_eq!(sequence(&answer), 20);
    assert!(!is_stale(&answer));
    stage.end().await;
}

#[tokio::test]
async fn a_position_that_does_not_come_is_answered_stale_with_where_the_view_is() {
    let stage = Stage::new("never").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    let wanted = http.with(
        "mesa-min-position",
        &format!("{}:99", stage.names.log_stream()),
    );
    let begun = Instant::now();
    let answer = document(&wanted, 1).await;
    let took = begun.elapsed();
    assert!(is_stale(&answer));
    assert_eq!(sequence(&answer), 1);
    assert!(
        took >= Duration::from_millis(500) && took < Duration::from_secs(2),
        "{took:?}"
    );
    for bad in ["OTHER_LOG:3", "junk", "MESA_LOG:"] {
        let bad = http.with("mesa-min-position", bad);
        let _ = bad.get("/api/v1/documents").await.expect(400);
    }
    stage.end().await;
}

#[tokio::test]
async fn after_a_lost_notice_nothing_kept_is_believed() {
    let stage = Stage::new("gap").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    document(&http, 1).await;
    Doc {
        version: 2,
        ..Doc::new(1)
    }
    .put(&stage.pool)
    .await;
    // The notice that names the document is lost; the heartbeat after it has the next number.
    stage.voice.tell_redis(2, &[Scope::Document(id(1))]).await;
    stage.voice.lose_one(2).await;
    let seen = async || (document(&http, 1).await.json()["version"] == 2).then_some(());
    eventually(Duration::from_secs(2), "the change nobody told", seen).await;
    stage.end().await;
}

#[tokio::test]
async fn in_silence_everything_is_read_and_the_checkpoint_tells_the_position() {
    let stage = Stage::new("silence").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    document(&http, 1).await;
    stage.voice.be_silent(true);
    let quiet = async || (!stage.query.is_live()).then_some(());
    eventually(Duration::from_secs(3), "the silence to be noticed", quiet).await;
    Doc {
        version: 3,
        ..Doc::new(1)
    }
    .put(&stage.pool)
    .await;
    // Committed, and told to nobody but Redis.
    stage
        .voice
        .tell(30, &[Scope::Document(id(1))], &[id(1)])
        .await;
    let wanted = http.with(
        "mesa-min-position",
        &format!("{}:30", stage.names.log_stream()),
    );
    let answer = document(&wanted, 1).await;
    assert_eq!(answer.json()["version"], 3);
    assert_eq!(sequence(&answer), 30);
    assert!(!is_stale(&answer));
    stage.voice.be_silent(false);
    stage.until_live().await;
    assert_eq!(document(&http, 1).await.json()["version"], 3);
    stage.end().await;
}

#[tokio::test]
async fn a_hot_document_is_taken_from_redis_when_redis_has_come_far_enough() {
    let stage = Stage::new("hot").await;
    let http = stage.viewer();
    Doc::new(1).put(&stage.pool).await;
    let body = document(&http, 1).await.text();
    let hot = body.replace("About EXP-2026-000001", "From Redis");
    // Redis says 2 and is complete: believed.
    stage.voice.tell_redis(2, &[]).await;
    stage.voice.heat(id(1), 2, &hot).await;
    stage.voice.say(Some(2), &[], &[id(1)]).await;
    let from_redis =
        async || (document(&http, 1).await.json()["subject"] == "From Redis").then_some(());
    eventually(Duration::from_secs(1), "the hot document", from_redis).await;
    // The views are at 3, Redis is not: passed over.
    Doc {
        version: 3,
        ..Doc::new(1)
    }
    .put(&stage.pool)
    .await;
    set_checkpoint(&stage.pool, &stage.names, 3).await;
    stage.voice.say(Some(3), &[], &[id(1)]).await;
    let read = async || {
        let answer = document(&http, 1).await;
        (answer.json()["version"] == 3).then_some(answer)
    };
    let answer = eventually(Duration::from_secs(1), "the row", read).await;
    assert_eq!(sequence(&answer), 3);
    stage.end().await;
}

#[tokio::test]
async fn a_change_of_the_directory_can_be_waited_for_too() {
    let stage = Stage::new("directory_wait").await;
    let http = stage.as_role(Role::ADMIN);
    let change = OfficeEvent::Changed(OfficeChanged {
        name: "New name".to_owned(),
        parent: None,
    });
    let sequence = stage.record(&Aggregate::Office(office("B")), change).await;
    let position = format!("{}:{sequence}", stage.names.directory_stream());
    let path = format!("/api/v1/offices/{}", office("B"));
    let answer = http.with("mesa-min-position", &position).get(&path).await;
    let answer = answer.expect(200);
    assert_eq!(answer.json()["name"], "New name");
    assert_eq!(answer.header("mesa-position"), Some(position.as_str()));
    assert!(!is_stale(&answer));
    let far = format!("{}:9999", stage.names.directory_stream());
    assert!(is_stale(
        &http.with("mesa-min-position", &far).get(&path).await
    ));
    stage.end().await;
}
