//! With real servers: a log is imported twice, projected, compared and verified.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use clap::{Args, Parser};
use command::Command;
use events::classify::Role;
use events::{AnyRecord, DocumentEvent, Namespace, OfficeId};
use kit::http::Http;
use kit::{Env, Fresh};
use mesa::import::Import;
use mesa::import::report::Report;
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use projector::{Projector, verify};
use query::Query;
use tokio::net::TcpListener;

use super::answered::assert_says;
use super::figures::{Figures, count};
use super::stored::{Codes, numbers, rows};
use super::{Log, receipt, sample};

#[derive(Debug, Parser)]
struct Told<C: Args> {
    #[command(flatten)]
    config: C,
}

/// A role's configuration, as its command line would give it.
fn told<C: Args>(arguments: &[String]) -> C {
    let program = std::iter::once("mesa".to_owned());
    Told::parse_from(program.chain(arguments.iter().cloned())).config
}

fn nats(fresh: &Fresh) -> Vec<String> {
    vec![
        format!("--nats-url={}", fresh.nats_url),
        format!("--namespace={}", fresh.namespace),
    ]
}

fn views(fresh: &Fresh) -> Vec<String> {
    vec![
        format!("--database-url={}", fresh.database_url),
        format!("--redis-url={}", fresh.redis_url),
    ]
}

async fn import(log: &Log, fresh: &Fresh) -> Report {
    import_files(&log.file, &log.map, fresh).await
}

/// Imports `file` by `map`, as the command line would.
pub(crate) async fn import_files(file: &Path, map: &Path, fresh: &Fresh) -> Report {
    try_import(file, map, fresh).await.unwrap()
}

/// The same, where it may fail.
pub(crate) async fn try_import(file: &Path, map: &Path, fresh: &Fresh) -> anyhow::Result<Report> {
    let mut arguments = nats(fresh);
    arguments.push(format!("--map={}", map.display()));
    arguments.push(file.display().to_string());
    let import: Import = told(&arguments);
    let tasks = Tasks::default();
    let done = import.carry_out(Arc::new(SystemClock), Arc::new(SystemIds), &tasks);
    let report = done.await;
    tasks.stop();
    tasks.drain().await;
    report
}

/// The last sequence of the log; 0 when there is no log yet.
pub(crate) async fn last_sequence(fresh: &Fresh) -> u64 {
    match stream(fresh).await {
        Some(stream) => stream.get_info().await.unwrap().state.last_sequence,
        None => 0,
    }
}

async fn stream(fresh: &Fresh) -> Option<Stream> {
    let jetstream = async_nats::jetstream::new(fresh.nats_client().await);
    let names: Namespace = fresh.namespace.parse().unwrap();
    jetstream.get_stream(names.log_stream()).await.ok()
}

/// The numbers that documents have in the log, in order, each with its case.
pub(crate) async fn numbers_in_log(fresh: &Fresh) -> Vec<(String, String)> {
    let names: Namespace = fresh.namespace.parse().unwrap();
    let stream = stream(fresh).await.unwrap();
    let mut numbers = Vec::new();
    for sequence in 1..=last_sequence(fresh).await {
        let message = stream.get_raw_message(sequence).await.unwrap();
        let record = AnyRecord::decode(&names, &message.subject, &message.payload).unwrap();
        if let AnyRecord::Document(_, record) = record
            && let DocumentEvent::Registered(registered) = &record.events[0].event
        {
            let case = registered.origin.as_ref().unwrap().external_id.clone();
            numbers.push((registered.number.to_string(), case));
        }
    }
    numbers.sort();
    numbers
}

async fn project(fresh: &Fresh, tasks: &Tasks) {
    let config = told(&[nats(fresh), views(fresh)].concat());
    let projector = Projector::connect(&config, Arc::new(SystemClock), tasks.clone());
    let projector = projector.await.unwrap();
    tasks.spawn(async move { projector.run().await.unwrap() });
    let pool = fresh.pool().await;
    let last = i64::try_from(last_sequence(fresh).await).unwrap();
    kit::eventually(Duration::from_mins(1), "the projector", async || {
        let reached: Option<i64> =
            sqlx::query_scalar("select max(sequence) from projection_checkpoint")
                .fetch_one(&pool)
                .await
                .unwrap();
        (reached == Some(last)).then_some(())
    })
    .await;
}

/// A client of a query role, with the key of somebody who may read.
async fn serve(fresh: &Fresh, tasks: &Tasks) -> Http {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let config = told(&nats(fresh));
    let command = Command::connect(&config, clock.clone(), ids.clone(), tasks.clone());
    let command = command.await.unwrap();
    let app = command.app();
    let viewer = app.set_up_user("viewer", "Viewer", vec![], [Role::VIEWER].into());
    let viewer = viewer.await.unwrap();
    let key = app.issue_api_key(viewer, "trial", None, "trial").await;
    let key = key.unwrap().unwrap();
    let config = told(&[nats(fresh), views(fresh)].concat());
    let query = Query::connect(&config, clock, ids, tasks.clone());
    let query = query.await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tasks.spawn(async move { query.serve(listener).await.unwrap() });
    Http::new(address).with_key(&key)
}

fn question(figures: &Figures) -> String {
    let mut days = figures.days.keys();
    let (first, last) = (days.next().unwrap(), days.next_back().unwrap());
    format!("/api/v1/statistics?from={first}&to={last}")
}

fn codes(figures: &Figures) -> Codes {
    let ways = figures.flow.keys().flat_map(|(from, to)| [from, to]);
    let all = figures.by_holder.keys().chain(ways);
    all.map(|code| (OfficeId::of_code(code), code.clone()))
        .collect()
}

/// Numbers follow the order of entry, without a gap, in each series.
pub(crate) fn assert_gapless(numbers: &[(String, String)]) {
    let mut before: Option<(&str, u64)> = None;
    for (number, case) in numbers {
        let (series, value) = number.rsplit_once('-').unwrap();
        let value: u64 = value.parse().unwrap();
        let expected = match before {
            Some((same, last)) if same == series => last + 1,
            _ => 1,
        };
        assert_eq!(value, expected, "{number} of {case}");
        before = Some((series, value));
    }
}

async fn a_log_is_imported_twice(log: Log) {
    let fresh = Env::get().await.fresh_migrated("import").await;
    let report = import(&log, &fresh).await;
    assert_eq!(report.refused, []);
    assert_eq!(report.differing, Vec::<String>::new());
    assert_eq!((report.added, report.already), (log.documents, 0));
    assert_eq!(report.totals.derivations, log.derivations);

    let tasks = Tasks::default();
    project(&fresh, &tasks).await;
    let pool = fresh.pool().await;
    let expected = count(&log.file, &log.shape);
    assert_eq!(rows(&pool, &codes(&expected)).await, expected);
    let given = numbers(&pool).await;
    assert_eq!(given.len() as u64, log.documents);
    assert_gapless(&given);

    let asked = question(&expected);
    let answer = serve(&fresh, &tasks)
        .await
        .get(&asked)
        .await
        .expect(200)
        .json();
    let names: Namespace = fresh.namespace.parse().unwrap();
    let last = last_sequence(&fresh).await;
    let position = format!("{}:{last}", names.log_stream());
    assert_eq!(answer["as_of_position"], position);
    assert_says(&answer, &expected);

    let before = last_sequence(&fresh).await;
    let again = import(&log, &fresh).await;
    assert_eq!((again.added, again.already), (0, log.documents));
    assert_eq!(again.totals, report.totals);
    assert_eq!(again.set_up, mesa::import::report::SetUp::default());
    assert_eq!(last_sequence(&fresh).await, before);

    let stream = stream(&fresh).await.unwrap();
    let redis = platform::redis::Redis::open(&fresh.redis()).unwrap();
    let verified = verify::compare(&pool, &redis, &stream, &names, |_, _| {});
    let verified = verified.await.unwrap();
    assert!(verified.is_clean(), "{verified:#?}");
    tasks.stop();
    tasks.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_imported_twice_is_there_once_and_adds_up() {
    Box::pin(a_log_is_imported_twice(sample())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_log_imported_twice_is_there_once_and_adds_up() {
    if let Some(log) = receipt() {
        Box::pin(a_log_is_imported_twice(log)).await;
    }
}
