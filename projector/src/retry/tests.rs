use events::{Aggregate, DocumentId};
use platform::clock::{Clock, SystemClock};

use super::*;
use crate::testing::Stage;

/// Parks the history of `aggregate` from its `nth` record on, as a program that could not read it
/// would have done.
async fn park(stage: &Stage, aggregate: &str, nth: usize) -> u64 {
    let records = stage.messages.incoming();
    let mut of = records.iter().filter(|one| one.subject == aggregate);
    let sequence = of.nth(nth).unwrap().sequence;
    sqlx::query(
        "insert into parked (aggregate, stream, sequence, last_seq, skipped, error, parked_at)
         values ($1, $2, $3, $3 - 1, 0, 'an older program', now())",
    )
    .bind(aggregate)
    .bind(stage.names.log_stream())
    .bind(big(sequence))
    .execute(&stage.pool)
    .await
    .unwrap();
    sequence
}

async fn tried(stage: &Stage, aggregate: &str) -> Retried {
    let (pool, log, now) = (&stage.pool, &stage.log, SystemClock.now());
    retry(pool, log, &stage.names, aggregate, now)
        .await
        .unwrap()
}

fn subject(stage: &Stage, n: u128) -> String {
    stage
        .names
        .subject(&Aggregate::Document(DocumentId(uuid::Uuid::from_u128(
            n << 64 | 7,
        ))))
}

#[tokio::test]
async fn a_parked_history_is_applied_under_a_projector_that_goes_on() {
    let mut stage = Stage::new("retry", 10, 400).await;
    let (one, other) = (subject(&stage, 3), subject(&stage, 4));
    let (_, _) = (park(&stage, &one, 2).await, park(&stage, &other, 0).await);
    stage.publish_until(300).await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    assert!(matches!(tried(&stage, &one).await, Retried::Applied(1..)));
    stage.publish().await;
    stage.caught_up().await;
    assert!(matches!(tried(&stage, &other).await, Retried::Applied(1..)));
    assert_eq!(tried(&stage, &other).await, Retried::NotParked);
    let keys = readmodel::Keys::new(&stage.names);
    kit::eventually(
        std::time::Duration::from_secs(20),
        "the hot views to be begun anew",
        async || {
            let get = redis::Cmd::get(keys.hot_fence());
            let fence: Option<String> = stage.redis.ask(&get).await.ok()?;
            (fence.as_deref() == Some("2")).then_some(())
        },
    )
    .await;
    running.stop().await;
    let report = stage.compare().await;
    assert!(report.is_clean(), "{report:#?}");
    assert!(report.parked.is_empty(), "{:?}", report.parked);
    assert!(report.views.iter().any(|view| view.view == "hot"));
}

#[tokio::test]
async fn what_still_cannot_be_applied_stays_parked_and_changes_nothing() {
    let mut stage = Stage::new("retry_in_vain", 5, 60).await;
    let poisoned = Aggregate::Document(DocumentId(uuid::Uuid::from_u128(5)));
    stage.messages.append_raw(&poisoned, b"what?");
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    let subject = stage.names.subject(&poisoned);
    let still = tried(&stage, &subject).await;
    let Retried::Still { sequence, error } = still else {
        panic!("{still:?}")
    };
    assert_eq!(sequence, stage.messages.messages.len() as u64);
    assert!(error.contains("cannot be read"), "{error}");
    running.stop().await;
    let report = stage.compare().await;
    assert_eq!(report.parked, [subject]);
}
