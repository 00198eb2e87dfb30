//! Roles that are killed in the middle of their work, at any moment, again and again: nothing that
//! was acknowledged is lost, nothing is there twice, and the views are what the log says.
//!
//! The moments come from a seed, which is printed; `MESA_TEST_SEED=…` at build time repeats it.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "support/backlog.rs"]
mod backlog;
#[path = "support/installation.rs"]
mod installation;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::iter;
use kit::Chance;
use kit::http::{Answer, Http};
use platform::clock::{Clock, SystemClock};
use rustix::process::Signal;
use serde_json::Value;
use tokio::time::sleep;

use backlog::{Backlog, EVENTS};
use installation::{Installation, document, value};

/// Moments by chance, whose seed is told.
#[expect(
    clippy::print_stdout,
    reason = "whoever repeats the test needs the seed"
)]
fn chance() -> Chance {
    let seed = match option_env!("MESA_TEST_SEED") {
        Some(seed) => seed.parse().unwrap(),
        None => Chance::new_seed(),
    };
    println!("MESA_TEST_SEED={seed}");
    Chance::of(seed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projector_killed_while_it_catches_up_loses_and_repeats_nothing() {
    const KILLS: u64 = 5;
    const DOCUMENTS: usize = 2_000;
    let mut chance = chance();
    let site = Installation::begin("projector_killed").await;
    let jetstream = async_nats::jetstream::new(site.fresh.nats_client().await);
    let (directory, now) = (site.app.organisation.now(), SystemClock.now());
    let begun = Instant::now();
    let records = Backlog::new(jetstream, &site.names, directory, now)
        .append(DOCUMENTS)
        .await;
    println!("a backlog of {records} records: {:?}", begun.elapsed());
    let last = site.last().await;
    assert_eq!(last, records);

    let mut before = site.reached().await;
    assert_eq!(before, 0);
    // A backlog is taken in large batches: the last kills may find nothing left to do.
    let mut in_the_middle = 0;
    for kill in 1..=KILLS {
        let projector = site.role("projector").await;
        // Spread over the backlog: each kill waits for its part of it.
        let part = before.max(last * kill / (KILLS + 2));
        let moved = async || (site.reached().await > part).then_some(());
        kit::eventually(Duration::from_secs(30), "the projector to move", moved).await;
        let moment = chance.below(Duration::from_millis(150));
        sleep(moment).await;
        projector.killed();
        let reached = site.reached().await;
        println!("kill {kill}: {moment:?} after record {part}, at {reached} of {last}");
        assert!(before < reached && reached <= last, "at {reached}");
        if reached == last {
            break;
        }
        in_the_middle += 1;
        before = reached;
    }

    let begun = Instant::now();
    let projector = site.role("projector").await;
    site.caught_up().await;
    assert!(in_the_middle > 0, "it was never killed in the middle");
    println!("the rest: {:?}", begun.elapsed());
    assert_views(&site, DOCUMENTS as u64).await;
    site.verify().await;
    projector.stopped().await;
    site.end().await;
}

/// What the views must add up to after `documents` whole lives.
async fn assert_views(site: &Installation, documents: u64) {
    let count = async |sql: &'static str| {
        let n: i64 = sqlx::query_scalar(sql).fetch_one(&site.pool).await.unwrap();
        u64::try_from(n).unwrap()
    };
    let attended = "select count(*) from documents where status = 'attended'";
    assert_eq!(count(attended).await, documents);
    assert_eq!(
        count("select count(*) from derivations").await,
        documents * 3
    );
    // Of the ten events one has two steps: it sent to two offices.
    let steps = documents * (EVENTS + 1);
    assert_eq!(count("select count(*) from timeline").await, steps);
    assert_eq!(count("select count(*) from inbox_items").await, 0);
    let received = "select sum(n)::bigint from statistics_activity
        where activity = 'derivation_received'";
    assert_eq!(count(received).await, documents * 2);
    let archived = "select count(*) from event_archive";
    assert_eq!(count(archived).await, site.last().await);
}

/// Registers a document under `key`, whatever happens to the server meanwhile.
async fn registered(http: &Http, key: &str) -> Answer {
    loop {
        match http.try_post("/api/v1/documents", key, &document()).await {
            Ok(answer) if answer.status == 201 => return answer,
            Ok(answer) => assert_eq!(answer.status, 503, "{}", answer.text()),
            // Nobody is there, or went away before the answer.
            Err(_) => {}
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_process_killed_under_load_keeps_what_it_acknowledged() {
    const KILLS: u64 = 4;
    const DOCUMENTS: u64 = 1_500;
    const CLIENTS: usize = 32;
    let mut chance = chance();
    let site = Installation::begin("command_killed").await;
    let key = site.key("ana").await;
    let mut desk = Some(site.role("command").await);
    let address = desk.as_ref().unwrap().address;
    let http = desk.as_ref().unwrap().http.with_key(&key);
    let acknowledged = AtomicU64::new(0);

    let register = |n: u64| {
        let (http, acknowledged) = (http.clone(), &acknowledged);
        async move {
            let answer = registered(&http, &format!("k{n}")).await;
            acknowledged.fetch_add(1, Ordering::Relaxed);
            let replayed = answer.header("idempotent-replayed").is_some();
            (n, answer.json(), replayed)
        }
    };
    let clients = iter((0..DOCUMENTS).map(register)).buffer_unordered(CLIENTS);
    let killing = async {
        for kill in 1..=KILLS {
            // Spread over the load: each kill waits for its part of the acknowledgements.
            let part = DOCUMENTS * kill / (KILLS + 1);
            let come = async || (acknowledged.load(Ordering::Relaxed) >= part).then_some(());
            kit::eventually(Duration::from_mins(1), "acknowledgements", come).await;
            sleep(chance.below(Duration::from_millis(50))).await;
            let before = acknowledged.load(Ordering::Relaxed);
            assert!(before < DOCUMENTS, "not killed under load");
            desk.take().unwrap().killed();
            println!("kill {kill}: after {before} acknowledgements");
            desk = Some(site.role_at("command", address).await);
        }
    };
    let (given, ()) = tokio::join!(clients.collect::<Vec<_>>(), killing);

    let replayed = given.iter().filter(|(_, _, replayed)| *replayed).count();
    println!("{replayed} had landed without an answer");
    let numbers: BTreeSet<u64> = given.iter().map(|(_, body, _)| value(body)).collect();
    assert_eq!(numbers, (1..=DOCUMENTS).collect(), "missing or twice");
    let given: BTreeMap<u64, Value> = given.into_iter().map(|(n, body, _)| (n, body)).collect();
    for n in (0..DOCUMENTS).step_by(10) {
        let again = registered(&http, &format!("k{n}")).await;
        assert_eq!(again.json(), given[&n], "k{n}");
    }

    let projector = site.role("projector").await;
    site.caught_up().await;
    let rows: Vec<(uuid::Uuid, String)> = sqlx::query_as("select id, number from documents")
        .fetch_all(&site.pool)
        .await
        .unwrap();
    let stored: BTreeMap<String, String> = rows
        .into_iter()
        .map(|(id, number)| (id.to_string(), number))
        .collect();
    let told = |body: &Value, field: &str| body[field].as_str().unwrap().to_owned();
    let expected: BTreeMap<String, String> = given
        .values()
        .map(|body| (told(body, "id"), told(body, "number")))
        .collect();
    assert_eq!(stored, expected);
    site.verify().await;
    for role in [projector, desk.unwrap()] {
        role.stopped().await;
    }
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_projector_stopped_for_a_while_is_replaced_and_applies_nothing_twice() {
    let site = Installation::begin("projector_paused").await;
    let first = site.role("projector").await;
    let key = site.key("ana").await;
    let command = site.role("command").await;
    let http = command.http.with_key(&key);
    for n in 0..5 {
        let _ = registered(&http, &format!("a{n}")).await;
    }
    site.caught_up().await;
    let second = site.role("projector").await;
    first.process.signal(Signal::STOP);
    for n in 0..5 {
        let _ = registered(&http, &format!("b{n}")).await;
    }
    site.caught_up().await;
    first.process.signal(Signal::CONT);
    for n in 0..20 {
        let _ = registered(&http, &format!("c{n}")).await;
    }
    site.caught_up().await;
    sleep(Duration::from_secs(1)).await;
    site.verify().await;
    for role in [first, second, command] {
        role.stopped().await;
    }
    site.end().await;
}
