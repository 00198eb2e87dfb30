//! Each role in a process of its own, as a supervisor runs them, under many clients at once.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "roles/files.rs"]
mod files;
#[path = "support/installation.rs"]
mod installation;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::iter;
use kit::http::{Answer, Http};
use serde_json::{Value, json};

use installation::{Installation, document, value};
use support::{Mesa, free_address};

const DOCUMENTS: u64 = 2_000;
const CLIENTS: usize = 64;

/// Registers a document under `key`, asking again while the server says that this helps.
async fn registered(http: &Http, key: &str) -> Answer {
    loop {
        let answer = http.post("/api/v1/documents", key, &document()).await;
        if answer.status == 201 {
            return answer;
        }
        assert_eq!(answer.status, 503, "{}", answer.text());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Walks the list of documents to its end, and gives the numbers in it.
async fn listed(http: &Http) -> Vec<u64> {
    let mut numbers = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/api/v1/documents?sort=number&order=asc&limit=200{next}");
        let page = http.get(&path).await.expect(200).json();
        numbers.extend(page["items"].as_array().unwrap().iter().map(value));
        match page["next"].as_str() {
            Some(after) => next = format!("&cursor={after}"),
            None => return numbers,
        }
    }
}

async fn healthy(url: &str, code: i32) -> String {
    Mesa::run(["health", "--url", url]).await.with(code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_at_two_processes_get_every_number_once() {
    let site = Installation::begin("roles").await;
    let key = site.key("ana").await;
    let (one, two) = (site.role("command").await, site.role("command").await);
    let (projector, query) = (site.role("projector").await, site.role("query").await);
    let desks = [one.http.with_key(&key), two.http.with_key(&key)];

    let begun = Instant::now();
    let register = |n: u64| {
        let desk = desks[usize::from(n.is_multiple_of(2))].clone();
        async move { (n, registered(&desk, &format!("k{n}")).await.json()) }
    };
    let given: BTreeMap<u64, Value> = iter((0..DOCUMENTS).map(register))
        .buffer_unordered(CLIENTS)
        .collect()
        .await;
    println!("{DOCUMENTS} registrations: {:?}", begun.elapsed());
    let numbers: BTreeSet<u64> = given.values().map(value).collect();
    assert_eq!(numbers, (1..=DOCUMENTS).collect(), "missing or twice");

    for n in (0..DOCUMENTS).step_by(20) {
        let other = &desks[usize::from(!n.is_multiple_of(2))];
        let again = registered(other, &format!("k{n}")).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "k{n}");
        assert_eq!(again.json(), given[&n], "k{n}");
    }

    site.caught_up().await;
    let reader = query.http.with_key(&key);
    let position = format!("{}:{}", site.names.log_stream(), site.last().await);
    let reader = reader.with("mesa-min-position", &position);
    assert_eq!(listed(&reader).await, (1..=DOCUMENTS).collect::<Vec<_>>());
    let totals = reader.get("/api/v1/statistics").await.expect(200).json();
    assert_eq!(totals["documents"]["total"], DOCUMENTS);
    let series = reader.get("/api/v1/series").await.expect(200).json();
    assert_eq!(series["items"][0]["next"], DOCUMENTS + 1, "{series}");
    site.verify().await;

    // A row that was tampered with is found and named.
    sqlx::query("update documents set subject = 'otro asunto' where number like '%-000007'")
        .execute(&site.pool)
        .await
        .unwrap();
    let said = site.verified(1).await;
    assert!(said.contains("otro asunto"), "{said}");
    assert!(said.trim_end().ends_with("there are differences"), "{said}");

    let urls =
        [&one, &two, &projector, &query].map(|role| format!("http://{}/readyz", role.address));
    for url in &urls {
        let ready: Value = serde_json::from_str(&healthy(url, 0).await).unwrap();
        assert_eq!(ready["state"], "ready", "{ready}");
    }
    one.killed();
    for role in [two, projector, query] {
        role.stopped().await;
    }
    for url in &urls {
        healthy(url, 1).await;
    }
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_cannot_work_is_not_healthy_and_says_why() {
    let site = Installation::begin("unhealthy").await;
    let nobody = free_address();
    let nowhere = format!("--nats-url=nats://{nobody}");
    let said = Mesa::run(["command", &nowhere]).await.with(1);
    assert!(said.contains(&nobody.to_string()), "{said}");

    // The projector waits for a database that is away, and is not ready meanwhile.
    let address = free_address();
    let projector = Mesa::begin([
        "projector".to_owned(),
        format!("--listen={address}"),
        format!("--nats-url={}", site.fresh.nats_url),
        format!("--namespace={}", site.fresh.namespace),
        format!("--database-url=postgres://mesa@{nobody}/mesa"),
        format!("--redis-url={}", site.fresh.redis_url),
    ]);
    let url = format!("http://{address}/livez");
    kit::eventually(Duration::from_secs(20), "the projector", async || {
        let ended = Mesa::run(["health", "--url", &url]).await;
        ended.status.success().then_some(())
    })
    .await;
    let said = healthy(&format!("http://{address}/readyz"), 1).await;
    assert!(
        said.contains("\"unready\"") && said.contains("answered 503"),
        "{said}"
    );
    projector.told(rustix::process::Signal::TERM).await.with(0);
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_opens_nothing_a_second_later() {
    let site = Installation::begin("revoked").await;
    let key = site.key("root").await;
    let (one, two) = (site.role("command").await, site.role("command").await);
    let query = site.role("query").await;
    let root = one.http.with_key(&key);
    let ana = events::UserId::of_login("ana");
    let second = Duration::from_secs(1);

    for round in 1..=5 {
        let body = json!({"user_id": ana, "name": "ventanilla"});
        let issued = root
            .post("/api/v1/api-keys", &format!("issue{round}"), &body)
            .await
            .expect(201)
            .json();
        let key = issued["key"].as_str().unwrap();
        let [here, there, reading] =
            [&one.http, &two.http, &query.http].map(|http| http.with_key(key));
        let n = std::cell::Cell::new(0);
        let opens = async |status: u16| {
            n.set(n.get() + 1);
            let unique = format!("{round}.{status}.{}", n.get());
            let (body, keys) = (document(), ["a", "b"].map(|at| format!("{at}{unique}")));
            let (first, second, third) = tokio::join!(
                here.post("/api/v1/documents", &keys[0], &body),
                there.post("/api/v1/documents", &keys[1], &body),
                reading.get("/api/v1/offices"),
            );
            let read = if status == 201 { 200 } else { status };
            let as_told = first.status == status && second.status == status;
            (as_told && third.status == read).then_some(())
        };
        kit::eventually(second, "the new key", async || opens(201).await).await;
        let path = format!("/api/v1/api-keys/{}/revoke", issued["id"].as_str().unwrap());
        let reason = json!({"reason": "perdida"});
        let revoked = root.post(&path, &format!("revoke{round}"), &reason).await;
        let _ = revoked.expect(200);
        kit::eventually(second, "the revocation", async || opens(401).await).await;
        for _ in 0..3 {
            assert_eq!(opens(401).await, Some(()), "a revoked key opened again");
        }
    }
    for role in [one, two, query] {
        role.stopped().await;
    }
    site.end().await;
}
