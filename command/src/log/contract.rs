//! What every event log promises, put to both of them.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use events::{Aggregate, CommandId, DocumentId, OfficeId, SeriesId, UserId};
use futures::future::join_all;

use super::{AppendError, Entry, EventLog, JetStreamLog, Limits, MemoryLog};

fn document(name: &str) -> Aggregate {
    let command = CommandId::derive(UserId::system(), "contract", name);
    Aggregate::Document(DocumentId::registered_by(command))
}

fn series() -> Aggregate {
    Aggregate::Series("EXP-2026".parse::<SeriesId>().unwrap())
}

fn entry(aggregate: &Aggregate, expected: u64, id: &str, body: &str) -> Entry {
    Entry {
        aggregate: aggregate.clone(),
        expected,
        message_id: id.to_owned(),
        headers: vec![("Mesa-Version", "1".to_owned())],
        body: Bytes::from(body.to_owned()),
    }
}

async fn bodies(log: &dyn EventLog, aggregate: &Aggregate) -> Vec<String> {
    let records = log.read(aggregate, 0).await.unwrap();
    let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    records.iter().map(|stored| text(&stored.bytes)).collect()
}

async fn both<F: Future<Output = ()>>(promise: impl Fn(Arc<dyn EventLog>) -> F) {
    promise(Arc::new(MemoryLog::default())).await;
    promise(Arc::new(real().await)).await;
}

async fn real() -> JetStreamLog {
    let fresh = kit::Env::get().await.fresh("contract").await;
    let config = platform::config::Nats::at(&fresh.nats_url, &fresh.namespace);
    let client = platform::nats::connect(&config, "contract").await.unwrap();
    let limits = Limits {
        replicas: 1,
        max_bytes: None,
    };
    let names = fresh.namespace.parse().unwrap();
    JetStreamLog::open(platform::nats::jetstream(&client), names, limits)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_first_record_is_read_alone() {
    both(async |log| {
        let (one, other) = (document("one"), document("other"));
        let _ = log.append(entry(&other, 0, "a", "other")).await.unwrap();
        assert!(log.first(&one).await.unwrap().is_none());
        let sequence = log.append(entry(&one, 0, "b", "first")).await.unwrap();
        let _ = log.append(entry(&one, sequence, "c", "second")).await;
        let first = log.first(&one).await.unwrap().unwrap();
        assert_eq!(
            (first.sequence, first.bytes.as_ref()),
            (sequence, b"first".as_slice())
        );
    })
    .await;
}

#[tokio::test]
async fn a_history_reads_as_it_was_appended() {
    both(async |log| {
        let (one, other) = (document("one"), document("other"));
        assert!(log.read(&one, 0).await.unwrap().is_empty());
        assert_eq!(log.last(&one).await.unwrap(), None);
        let first = log.append(entry(&one, 0, "a", "1")).await.unwrap();
        log.append(entry(&other, 0, "b", "x")).await.unwrap();
        let second = log.append(entry(&one, first, "c", "2")).await.unwrap();
        assert_eq!(bodies(&*log, &one).await, ["1", "2"]);
        let after = log.read(&one, first).await.unwrap();
        assert_eq!(after.len(), 1);
        assert_eq!(after[0].sequence, second);
        assert_eq!(log.last(&one).await.unwrap().as_ref(), after.first());
    })
    .await;
}

#[tokio::test]
async fn a_long_history_reads_whole() {
    both(async |log| {
        let one = document("long");
        let mut last = 0;
        for n in 0..1_100 {
            let next = entry(&one, last, &n.to_string(), &n.to_string());
            last = log.append(next).await.unwrap();
        }
        let read = bodies(&*log, &one).await;
        assert_eq!(read.len(), 1_100);
        assert!(
            read.iter()
                .enumerate()
                .all(|(n, body)| *body == n.to_string())
        );
    })
    .await;
}

#[tokio::test]
async fn who_expects_another_end_is_refused() {
    both(async |log| {
        let one = document("one");
        let first = log.append(entry(&one, 0, "a", "1")).await.unwrap();
        for expected in [0, first + 1] {
            let refused = log.append(entry(&one, expected, "b", "2")).await;
            assert!(matches!(refused, Err(AppendError::Conflict)), "{refused:?}");
        }
        assert_eq!(bodies(&*log, &one).await, ["1"]);
    })
    .await;
}

#[tokio::test]
async fn of_many_that_append_at_once_one_wins() {
    both(async |log| {
        let one = document("race");
        let tries = (0..32).map(|n| {
            let (log, one) = (Arc::clone(&log), one.clone());
            async move { log.append(entry(&one, 0, &n.to_string(), "x")).await }
        });
        let outcomes = join_all(tries).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(bodies(&*log, &one).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_id_used_elsewhere_is_told_with_its_place() {
    both(async |log| {
        let (one, other) = (document("one"), document("other"));
        let first = log.append(entry(&one, 0, "same", "1")).await.unwrap();
        let again = log.append(entry(&other, 0, "same", "2")).await;
        let Err(AppendError::Duplicate { sequence }) = again else {
            panic!("{again:?}");
        };
        assert_eq!(sequence, first);
        let (of, stored) = log.at(&other, sequence).await.unwrap().unwrap();
        assert_eq!((of, &stored.bytes[..]), (one, &b"1"[..]));
        assert!(log.at(&other, 9_999).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_batch_lands_whole_and_in_order() {
    both(async |log| {
        let (series, one, two) = (series(), document("one"), document("two"));
        let batch = vec![
            entry(&series, 0, "", "numbers"),
            entry(&one, 0, "", "1"),
            entry(&two, 0, "", "2"),
        ];
        let last = log.append_all(batch).await.unwrap();
        let at = |sequence| log.at(&series, sequence);
        assert_eq!(at(last).await.unwrap().unwrap().0, two);
        assert_eq!(at(last - 1).await.unwrap().unwrap().0, one);
        assert_eq!(at(last - 2).await.unwrap().unwrap().0, series);
        let alone = log.append_all(vec![entry(&series, last - 2, "", "more")]);
        assert_eq!(alone.await.unwrap(), last + 1);
    })
    .await;
}

#[tokio::test]
async fn a_batch_with_one_wrong_expectation_leaves_nothing() {
    both(async |log| {
        let (series, one, two) = (series(), document("one"), document("two"));
        log.append(entry(&two, 0, "a", "there")).await.unwrap();
        let batch = vec![
            entry(&series, 0, "", "numbers"),
            entry(&one, 0, "", "1"),
            entry(&two, 0, "", "2"),
        ];
        let refused = log.append_all(batch).await;
        assert!(matches!(refused, Err(AppendError::Conflict)), "{refused:?}");
        assert!(log.read(&series, 0).await.unwrap().is_empty());
        assert!(log.read(&one, 0).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_large_batch_is_one() {
    both(async |log| {
        let mut batch = vec![entry(&series(), 0, "", "numbers")];
        let documents: Vec<_> = (0..500).map(|n| document(&n.to_string())).collect();
        batch.extend(documents.iter().map(|one| entry(one, 0, "", "first")));
        log.append_all(batch).await.unwrap();
        for one in documents.iter().step_by(100) {
            assert_eq!(bodies(&*log, one).await, ["first"]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_directory_is_a_stream_of_its_own() {
    both(async |log| {
        let office = Aggregate::Office(OfficeId::of_code("MP"));
        let first = log.append(entry(&office, 0, "a", "office")).await.unwrap();
        let other = log.append(entry(&document("one"), 0, "a", "1")).await;
        assert_eq!((first, other.unwrap()), (1, 1));
        assert_eq!(bodies(&*log, &office).await, ["office"]);
    })
    .await;
}
