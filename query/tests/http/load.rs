//! Many at once, and lists that grow while they are read.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::support::{Derived, Doc, Stage, id, office, set_checkpoint};
use futures::future::join_all;
use kit::http::Http;
use readmodel::Scope;

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
    kit::eventually(Duration::from_secs(3), "silence", quiet).await;
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

/// Asks for a document, or the list that has it, as fast as it goes; every answer's version is at
/// least its position, because the document changes at every position. Gives how many answers
/// were not stale.
async fn doubt(http: Http, path: String, stream: String, stop: &AtomicBool) -> usize {
    let (mut fresh, mut reached) = (0, 0);
    while !stop.load(Ordering::Relaxed) {
        let wanted = http.with("mesa-min-position", &format!("{stream}:{reached}"));
        let answer = wanted.get(&path).await.expect(200);
        let body = answer.json();
        let found = if body["items"].is_array() {
            &body["items"][0]
        } else {
            &body
        };
        let version = found["version"].as_u64().unwrap();
        let position = answer.header("mesa-position").unwrap();
        let position: u64 = position.rsplit(':').next().unwrap().parse().unwrap();
        assert!(
            version >= position,
            "{path}: version {version} at position {position}"
        );
        if answer.header("mesa-stale").is_none() {
            assert!(
                version >= reached,
                "{path}: {reached} was seen before {version}"
            );
            fresh += 1;
        }
        reached = reached.max(position);
    }
    fresh
}

/// Moves the views on four hundred times; now and then Redis misses a batch, a notice is lost, or
/// the projector says nothing for a while.
async fn move_on(stage: &Stage) {
    let scopes = [Scope::Documents, Scope::Document(id(1))];
    let repair = [Scope::All, Scope::Documents, Scope::Document(id(1))];
    let mut missed = false;
    for sequence in 2..=400_u64 {
        let version = i64::try_from(sequence).unwrap();
        Doc {
            version,
            ..Doc::new(1)
        }
        .put(&stage.pool)
        .await;
        set_checkpoint(&stage.pool, &stage.names, sequence).await;
        if sequence % 7 == 3 {
            missed = true;
        } else {
            let told = if missed { &repair[..] } else { &scopes[..] };
            stage.voice.tell_redis(sequence, told).await;
            missed = false;
        }
        if sequence % 11 == 5 {
            stage.voice.lose_one(sequence).await;
            stage.voice.say(None, &[], &[]).await;
        } else {
            stage.voice.say(Some(sequence), &scopes, &[]).await;
        }
        if sequence == 200 {
            stage.voice.be_silent(true);
            tokio::time::sleep(Duration::from_millis(1_500)).await;
            stage.voice.be_silent(false);
        }
        tokio::time::sleep(Duration::from_millis(sequence % 5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_older_than_it_says_whatever_gets_lost_on_the_way() {
    let stage = Stage::new("doubt").await;
    Doc::new(1).put(&stage.pool).await;
    let stop = AtomicBool::new(false);
    let one = format!("/api/v1/documents/{}", id(1));
    let list = "/api/v1/documents?number=EXP-2026-000001".to_owned();
    let asking = [one.clone(), one.clone(), one, list.clone(), list];
    let asking = asking.map(|path| doubt(stage.viewer(), path, stage.names.log_stream(), &stop));
    let moving = async {
        move_on(&stage).await;
        stop.store(true, Ordering::Relaxed);
    };
    let (fresh, ()) = tokio::join!(join_all(asking), moving);
    for fresh in fresh {
        assert!(fresh > 50, "only {fresh} fresh answers");
    }
    stage.end().await;
}

#[tokio::test]
async fn the_counters_of_an_inbox_never_contradict_its_items_while_they_change() {
    let stage = Stage::new("inbox_moves").await;
    Derived::new(1).put(&stage.pool).await;
    let office = office("B");
    let moving = "with moved as (
            update inbox_items
            set tray = case tray when 'to_receive' then 'copies' else 'to_receive' end
            where office_id = $1
            returning tray
        )
        insert into inbox_counters (office_id, tray, n)
        select $1, tray.word, (select count(*) from moved where moved.tray = tray.word)
        from (values ('to_receive'), ('copies')) as tray (word)
        on conflict (office_id, tray) do update set n = excluded.n";
    let over = AtomicBool::new(false);
    let moves = async {
        let mut moves = 0;
        while !over.load(Ordering::Relaxed) {
            sqlx::query(moving)
                .bind(office.0)
                .execute(&stage.pool)
                .await
                .unwrap();
            moves += 1;
        }
        moves
    };
    let reads = async {
        let http = stage.viewer();
        let mut seen = BTreeSet::new();
        // Each asks for another page, so that none is answered from a cache.
        for limit in 1..=200 {
            let path = format!("/api/v1/offices/{office}/inbox?tray=to_receive&limit={limit}");
            let body = http.get(&path).await.expect(200).json();
            let items = body["items"].as_array().unwrap().len();
            assert_eq!(body["counters"]["to_receive"], items, "{body}");
            seen.insert(items);
        }
        over.store(true, Ordering::Relaxed);
        seen
    };
    let (moves, seen) = tokio::join!(moves, reads);
    assert_eq!(
        seen,
        BTreeSet::from([0, 1]),
        "{moves} moves, and none was met"
    );
    stage.end().await;
}
