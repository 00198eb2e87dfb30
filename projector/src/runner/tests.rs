use std::time::Duration;

use events::{Aggregate, DocumentId};
use futures::StreamExt;
use kit::{Kind, OwnServers, Profile, eventually};
use readmodel::{Keys, Notice, Scope};

use super::*;
use crate::checkpoint::Mismatch;
use crate::parked::{self, ParkedSet};
use crate::testing::Stage;

fn clean(report: &crate::verify::Report) {
    assert!(report.is_clean(), "{report:#?}");
}

async fn at(stage: &Stage) -> At {
    let mut connection = stage.pool.acquire().await.unwrap();
    let stream = stage.names.log_stream();
    let now = chrono::DateTime::UNIX_EPOCH;
    let checkpoint = Checkpoint::load(&mut connection, &stream, now).await;
    At::new(checkpoint.unwrap(), ParkedSet::default())
}

#[tokio::test]
async fn a_projector_stopped_anywhere_goes_on_where_it_was() {
    let mut stage = Stage::new("restarts", 20, 600).await;
    for part in 1..=6 {
        stage.publish_until(100 * part).await;
        let running = stage.start().await;
        tokio::time::sleep(Duration::from_millis(7 * part as u64)).await;
        running.stop().await;
    }
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage.compare().await);
}

#[tokio::test]
async fn a_projector_that_slept_while_another_went_on_writes_nothing() {
    let mut stage = Stage::new("fence", 10, 100).await;
    stage.publish_until(60).await;
    let records = stage.messages.incoming();
    let (mut one, mut other) = (stage.runner(), stage.runner());
    let (mut slept, mut awake) = (at(&stage).await, at(&stage).await);
    other.repair(0).await;
    assert_eq!(
        other
            .apply(&mut awake, records[..40].to_vec())
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        other
            .apply(&mut awake, records[40..60].to_vec())
            .await
            .unwrap(),
        None
    );
    let end = one.apply(&mut slept, records[..30].to_vec()).await.unwrap();
    assert_eq!(end, Some(Turn::Fenced));
    stage.hot_caught_up().await;
    clean(&stage.compare().await);
}

#[tokio::test]
async fn of_two_projectors_one_works_and_the_other_takes_over() {
    let mut stage = Stage::new("standby", 10, 300).await;
    let (first, second) = (stage.start().await, stage.start().await);
    stage.publish_until(150).await;
    stage.caught_up().await;
    first.stop().await;
    stage.publish_until(200).await;
    stage.caught_up().await;
    second.stop().await;
    let (third, fourth) = (stage.start().await, stage.start().await);
    stage.publish().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    third.stop().await;
    fourth.stop().await;
    clean(&stage.compare().await);
}

#[tokio::test]
async fn a_crash_between_commit_and_redis_is_repaired_at_the_next_start() {
    let mut stage = Stage::new("crash_before_redis", 10, 200).await;
    stage.publish_until(100).await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    stage.publish().await;
    let records = stage.messages.incoming();
    let dying = at(&stage).await;
    let now = chrono::DateTime::UNIX_EPOCH;
    let committed = commit(&stage.pool, &dying, &records[100..], now)
        .await
        .unwrap();
    assert!(matches!(committed, Committed::Done(_)));
    let hot = |report: crate::verify::Report| {
        let view = report.views.into_iter().find(|view| view.view == "hot");
        view.unwrap().differing
    };
    assert!(
        hot(stage.compare().await) > 0,
        "the crash left old hot views"
    );
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage.compare().await);
}

#[tokio::test]
async fn redis_flushed_or_dead_stops_nothing_and_is_made_whole_again() {
    let mut servers = OwnServers::start(Profile::FastForTests).await;
    let mut stage = Stage::on(servers.fresh_migrated("redis_dies").await, 10, 300).await;
    let running = stage.start().await;
    stage.publish_until(100).await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    stage
        .redis
        .ask::<()>(&redis::cmd("FLUSHALL"))
        .await
        .unwrap();
    stage.publish_until(150).await;
    stage.hot_caught_up().await;
    servers.kill(Kind::Redis);
    stage.publish_until(250).await;
    stage.caught_up().await;
    servers.start_one(Kind::Redis).await;
    stage.hot_caught_up().await;
    stage.publish().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage.compare().await);
    servers.stop().await;
}

#[tokio::test]
async fn a_killed_database_is_waited_for_and_nothing_is_lost() {
    let mut servers = OwnServers::start(Profile::FastForTests).await;
    let mut stage = Stage::on(servers.fresh_migrated("postgres_dies").await, 10, 400).await;
    let running = stage.start().await;
    stage.publish_until(200).await;
    eventually(Duration::from_secs(20), "some progress", async || {
        (stage.reached().await? > 0).then_some(())
    })
    .await;
    servers.kill(Kind::Postgres);
    stage.publish_until(300).await;
    servers.start_one(Kind::Postgres).await;
    stage.publish().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage.compare().await);
    servers.stop().await;
}

#[tokio::test]
async fn what_cannot_be_read_or_stored_is_parked_and_the_rest_flows() {
    let mut stage = Stage::new("poison", 10, 200).await;
    let poisoned = Aggregate::Document(DocumentId(uuid::Uuid::from_u128(5)));
    stage.messages.append_raw(&poisoned, b"what?");
    stage.messages.append_raw(&poisoned, b"what?");
    let text = String::from_utf8(stage.messages.messages[4].1.to_vec()).unwrap();
    let text = text.replacen("\"OF-7\"", &format!("\"{}\"", wide()), 1);
    stage.messages.messages[4].1 = text.into_bytes().into();
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    running.stop().await;
    let mut connection = stage.pool.acquire().await.unwrap();
    let parked = parked::list(&mut connection).await.unwrap();
    let [refused, unreadable] = parked.as_slice() else {
        panic!("{parked:?}")
    };
    assert_eq!(refused.sequence, 5);
    assert!(refused.error.contains("index row"), "{}", refused.error);
    assert!(refused.skipped > 0);
    let last = stage.messages.messages.len() as u64;
    assert_eq!((unreadable.sequence, unreadable.skipped), (last - 1, 1));
    let report = stage.compare().await;
    assert!(
        report.views.iter().all(|view| view.differing == 0),
        "{report:#?}"
    );
    let documents = report
        .views
        .iter()
        .find(|view| view.view == "documents")
        .unwrap();
    assert_eq!(documents.found, 9);
}

/// Text that does not compress, so that it is too large for an index.
fn wide() -> String {
    let hash = |n: u8| events::Hash::of(&[n]).to_string();
    (0..150).map(hash).collect()
}

#[tokio::test]
async fn when_everything_is_parked_the_projector_stops() {
    let mut stage = Stage::new("all_parked", 1, 0).await;
    for n in 0..=MOST_PARKED as u128 {
        let id = DocumentId(uuid::Uuid::from_u128(n + 100));
        stage.messages.append_raw(&Aggregate::Document(id), b"{}");
    }
    stage.publish().await;
    let end = stage.start().await.end().await.unwrap_err();
    assert!(matches!(end, Stop::TooManyParked), "{end}");
}

#[tokio::test]
async fn another_log_than_the_views_were_made_from_stops_the_projector() {
    let mut stage = Stage::new("mismatch", 5, 50).await;
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    running.stop().await;
    stage
        .change("update projection_checkpoint set hash = decode(repeat('ab', 32), 'hex')")
        .await;
    let end = stage.start().await.end().await.unwrap_err();
    assert!(
        matches!(end, Stop::Mismatch(Mismatch::Record { .. })),
        "{end}"
    );
    assert!(end.to_string().contains("mesa rebuild"), "{end}");
    stage
        .change("update projection_checkpoint set sequence = sequence + 1000")
        .await;
    let end = stage.start().await.end().await.unwrap_err();
    assert!(
        matches!(end, Stop::Mismatch(Mismatch::Shorter { .. })),
        "{end}"
    );
    stage
        .change("update projection_checkpoint set stream = 'OTHER_LOG'")
        .await;
    let end = stage.start().await.end().await.unwrap_err();
    assert!(
        matches!(end, Stop::Mismatch(Mismatch::Stream { .. })),
        "{end}"
    );
}

#[tokio::test]
async fn a_log_that_is_replaced_under_a_running_projector_stops_it() {
    for (name, kept) in [("log_shorter", 20), ("log_other", 60)] {
        let mut stage = Stage::new(name, 5, 60).await;
        stage.publish_until(40).await;
        let running = stage.start().await;
        stage.caught_up().await;
        let jetstream = async_nats::jetstream::new(stage.client.clone());
        let stream = stage.names.log_stream();
        jetstream.delete_stream(&stream).await.unwrap();
        let mut other = Stage::on(stage.fresh.clone(), 6, 60).await;
        other.publish_until(kept).await;
        let end = running.end().await.unwrap_err();
        let told = match kept {
            20 => matches!(end, Stop::Mismatch(Mismatch::Shorter { .. })),
            _ => matches!(end, Stop::Mismatch(Mismatch::Record { .. })),
        };
        assert!(told, "{name}: {end}");
        let said = "mesa rebuild --all --accept-differences";
        assert!(end.to_string().contains(said), "{name}: {end}");
        assert_eq!(stage.reached().await, Some(40), "{name}");
    }
}

#[tokio::test]
async fn a_log_that_has_lost_a_record_stops_the_projector() {
    let mut stage = Stage::new("log_hole", 5, 50).await;
    stage.publish_until(30).await;
    assert!(stage.log.delete_message(20).await.unwrap());
    let end = stage.start().await.end().await.unwrap_err();
    assert!(
        matches!(
            end,
            Stop::Mismatch(Mismatch::Hole {
                after: 19,
                next: 21,
                ..
            })
        ),
        "{end}"
    );
    let reached = stage.reached().await;
    assert!(reached.is_none_or(|reached| reached <= 19), "{reached:?}");
}

#[tokio::test]
async fn a_database_without_tables_stops_the_projector_with_a_sentence() {
    let fresh = kit::Env::get().await.fresh("unmigrated").await;
    let stage = Stage::on(fresh, 1, 0).await;
    let end = stage.start().await.end().await.unwrap_err();
    assert!(end.to_string().contains("mesa migrate"), "{end}");
}

#[tokio::test]
async fn notices_are_numbered_name_what_changed_and_go_on_while_nothing_happens() {
    let mut stage = Stage::new("notices", 3, 0).await;
    let mut heard = stage
        .client
        .subscribe(stage.names.notice_subject())
        .await
        .unwrap();
    stage.client.flush().await.unwrap();
    let running = stage.start().await;
    stage.publish().await;
    let mut notices: Vec<Notice> = Vec::new();
    let mut quiet = 0;
    while quiet < 3 {
        let next = tokio::time::timeout(readmodel::notice::SILENCE, heard.next()).await;
        let notice = Notice::decode(&next.unwrap().unwrap().payload).unwrap();
        let done = notice.position.sequence == 4;
        quiet = if done && notice.is_heartbeat() {
            quiet + 1
        } else {
            0
        };
        notices.push(notice);
    }
    assert!(
        notices.windows(2).all(|pair| pair[1].follows(&pair[0])),
        "{notices:#?}"
    );
    let scopes: std::collections::BTreeSet<_> = notices
        .iter()
        .flat_map(|notice| notice.scopes.clone())
        .collect();
    for scope in [Scope::Documents, Scope::Statistics, Scope::Series] {
        assert!(scopes.contains(&scope), "{scope}");
    }
    let documents: usize = notices.iter().map(|notice| notice.documents.len()).sum();
    assert_eq!(documents, 3);
    let keys = Keys::new(&stage.names);
    let get = redis::Cmd::get(keys.generation(Scope::Documents));
    let generation: Option<String> = stage.redis.ask(&get).await.unwrap();
    assert_eq!(generation, Some(readmodel::keys::encode(4, "")));
    running.stop().await;
}

#[tokio::test]
async fn rows_are_the_fold_whatever_the_batches_redeliveries_restarts_and_rivals() {
    for seed in 0..5_u64 {
        let mut stage = Stage::new("random_batches", 6, 150).await;
        stage.publish().await;
        let records = stage.messages.incoming();
        let mut runners = [stage.runner(), stage.runner()];
        let mut ats = [at(&stage).await, at(&stage).await];
        let mut chance = seed * 7 + 1;
        let mut draw = |below: usize| {
            chance = chance
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(chance >> 33).unwrap() % below
        };
        let mut reached = 0;
        while reached < records.len() {
            let who = draw(2);
            let from = reached - draw(20).min(reached);
            let until = (reached + draw(25)).min(records.len());
            let begun = usize::try_from(ats[who].checkpoint.sequence).unwrap();
            let batch = records[from.min(begun)..until].to_vec();
            runners[who].repair(ats[who].checkpoint.sequence).await;
            match runners[who].apply(&mut ats[who], batch).await.unwrap() {
                Some(end) => {
                    assert_eq!(end, Turn::Fenced);
                    ats[who] = at(&stage).await;
                    runners[who] = stage.runner();
                }
                None => reached = reached.max(until),
            }
        }
        let last = runners
            .iter_mut()
            .zip(&ats)
            .max_by_key(|(_, at)| at.checkpoint.sequence);
        let (runner, at) = last.unwrap();
        runner.repair(at.checkpoint.sequence).await;
        let report = stage.compare().await;
        assert!(report.is_clean(), "seed {seed}: {report:#?}");
        assert_eq!(report.records, records.len() as u64);
    }
}
