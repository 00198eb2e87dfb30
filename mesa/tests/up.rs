//! `mesa up` as somebody meets it who has only this program: begin, try what it says, stop, begin
//! again, and what becomes of it when it is killed.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "support/place.rs"]
mod place;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use kit::http::{Answer, Http};
use reqwest::Method;
use rustix::process::Signal;
use serde_json::Value;

use place::{Place, assert_nobody_names, processes};
use support::{Ended, Mesa, free_address};

/// How long a first run may take: it may have to fetch the servers.
const BEGIN: Duration = Duration::from_mins(3);
/// How long a view may take to show what was written.
const SHOW: Duration = Duration::from_secs(10);
const PEOPLE: [&str; 5] = ["registrar", "officer.oaj", "officer.gdu", "head", "admin"];

/// A running `mesa up`, and what its banner says.
struct Up {
    mesa: Mesa,
    http: Http,
    banner: String,
}

impl Up {
    async fn begin(data: &Path, others: &[String]) -> Self {
        let address = free_address();
        let mut arguments = arguments(data, &address.to_string());
        arguments.extend_from_slice(others);
        let mesa = Mesa::begin(arguments);
        let banner = kit::eventually(BEGIN, "the banner of mesa up", async || {
            let said = mesa.said();
            let told = said.split_once("see the totals\n");
            let complete = told.is_some_and(|(_, last)| last.contains('\n'));
            let failed = said.contains("mesa: ");
            assert!(!failed, "{said}");
            complete.then_some(said)
        })
        .await;
        assert!(
            banner.contains(&format!("Mesa is ready at http://{address} ")),
            "{banner}"
        );
        Self {
            mesa,
            http: Http::new(address),
            banner,
        }
    }

    /// The key that the banner shows for `login`.
    fn key(&self, login: &str) -> String {
        let line = self
            .banner
            .lines()
            .find(|line| line.trim_start().starts_with(&format!("{login} ")));
        let key = line.unwrap().split_whitespace().nth(1).unwrap();
        assert!(key.starts_with("mesa_"), "{key}");
        key.to_owned()
    }

    /// The curl lines that the banner shows.
    fn attempts(&self) -> Vec<String> {
        let lines = self.banner.lines().filter(|line| line.starts_with("curl "));
        lines.map(str::to_owned).collect()
    }

    async fn register(&self, key: &str) -> Value {
        let body = body_of(&self.attempts()[0]);
        let http = self.http.with_key(&self.key("registrar"));
        let answer = http.post("/api/v1/documents", key, &body).await;
        answer.expect(201).json()
    }

    /// The document `id`, once the views show it.
    async fn document(&self, id: &Value) -> Value {
        let http = self.http.with_key(&self.key("head"));
        let path = format!("/api/v1/documents/{}", id.as_str().unwrap());
        kit::eventually(SHOW, "the document", async || {
            let answer = http.get(&path).await;
            (answer.status == 200).then(|| answer.json())
        })
        .await
    }

    async fn interrupted(self) -> Ended {
        self.mesa.told(Signal::INT).await
    }
}

fn arguments(data: &Path, address: &str) -> Vec<String> {
    let data = data.display();
    vec![
        "up".to_owned(),
        format!("--data={data}"),
        format!("--listen={address}"),
    ]
}

/// The words of a shell line, without their quotes, and with `$(cat FILE)` carried out.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, ' ') => words.push(String::new()),
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.into_iter().map(|word| filled_in(&word)).collect()
}

fn filled_in(word: &str) -> String {
    let Some((before, rest)) = word.split_once("$(cat ") else {
        return word.to_owned();
    };
    let (file, after) = rest.split_once(')').unwrap();
    let text = fs::read_to_string(PathBuf::from(file)).unwrap();
    format!("{before}{}{after}", text.trim_end())
}

fn body_of(line: &str) -> Value {
    let words = words(line);
    let at = words.iter().position(|word| word == "-d").unwrap();
    serde_json::from_str(&words[at + 1]).unwrap()
}

/// Asks what a printed curl line asks, byte for byte.
async fn ask(line: &str) -> Answer {
    let mut words = words(line).into_iter().skip(1);
    let (mut url, mut body, mut headers) = (None, None, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => {}
            "-d" => body = words.next(),
            "-H" => headers.extend(words.next()),
            _ => url = Some(word),
        }
    }
    let mut http = Http::new(url.unwrap());
    for header in headers {
        let (name, value) = header.split_once(": ").unwrap();
        http = http.with(name, value);
    }
    match body {
        Some(body) => http.send(http.request(Method::POST, "").body(body)).await,
        None => http.get("").await,
    }
}

/// The answer to a printed curl line, asked by curl from a shell; none when there is no curl.
fn curl(line: &str) -> Option<Value> {
    let there = Command::new("curl").arg("--version").output().is_ok();
    there.then(|| {
        let output = Command::new("sh").args(["-c", line]).output().unwrap();
        assert!(output.status.success(), "{line}");
        serde_json::from_slice(&output.stdout).unwrap()
    })
}

/// Asks what the banner proposes, in its order, and gives the document that came of it.
async fn try_out(up: &Up) -> Value {
    let attempts = up.attempts();
    assert_eq!(attempts.len(), 3, "{}", up.banner);
    let document = ask(&attempts[0]).await.expect(201).json();
    let id = document["id"].clone();
    assert!(
        document["number"].as_str().unwrap().ends_with("-000001"),
        "{document}"
    );
    up.document(&id).await;
    let inbox = ask(&attempts[1]).await.expect(200).json();
    assert_eq!(inbox["counters"]["in_office"], 1, "{inbox}");
    assert_eq!(inbox["items"][0]["document_id"], id);
    let totals = ask(&attempts[2]).await.expect(200).json();
    assert_eq!(totals["documents"]["total"], 1, "{totals}");
    if let Some(again) = curl(&attempts[0]) {
        assert_eq!(
            again, document,
            "the same key is the same request, whoever asks"
        );
        assert_eq!(curl(&attempts[1]), Some(inbox));
        assert_eq!(curl(&attempts[2]), Some(totals));
    }
    document
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_begun_stopped_killed_and_begun_again_goes_on_where_it_was() {
    let place = Place::new();
    let data = place.data();

    let up = Up::begin(&data, &[]).await;
    let keys = PEOPLE.map(|login| up.key(login));
    let first = try_out(&up).await;
    let health = Mesa::run(["health", "--url", &url(&up, "/readyz")]).await;
    let ready: Value = serde_json::from_str(&health.with(0)).unwrap();
    assert_eq!(ready["state"], "ready", "{ready}");
    Mesa::run(["verify", "--data", &data.to_string_lossy()])
        .await
        .with(0);
    let calendar = ["calendar", "national", "--data", &data.to_string_lossy()];
    let told = Mesa::run(calendar).await.with(0);
    assert!(told.contains("are all declared"), "{told}");
    let said = up.interrupted().await.with(0);
    assert!(said.contains("Stopped. The data stays in "), "{said}");
    assert_nobody_names(&data);

    // A second run: the same people, the same document, the next number.
    let up = Up::begin(&data, &[]).await;
    assert_eq!(PEOPLE.map(|login| up.key(login)), keys);
    assert_eq!(up.document(&first["id"]).await["number"], first["number"]);
    let second = up.register("second").await;
    assert!(second["number"].as_str().unwrap().ends_with("-000002"));

    // Killed: its servers live on, until the next run finds and ends them.
    let before = processes(&data);
    up.mesa.killed();
    let orphans = processes(&data);
    assert!(
        orphans.len() >= 3,
        "the servers should have outlived it: {before:?} {orphans:?}"
    );
    let up = Up::begin(&data, &[]).await;
    assert!(
        !processes(&data).iter().any(|pid| orphans.contains(pid)),
        "a server of the killed run still lives"
    );
    for document in [&first, &second] {
        let shown = up.document(&document["id"]).await;
        assert_eq!(shown["number"], document["number"]);
    }
    let third = up.register("third").await;
    assert!(third["number"].as_str().unwrap().ends_with("-000003"));

    // Beside it nobody else has its folder or its address.
    let address = url(&up, "").split_off("http://".len());
    let elsewhere = data.with_file_name("other");
    let refused = Mesa::run(arguments(&elsewhere, &address)).await.with(1);
    assert!(
        refused.contains(&format!(
            "mesa: cannot listen on {address}: choose another address with --listen"
        )),
        "{refused}"
    );
    assert!(!elsewhere.exists(), "nothing was begun");
    let refused = Mesa::run(arguments(&data, &free_address().to_string()))
        .await
        .with(1);
    assert!(refused.contains("mesa: another"), "{refused}");
    assert_eq!(up.document(&third["id"]).await["number"], third["number"]);

    up.document(&third["id"]).await;
    Mesa::run(["verify", "--data", &data.to_string_lossy()])
        .await
        .with(0);
    up.interrupted().await.with(0);
    assert_nobody_names(&data);
}

fn url(up: &Up, path: &str) -> String {
    let (_, rest) = up.banner.split_once("http://").unwrap();
    let address = rest.split_whitespace().next().unwrap();
    format!("http://{address}{path}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_named_are_used_and_none_is_started() {
    let fresh = kit::Env::get().await.fresh("up_elsewhere").await;
    let place = Place::new();
    let data = place.data();
    let servers = named(&fresh);
    let up = Up::begin(&data, &servers).await;
    try_out(&up).await;
    assert_eq!(processes(&data).len(), 1, "only mesa itself");
    assert!(!data.join("nats").exists() && !data.join("postgres").exists());
    let pool = fresh.pool().await;
    let numbers: Vec<String> = sqlx::query_scalar("select number from documents")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(numbers.len(), 1);
    up.interrupted().await.with(0);
    assert_nobody_names(&data);

    // The servers are still there for another run.
    let up = Up::begin(&data, &servers).await;
    let second = up.register("second").await;
    assert!(second["number"].as_str().unwrap().ends_with("-000002"));
    up.mesa.told(Signal::TERM).await.with(0);
    assert_nobody_names(&data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_run_that_is_cut_short_is_finished_by_a_later_one() {
    let fresh = kit::Env::get().await.fresh("up_cut_short").await;
    let place = Place::new();
    let data = place.data();
    let servers = named(&fresh);
    let keys = data.join("keys");
    let mut cut_short = 0;
    // Killed when the first run has begun, and then after each key that it has kept.
    for kept in 0..PEOPLE.len() {
        let mut arguments = arguments(&data, &free_address().to_string());
        arguments.extend_from_slice(&servers);
        let mesa = Mesa::begin(arguments);
        let has_kept = || fs::read_dir(&keys).map_or(0, Iterator::count) > kept;
        let watched = async {
            while !has_kept() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(BEGIN, watched).await.unwrap();
        mesa.killed();
        cut_short += usize::from(keys.join(".unfinished").exists());
    }
    println!("{cut_short} runs were cut short");
    assert!(cut_short > 1, "the first run is not interrupted");
    let up = Up::begin(&data, &servers).await;
    for login in PEOPLE {
        let http = up.http.with_key(&up.key(login));
        let offices = http.get("/api/v1/offices").await.expect(200).json();
        assert_eq!(offices["items"].as_array().unwrap().len(), 5, "{login}");
    }
    try_out(&up).await;
    up.interrupted().await.with(0);
}

/// The arguments that name the servers of `fresh`.
fn named(fresh: &kit::Fresh) -> [String; 4] {
    [
        format!("--nats-url={}", fresh.nats_url),
        format!("--database-url={}", fresh.database_url),
        format!("--redis-url={}", fresh.redis_url),
        format!("--namespace={}", fresh.namespace),
    ]
}
