//! Roles that are told to stop under load, as a supervisor does at each upgrade: whatever was taken
//! in is answered, whatever was answered is kept, and the process ends soon.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]
#![expect(clippy::print_stdout, reason = "the test tells its figures")]

#[path = "support/installation.rs"]
mod installation;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures::future::join_all;
use kit::http::{Answer, Http};
use serde_json::Value;

use installation::{Installation, Role, document, value};

/// Each with a connection of its own.
const CLERKS: usize = 16;
const READERS: usize = 16;

/// How long a role may take to end: it gives requests in flight 20 s.
const DRAIN: Duration = Duration::from_secs(22);

/// What those who ask have had, until nobody listened any more.
#[derive(Default)]
struct Had {
    answers: AtomicUsize,
}

impl Had {
    /// Asks, again and again, until nobody takes the connection; every answer must be `status`.
    /// One who stood before the door when it closed is cut off, and gives `None` for that.
    async fn until_nobody_listens(
        &self,
        status: u16,
        mut ask: impl AsyncFnMut(usize) -> Result<Answer, kit::http::Error>,
    ) -> Vec<Option<Answer>> {
        let mut all = Vec::new();
        loop {
            match ask(all.len()).await {
                Ok(answer) => {
                    self.answers.fetch_add(1, Ordering::Relaxed);
                    all.push(Some(answer.expect(status)));
                }
                Err(error) if error.is_connect() => return all,
                Err(error) => {
                    assert!(error.is_request(), "an answer broke off: {error:?}");
                    all.push(None);
                }
            }
        }
    }

    /// Waits until there are this many more answers.
    async fn more(&self, answers: usize) {
        let wanted = self.answers.load(Ordering::Relaxed) + answers;
        let come = async || (self.answers.load(Ordering::Relaxed) >= wanted).then_some(());
        kit::eventually(Duration::from_mins(1), "answers under load", come).await;
    }
}

async fn stopped(name: &str, role: Role) {
    let begun = Instant::now();
    role.stopped().await;
    let took = begun.elapsed();
    println!("| {name} | {} ms |", took.as_millis());
    assert!(took < DRAIN, "{name} took {took:?} to end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_told_to_stop_under_load_cut_nobody_off_and_lose_nothing() {
    let site = Installation::begin("stopped").await;
    let key = site.key("ana").await;
    let (command, query) = (site.role("command").await, site.role("query").await);
    let projector = site.role("projector").await;
    let (desk, views) = (command.address, query.address);
    let (written, read) = (Had::default(), Had::default());

    let clerk = |clerk: usize| {
        let (http, written) = (Http::new(desk).with_key(&key), &written);
        async move {
            let register = async |n| {
                let key = format!("c{clerk}-{n}");
                http.try_post("/api/v1/documents", &key, &document()).await
            };
            let answers = written.until_nobody_listens(201, register).await;
            let keyed = answers.into_iter().enumerate();
            keyed
                .map(|(n, answer)| (format!("c{clerk}-{n}"), answer.map(|answer| answer.json())))
                .collect::<Vec<_>>()
        }
    };
    let reader = |reader: usize| {
        let (http, read) = (Http::new(views).with_key(&key), &read);
        async move {
            let look = async |n| {
                let limit = 1 + (reader + n) % 50;
                let path = format!("/api/v1/documents?limit={limit}");
                http.try_get(&path).await
            };
            read.until_nobody_listens(200, look).await
        }
    };
    let stopping = async {
        println!("| told to stop | ended after |");
        written.more(100).await;
        stopped("projector", projector).await;
        written.more(100).await;
        let other = site.role("projector").await;
        read.more(100).await;
        stopped("query", query).await;
        written.more(100).await;
        stopped("command", command).await;
        other
    };
    let (kept, reads, projector) = tokio::join!(
        join_all((0..CLERKS).map(clerk)),
        join_all((0..READERS).map(reader)),
        stopping
    );

    let asked: BTreeMap<String, Option<Value>> = kept.into_iter().flatten().collect();
    let kept: BTreeMap<&String, &Value> = asked
        .iter()
        .filter_map(|(key, body)| Some((key, body.as_ref()?)))
        .collect();
    let reads: Vec<Option<Answer>> = reads.into_iter().flatten().collect();
    let cut = reads.iter().filter(|answer| answer.is_none()).count() + asked.len() - kept.len();
    println!(
        "{} registered, {} read, {cut} came to a door that was just closed",
        kept.len(),
        reads.len()
    );
    assert!(cut < 5, "so many were not just before the door");
    // What was not answered was not taken in: no number is missing, and none is anybody's else.
    let numbers: BTreeSet<u64> = kept.values().map(|body| value(body)).collect();
    let all: BTreeSet<u64> = (1..).take(kept.len()).collect();
    assert_eq!(
        numbers, all,
        "a number is missing, there twice, or nobody's"
    );
    let command = site.role("command").await;
    let http = command.http.with_key(&key);
    for (n, (key, body)) in asked.iter().enumerate() {
        if body.is_some() && n % 5 > 0 {
            continue;
        }
        let again = http.post("/api/v1/documents", key, &document()).await;
        let replayed = again.header("idempotent-replayed") == Some("true");
        assert_eq!(replayed, body.is_some(), "{key}");
        let again = again.expect(201).json();
        assert!(body.as_ref().is_none_or(|body| *body == again), "{key}");
    }
    let last = site.last().await;
    site.caught_up().await;
    assert_eq!(site.reached().await, last);
    site.verify().await;
    command.stopped().await;
    projector.killed();
    site.end().await;
}
