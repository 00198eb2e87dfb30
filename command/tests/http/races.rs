//! Many at once, lost answers, and servers that go away.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::setup::{Instance, Site, document, serve};
use futures::StreamExt;
use futures::stream::iter;
use kit::http::Http;
use serde_json::{Value, json};

fn value(number: &Value) -> u64 {
    let text = number.as_str().unwrap();
    text.rsplit('-').next().unwrap().parse().unwrap()
}

async fn register(http: &Http, key: &str) -> u64 {
    loop {
        let answer = http.post("/api/v1/documents", key, &document()).await;
        if answer.status == 201 {
            return value(&answer.json()["number"]);
        }
        assert_eq!(answer.status, 503, "{}", answer.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_give_every_number_once_and_a_retry_the_same() {
    const DOCUMENTS: u64 = 2_000;
    let site = Site::begin("numbers").await;
    let other = serve(&site.fresh).await;
    let clients = [site.of("ana"), site.at(&other, "ana")];
    let one = |n: u64| {
        let http = clients[usize::from(n.is_multiple_of(2))].clone();
        async move { (n, register(&http, &format!("k{n}")).await) }
    };
    let begun = std::time::Instant::now();
    let given: BTreeMap<u64, u64> = iter((0..DOCUMENTS).map(one))
        .buffer_unordered(64)
        .collect()
        .await;
    println!(
        "{DOCUMENTS} documents, 64 clients, 2 instances: {:?}",
        begun.elapsed()
    );
    let series = events::Aggregate::Series("EXP-2026".parse().unwrap());
    let batches = site.app().shell.log.read(&series, 0).await.unwrap();
    println!("{} batches", batches.len());
    let numbers: BTreeSet<u64> = given.values().copied().collect();
    assert_eq!(numbers, (1..=DOCUMENTS).collect());
    for n in (0..DOCUMENTS).step_by(97) {
        let http = &clients[usize::from(!n.is_multiple_of(2))];
        assert_eq!(register(http, &format!("k{n}")).await, given[&n], "k{n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retries_that_share_a_batch_with_others_disturb_nobody() {
    let site = Site::begin("mixed").await;
    let other = serve(&site.fresh).await;
    let clients = [site.of("ana"), site.at(&other, "ana")];
    // Every key is used four times, at once, at both instances.
    let one = |n: u64| {
        let http = clients[usize::from(n.is_multiple_of(2))].clone();
        async move { (n / 4, register(&http, &format!("k{}", n / 4)).await) }
    };
    let answers: Vec<(u64, u64)> = iter((0..800).map(one)).buffer_unordered(64).collect().await;
    let mut given = BTreeMap::new();
    for (key, number) in answers {
        assert_eq!(*given.entry(key).or_insert(number), number, "k{key}");
    }
    let numbers: BTreeSet<u64> = given.values().copied().collect();
    assert_eq!(numbers, (1..=200).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_whose_client_went_away_is_found_by_the_retry() {
    let site = Site::begin("lost").await;
    let http = site.of("ana");
    for n in 0..60_u64 {
        let key = format!("k{n}");
        let request = register(&http, &key);
        let patience = Duration::from_micros(n * 150);
        drop(tokio::time::timeout(patience, request).await);
        let number = register(&http, &key).await;
        assert_eq!(number, n + 1, "a lost answer took a number of its own");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_editors_of_one_document_each_have_one_effect() {
    let site = Site::begin("editors").await;
    let other = serve(&site.fresh).await;
    let id = site.registered("k").await;
    let path = format!("/api/v1/documents/{id}/notes");
    let clients = [site.of("ana"), site.at(&other, "ana")];
    let edit = |n: usize| {
        let (http, path) = (clients[n % 2].clone(), path.clone());
        async move {
            let body = json!({"text": format!("nota {n}")});
            let mut tries = 1;
            loop {
                let answer = http.post(&path, &format!("n{n}"), &body).await;
                if answer.status == 201 {
                    return (answer.json()["version"].as_u64().unwrap(), tries);
                }
                assert_eq!(answer.status, 409, "{}", answer.text());
                tries += 1;
            }
        }
    };
    let answers: Vec<(u64, u32)> = iter((0..64).map(edit)).buffer_unordered(64).collect().await;
    let versions: BTreeSet<u64> = answers.iter().map(|(version, _)| *version).collect();
    assert_eq!(versions, (2..=65).collect(), "each note is one version");
    let again: u32 = answers.iter().map(|(_, tries)| tries - 1).sum();
    println!("64 editors at 2 instances: {again} answers of 409");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_times_the_same_request_at_once_is_one_effect() {
    let site = Site::begin("one_key").await;
    let other = serve(&site.fresh).await;
    let id = site.registered("k").await;
    let path = format!("/api/v1/documents/{id}/notes");
    let clients = [site.of("ana"), site.at(&other, "ana")];
    let ask = |n: usize| {
        let (http, path) = (clients[n % 2].clone(), path.clone());
        async move {
            http.post(&path, "same", &json!({"text": "una"}))
                .await
                .expect(201)
                .json()
        }
    };
    let answers: Vec<Value> = iter((0..64).map(ask)).buffer_unordered(64).collect().await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0]["version"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_killed_loses_nothing_that_was_answered() {
    let mut servers = kit::OwnServers::start(kit::Profile::Durable).await;
    let site = Site::begin_on(servers.fresh("killed").await).await;
    let http = site.of("ana");
    let before = register(&http, "before").await;
    let clients: Vec<_> = (0..16)
        .map(|n| (http.clone(), format!("during{n}")))
        .collect();
    let one = |(http, key): (Http, String)| async move {
        let number = register(&http, &key).await;
        (key, number)
    };
    let during = iter(clients.into_iter().map(one)).buffer_unordered(16);
    let killing = async {
        tokio::time::sleep(Duration::from_millis(3)).await;
        servers.kill(kit::Kind::Nats);
        tokio::time::sleep(Duration::from_millis(500)).await;
        servers.start_one(kit::Kind::Nats).await;
    };
    let (given, ()) = tokio::join!(during.collect::<Vec<_>>(), killing);
    let mut numbers: BTreeSet<u64> = given.iter().map(|(_, number)| *number).collect();
    numbers.insert(before);
    assert_eq!(numbers, (1..=17).collect(), "no number twice, none lost");
    for (key, number) in given {
        assert_eq!(register(&http, &key).await, number, "{key}");
    }
    drop::<Instance>(site.instance);
}
