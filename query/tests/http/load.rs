//! Many at once, and lists that grow while they are read.

use std::collections::BTreeSet;

use crate::support::{Doc, Stage, id};
use futures::future::join_all;

#[tokio::test]
async fn two_hundred_who_ask_the_same_at_once_are_one_reading() {
    let stage = Stage::new("herd").await;
    for n in 1..=20 {
        Doc::new(n).put(&stage.pool).await;
    }
    let http = stage.viewer();
    for path in [
        "/api/v1/documents?status=in_process".to_owned(),
        format!("/api/v1/documents/{}", id(7)),
        "/api/v1/statistics".to_owned(),
    ] {
        let before = stage.query.reads();
        let answers = join_all((0..200).map(|_| http.get(&path))).await;
        assert!(answers.iter().all(|answer| answer.status.as_u16() == 200));
        assert_eq!(stage.query.reads() - before, 1, "{path}");
    }
    stage.end().await;
}

#[tokio::test]
async fn a_herd_in_silence_is_a_few_readings_shared() {
    let stage = Stage::new("herd_in_silence").await;
    Doc::new(1).put(&stage.pool).await;
    stage.voice.be_silent(true);
    let quiet = async || (!stage.query.is_live()).then_some(());
    kit::eventually(std::time::Duration::from_secs(3), "silence", quiet).await;
    let http = stage.viewer();
    let before = stage.query.reads();
    let path = format!("/api/v1/documents/{}", id(1));
    let answers = join_all((0..200).map(|_| http.get(&path))).await;
    assert!(answers.iter().all(|answer| answer.status.as_u16() == 200));
    let reads = stage.query.reads() - before;
    assert!(reads <= 20, "{reads} readings for 200 questions");
    stage.end().await;
}

#[tokio::test]
async fn a_walk_meets_everything_that_was_there_exactly_once_while_more_comes() {
    let stage = Stage::new("walk").await;
    for n in 1..=100 {
        let priority = i16::try_from(n % 3).unwrap();
        let due_on = (n % 4 == 0).then(|| "2026-05-01".parse().unwrap());
        Doc {
            priority,
            due_on,
            ..Doc::new(n * 10)
        }
        .put(&stage.pool)
        .await;
    }
    let http = stage.viewer();
    let mut more = 0;
    for sort in [
        "registered",
        "presented",
        "due",
        "priority",
        "number",
        "last_activity",
    ] {
        for order in ["asc", "desc"] {
            let mut met = Vec::new();
            let mut cursor = String::new();
            loop {
                let path = format!("/api/v1/documents?sort={sort}&order={order}&limit=7{cursor}");
                let body = http.get(&path).await.expect(200).json();
                for item in body["items"].as_array().unwrap() {
                    met.push(item["id"].as_str().unwrap().to_owned());
                }
                more += 1;
                Doc::new(more * 10 + 5).put(&stage.pool).await;
                match body["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let distinct: BTreeSet<_> = met.iter().cloned().collect();
            assert_eq!(
                distinct.len(),
                met.len(),
                "{sort} {order} met something twice"
            );
            for n in 1..=100 {
                assert!(
                    distinct.contains(&id(n * 10).to_string()),
                    "{sort} {order} missed {n}"
                );
            }
        }
    }
    stage.end().await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_order_alone() {
    let stage = Stage::new("cursor").await;
    for n in 1..=3 {
        Doc::new(n).put(&stage.pool).await;
    }
    let http = stage.viewer();
    let body = http
        .get("/api/v1/documents?limit=1")
        .await
        .expect(200)
        .json();
    let next = body["next"].as_str().unwrap();
    let path = format!("/api/v1/documents?limit=1&sort=number&cursor={next}");
    let body = http.get(&path).await.expect(400).json();
    assert_eq!(body["errors"][0]["pointer"], "?cursor");
    stage.end().await;
}
