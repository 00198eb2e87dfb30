//! The log of a busy office, from its first record to its last, through a real projector.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::{Config as Stream, StorageType};
use events::Namespace;
use kit::history::History;
use platform::clock::SystemClock;
use platform::redis::Redis;
use platform::tasks::Tasks;
use projector::checkpoint::Checkpoint;
use projector::verify::compare;
use projector::{Config, Projector};

/// More than are under way at once, so that documents end while others begin.
const DOCUMENTS: u64 = 2_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_views_of_a_busy_office_are_what_its_log_says_and_nothing_is_parked() {
    let fresh = kit::Env::get().await.fresh_migrated("busy_office").await;
    let names: Namespace = fresh.namespace.parse().unwrap();
    let jetstream = platform::nats::jetstream(&fresh.nats_client().await);
    let stream = Stream {
        name: names.log_stream(),
        subjects: vec![names.log_subjects()],
        storage: StorageType::Memory,
        allow_direct: true,
        ..Stream::default()
    };
    jetstream.create_stream(stream).await.unwrap();
    let (records, events) = History::new(&names, DOCUMENTS).publish(&jetstream).await;
    assert!(events > records && records > 8 * DOCUMENTS);

    let config = Config {
        nats: fresh.nats(),
        postgres: fresh.postgres(),
        redis: fresh.redis(),
    };
    let tasks = Tasks::default();
    let connecting = Projector::connect(&config, Arc::new(SystemClock), tasks.clone());
    let projector = connecting.await.unwrap();
    let pool = fresh.pool().await;
    tasks.spawn(async move { projector.run().await.unwrap() });
    let reached = async || {
        let mut connection = pool.acquire().await.ok()?;
        let checkpoint = Checkpoint::read(&mut connection).await.ok()??;
        (checkpoint.sequence == records).then_some(())
    };
    let patience = Duration::from_mins(2);
    kit::eventually(patience, "the views reach the end of the log", reached).await;
    tasks.drain().await;

    let redis = Redis::open(&config.redis).unwrap();
    let log = jetstream.get_stream(names.log_stream()).await.unwrap();
    let report = compare(&pool, &redis, &log, &names, |_, _| {})
        .await
        .unwrap();
    assert!(report.is_clean() && report.parked.is_empty(), "{report:#?}");
    assert_eq!((report.records, report.events), (records, events));
}
