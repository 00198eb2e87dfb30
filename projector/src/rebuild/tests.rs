use std::time::Duration;

use futures::StreamExt;
use platform::clock::SystemClock;

use super::*;
use crate::testing::Stage;

async fn rebuild(stage: &Stage) -> Rebuild {
    rebuild_within(stage, u64::MAX).await
}

/// A rebuild that folds so many bytes of log at a time.
async fn rebuild_within(stage: &Stage, memory: u64) -> Rebuild {
    Rebuild::new(
        stage.pool.clone(),
        stage.log.clone(),
        stage.names.clone(),
        (stage.client.clone(), stage.redis.clone()),
        Arc::new(SystemClock),
        (memory, Arc::new(|_, _, _| {})),
    )
    .await
    .unwrap()
}

/// A log of which everything is in the views.
async fn projected(name: &str, documents: u64, steps: u32) -> Stage {
    let mut stage = Stage::new(name, documents, steps).await;
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    stage
}

async fn clean(stage: &Stage) {
    let report = stage.compare().await;
    assert!(report.is_clean(), "{report:#?}");
}

async fn count(stage: &Stage, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement)
        .fetch_one(&stage.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_views_are_rebuilt_rolled_back_and_the_old_ones_dropped() {
    let stage = projected("rebuild_all", 20, 400).await;
    let tool = rebuild(&stage).await;
    let rebuilt = tool.run(Some(Views::all()), false).await.unwrap();
    assert_eq!(rebuilt.generation, 2);
    assert!(rebuilt.compared.iter().all(|table| table.differing == 0));
    assert_eq!(rebuilt.compared.len(), 15);
    clean(&stage).await;
    assert_eq!(
        count(
            &stage,
            "select count(*) from pg_indexes where schemaname = current_schema()"
        )
        .await,
        count(
            &stage,
            "select count(*) from pg_indexes where schemaname in ('mesa_before', current_schema())
            and tablename in ('_sqlx_migrations', 'projection_checkpoint', 'projection_rebuild',
                'reschedulings', 'calendar_progress', 'deadline_alerts')"
        )
        .await
            + count(
                &stage,
                "select count(*) from pg_indexes where schemaname = 'mesa_before'"
            )
            .await,
        "as many indexes as before"
    );
    assert!(count(&stage, "select count(*) from event_archive_events").await > 0);
    let back = tool.roll_back().await.unwrap();
    assert_eq!(back.generation, 1);
    clean(&stage).await;
    let forth = tool.roll_back().await.unwrap();
    assert_eq!(forth.generation, 2);
    clean(&stage).await;
    tool.drop_old().await.unwrap();
    let nothing = tool.roll_back().await.unwrap_err();
    assert!(matches!(nothing, RebuildError::NothingKept), "{nothing}");
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_projector_goes_on_in_the_new_generation_without_a_loss() {
    let mut stage = Stage::new("rebuild_tail", 20, 900).await;
    stage.publish_until(300).await;
    let running = stage.start().await;
    stage.caught_up().await;
    let tool = rebuild(&stage).await;
    let (rebuilt, ()) = tokio::join!(tool.run(Some(Views::all()), false), async {
        for until in (310..=700).step_by(10) {
            stage.publish_until(until).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert_eq!(rebuilt.unwrap().generation, 2);
    stage.publish_until(750).await;
    stage.caught_up().await;
    let back = tool.roll_back().await.unwrap();
    assert_eq!(back.generation, 1);
    stage.publish().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_folded_in_shares_gives_the_same_rows() {
    let stage = projected("rebuild_shares", 40, 500).await;
    let tool = rebuild_within(&stage, 60_000).await;
    assert!(tool.run(None, false).await.unwrap().compared.len() == 15);
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_corrupt_view_is_healed_by_a_rebuild_of_that_view_alone() {
    let stage = projected("rebuild_one", 20, 400).await;
    for (view, corrupt) in [
        (
            View::Timeline,
            "delete from timeline where event = 'document.registered'",
        ),
        (View::Inbox, "update inbox_counters set n = n + 1"),
        (
            View::Documents,
            "update documents set folios = 777 where number like '%3'",
        ),
        (View::Statistics, "update statistics_activity set n = n * 2"),
        (View::Series, "update series set next = 7"),
        (
            View::Archive,
            "delete from event_archive where sequence = 5",
        ),
    ] {
        stage.change(corrupt).await;
        assert!(!stage.compare().await.is_clean(), "{view}");
        let tool = rebuild(&stage).await;
        let views = || Some(Views::of([view]));
        let refused = tool.run(views(), false).await.unwrap_err();
        let RebuildError::Differs(tables) = &refused else {
            panic!("{view}: {refused}")
        };
        assert!(tables.iter().any(|table| table.differing > 0), "{tables:?}");
        let other = tool.run(Some(Views::all()), true).await.unwrap_err();
        assert!(matches!(other, RebuildError::Other(_)), "{other}");
        let rebuilt = tool.run(views(), true).await.unwrap();
        assert_eq!(rebuilt.views, Views::of([view]));
        let report = stage.compare().await;
        assert!(report.is_clean(), "{view}: {report:#?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_of_one_view_follows_the_log_before_it_is_gone_back_to() {
    let mut stage = Stage::new("rebuild_one_back", 20, 600).await;
    stage.publish_until(300).await;
    let running = stage.start().await;
    stage.caught_up().await;
    let tool = rebuild(&stage).await;
    for (n, view) in (1..).zip(View::ALL) {
        tool.run(Some(Views::of([view])), false).await.unwrap();
        stage.publish_until(300 + 40 * n).await;
        stage.caught_up().await;
        tool.roll_back().await.unwrap();
    }
    stage.publish().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_broken_off_anywhere_goes_on_or_begins_anew() {
    let stage = projected("rebuild_broken", 20, 800).await;
    let mut broken = 0;
    for wait in 0..48_u64 {
        let tool = rebuild(&stage).await;
        let run = tool.run(None, false);
        let ended = tokio::time::timeout(Duration::from_millis(8 * wait), Box::pin(run)).await;
        match ended {
            Err(_) => broken += 1,
            Ok(Ok(_) | Err(RebuildError::AtWork)) => {}
            Ok(Err(error)) => panic!("after {broken}, at {wait}: {error:?}"),
        }
        if wait % 8 == 0 {
            clean(&stage).await;
        }
    }
    assert!(broken > 0);
    let tool = rebuild(&stage).await;
    kit::eventually(
        Duration::from_secs(20),
        "the lock to be free",
        async || match tool.run(None, false).await {
            Ok(_) => Some(()),
            Err(RebuildError::AtWork) => None,
            Err(error) => panic!("{error}"),
        },
    )
    .await;
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_run_has_left_at_work_is_ended() {
    let stage = projected("rebuild_left", 20, 200).await;
    let tool = rebuild(&stage).await;
    let mut left = stage.pool.begin().await.unwrap();
    sqlx::query(alone::SHARE)
        .bind(format!("{}.rebuild.work", stage.names))
        .execute(&mut *left)
        .await
        .unwrap();
    ddl::run(&mut left, "create schema mesa_next".to_owned())
        .await
        .unwrap();
    tool.run(None, false).await.unwrap();
    let ended = left.commit().await;
    assert!(ended.is_err(), "the earlier run was let write");
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_rebuilds_at_once_the_second_is_refused() {
    let stage = projected("rebuild_twice", 20, 400).await;
    let tool = rebuild(&stage).await;
    let (one, other) = tokio::join!(tool.run(None, false), tool.run(None, false));
    let refused = [one, other].into_iter().filter_map(Result::err);
    let refused: Vec<_> = refused.collect();
    assert!(
        matches!(refused.as_slice(), [RebuildError::AtWork]),
        "{refused:?}"
    );
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_database_is_filled_without_a_projector() {
    let mut stage = Stage::new("rebuild_empty", 20, 400).await;
    stage.publish().await;
    let tool = rebuild(&stage).await;
    let rebuilt = tool.run(None, false).await.unwrap();
    assert_eq!(rebuilt.sequence, stage.messages.messages.len() as u64);
    assert!(rebuilt.events >= rebuilt.sequence);
    clean(&stage).await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    clean(&stage).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_another_log_are_replaced_when_that_is_accepted() {
    let stage = projected("rebuild_foreign", 10, 200).await;
    stage
        .change("update projection_checkpoint set hash = decode(repeat('ab', 32), 'hex')")
        .await;
    let tool = rebuild(&stage).await;
    let partly = tool
        .run(Some(Views::of([View::Inbox])), true)
        .await
        .unwrap_err();
    assert!(matches!(partly, RebuildError::Foreign(_)), "{partly}");
    let rebuilt = tool.run(None, true).await.unwrap();
    assert!(rebuilt.compared.is_empty());
    clean(&stage).await;
    let back = tool.roll_back().await.unwrap_err();
    assert!(matches!(back, RebuildError::KeptForeign(_)), "{back}");
    let running = stage.start().await;
    stage.hot_caught_up().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parked_histories_stay_parked_and_nothing_is_published() {
    use events::{Aggregate, DocumentId};
    let mut stage = Stage::new("rebuild_parked", 10, 200).await;
    let poisoned = Aggregate::Document(DocumentId(uuid::Uuid::from_u128(5)));
    stage.messages.append_raw(&poisoned, b"what?");
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    let mut heard = stage
        .client
        .subscribe(format!("{}.>", stage.names))
        .await
        .unwrap();
    let tool = rebuild(&stage).await;
    for views in [None, Some(Views::of([View::Documents]))] {
        tool.run(views, false).await.unwrap();
        let report = stage.compare().await;
        let differs = report.views.iter().any(|view| view.differing > 0);
        assert!(!differs, "{report:#?}");
        assert_eq!(report.parked, [stage.names.subject(&poisoned)]);
    }
    // Whatever is said of this installation is a notice or a question to the log.
    while let Ok(Some(message)) =
        tokio::time::timeout(Duration::from_millis(300), heard.next()).await
    {
        let subject = message.subject.as_str();
        let ours = subject.starts_with(stage.names.as_str());
        assert!(
            !ours || subject == stage.names.notice_subject(),
            "{subject}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a million events; for the figure, in a release build"]
async fn a_million_events_are_folded_into_an_empty_database() {
    let stage = Stage::new("rebuild_million", 1, 0).await;
    let jetstream = platform::nats::jetstream(&stage.client);
    let history = kit::history::History::new(&stage.names, 112_000);
    let (records, events) = history.publish(&jetstream).await;
    let begun = Instant::now();
    let mut tool = rebuild(&stage).await;
    let last = std::sync::Mutex::new(("", Instant::now()));
    tool.progress = Arc::new(move |step, _, _| {
        let mut last = last.lock().unwrap();
        if last.0 != step {
            println!("{:>8.1?} {} ended; now {step}", last.1.elapsed(), last.0);
            *last = (step, Instant::now());
        }
    });
    let done = tool.run(None, false).await.unwrap();
    println!(
        "{records} records, {events} events, all together {:?}",
        begun.elapsed()
    );
    let seconds = done.seconds;
    println!("{} events in {seconds:.1} s to the last index", done.events);
    clean(&stage).await;
}
