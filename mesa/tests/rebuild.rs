//! Views made anew under load, by the program as an operator runs it: no read fails, none is old
//! without saying so, and what comes out is what the log says; also when it is killed half-way.
//!
//! The large one is asked for by name: `cargo test --release -p mesa --test rebuild -- --ignored`.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[expect(dead_code, reason = "other tests need the rest of it")]
#[path = "support/installation.rs"]
mod installation;
mod support;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use events::OfficeId;
use installation::{Installation, document};
use kit::history::History;
use kit::http::Http;
use support::Mesa;
use tokio::time::sleep;

/// Documents whose histories have about 20,000 events.
const SOME: u64 = 2_200;
/// Documents whose histories have about a million events.
const MANY: u64 = 112_000;

/// An installation with the histories of so many documents in its log; gives how many events.
async fn with_histories(name: &str, documents: u64) -> (Installation, u64) {
    let site = Installation::begin(name).await;
    let jetstream = async_nats::jetstream::new(site.fresh.nats_client().await);
    let (_, events) = History::new(&site.names, documents)
        .publish(&jetstream)
        .await;
    (site, events)
}

fn arguments(site: &Installation, words: &[&str]) -> Vec<String> {
    let words = words.iter().map(|word| (*word).to_owned());
    words.chain(site.log()).chain(site.views()).collect()
}

/// Runs `mesa rebuild` with these words to its end.
async fn rebuild(site: &Installation, words: &[&str], code: i32) -> String {
    let mut all = vec!["rebuild"];
    all.extend(words);
    Mesa::run(arguments(site, &all)).await.with(code)
}

async fn wait_for_views(site: &Installation) {
    let last = site.last().await;
    let there = async || (site.reached().await >= last).then_some(());
    kit::eventually(Duration::from_mins(5), "the projector", there).await;
}

/// What readers and a writer see while `stop` is not said.
struct Load<'a> {
    command: &'a Http,
    query: &'a Http,
    stop: &'a AtomicBool,
    reads: AtomicU64,
    stale: AtomicU64,
}

impl Load<'_> {
    fn goes_on(&self) -> bool {
        !self.stop.load(Ordering::Relaxed)
    }

    /// Registers, and reads what was registered at its position: it is there, or the answer says
    /// that it is old.
    async fn write(&self) -> u64 {
        let mut n = 0;
        while self.goes_on() {
            let key = format!("under-load-{n}");
            let body = document();
            let answer = self.command.post("/api/v1/documents", &key, &body).await;
            let answer = answer.expect(201);
            let position = answer.header("mesa-position").unwrap().to_owned();
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            let wanted = self.query.with("mesa-min-position", &position);
            let path = format!("/api/v1/documents/{id}");
            let read = wanted.try_get(&path).await.unwrap();
            let stale = read.header("mesa-stale").is_some();
            match read.status.as_u16() {
                200 => {}
                404 => assert!(stale, "{key}: not there, and not marked"),
                status => panic!("{key}: {status} {}", read.text()),
            }
            self.stale.fetch_add(u64::from(stale), Ordering::Relaxed);
            n += 1;
            sleep(Duration::from_millis(5)).await;
        }
        n
    }

    /// Reads again and again; the position of answers that are not marked never goes back.
    async fn read(&self, path: &str) {
        let mut reached = 0;
        while self.goes_on() {
            let answer = self.query.try_get(path).await.unwrap();
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            let position = answer.header("mesa-position").unwrap();
            let position: u64 = position.rsplit(':').next().unwrap().parse().unwrap();
            if answer.header("mesa-stale").is_some() {
                self.stale.fetch_add(1, Ordering::Relaxed);
            } else {
                assert!(position >= reached, "{path}: {position} after {reached}");
                reached = position;
            }
            self.reads.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(2)).await;
        }
    }
}

#[expect(clippy::print_stdout, reason = "the figures are of interest")]
async fn rebuilt_under_load(name: &str, documents: u64) {
    let (site, events) = with_histories(name, documents).await;
    let begun = Instant::now();
    let projector = site.role("projector").await;
    wait_for_views(&site).await;
    println!("{events} events projected: {:?}", begun.elapsed());
    // Before the roles begin, which read all keys before they serve.
    let (ana, root) = (site.key("ana").await, site.key("root").await);
    let (command, query) = (site.role("command").await, site.role("query").await);
    let writer = command.http.with_key(&ana);
    let reader = query.http.with_key(&root);
    let stop = AtomicBool::new(false);
    let load = Load {
        command: &writer,
        query: &reader,
        stop: &stop,
        reads: AtomicU64::new(0),
        stale: AtomicU64::new(0),
    };
    let inbox = format!("/api/v1/offices/{}/inbox", OfficeId::of_code("MP"));
    let working = async {
        let begun = Instant::now();
        let said = rebuild(&site, &["--all"], 0).await;
        println!("rebuilt under load: {:?}\n{said}", begun.elapsed());
        assert!(said.contains("generation 2"), "{said}");
        let back = rebuild(&site, &["--rollback"], 0).await;
        assert!(back.contains("generation 1"), "{back}");
        let one = rebuild(&site, &["--view=timeline", "--view=inbox"], 0).await;
        assert!(one.contains("timeline, inbox"), "{one}");
        stop.store(true, Ordering::Relaxed);
    };
    let (registered, (), (), (), ()) = tokio::join!(
        load.write(),
        load.read("/api/v1/documents?limit=20"),
        load.read(&inbox),
        load.read("/api/v1/statistics"),
        working,
    );
    let (reads, stale) = (load.reads.into_inner(), load.stale.into_inner());
    println!("{registered} registered and {reads} read meanwhile, {stale} marked stale");
    assert!(registered > 0 && reads > 0);
    wait_for_views(&site).await;
    site.verify().await;
    let dropped = rebuild(&site, &["--drop-old"], 0).await;
    assert!(dropped.contains("dropped"), "{dropped}");
    for role in [projector, command, query] {
        role.stopped().await;
    }
    site.verify().await;
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_are_rebuilt_and_rolled_back_under_reads_and_commands() {
    rebuilt_under_load("rebuilt_under_load", SOME).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and a release build: figures of docs/performance.md"]
async fn views_of_a_million_events_are_rebuilt_under_reads_and_commands() {
    rebuilt_under_load("rebuilt_million", MANY).await;
}

/// How fast it is with nothing else to do: the figure in the documents.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes, and a release build"]
async fn a_million_events_are_folded_into_an_empty_database() {
    let (site, events) = with_histories("rebuilt_alone", MANY).await;
    let begun = Instant::now();
    let said = rebuild(&site, &["--all"], 0).await;
    println!(
        "{events} events, all together {:?}\n{said}",
        begun.elapsed()
    );
    site.verify().await;
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_killed_anywhere_leaves_what_is_read_and_is_gone_on_with() {
    let (site, _) = with_histories("rebuild_killed", 400).await;
    let projector = site.role("projector").await;
    wait_for_views(&site).await;
    let mut killed = 0;
    for moment in [40, 150, 300, 500, 800, 1_200, 1_700] {
        let running = Mesa::begin(arguments(&site, &["rebuild", "--all"]));
        sleep(Duration::from_millis(moment)).await;
        if running.said().contains("generation") {
            drop(running);
            break;
        }
        drop(running);
        killed += 1;
        site.verify().await;
    }
    println!("killed {killed} times");
    assert!(killed > 0);
    let told = async || {
        let ended = Mesa::run(arguments(&site, &["rebuild", "--all"])).await;
        if ended.said.contains("another rebuild is at work") {
            return None;
        }
        Some(ended.with(0))
    };
    let said = kit::eventually(Duration::from_mins(1), "a rebuild", told).await;
    assert!(said.contains("are read from generation"), "{said}");
    site.verify().await;
    projector.stopped().await;
    site.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_view_is_refused_until_it_is_accepted_and_then_healed() {
    let (site, _) = with_histories("rebuild_damaged", 100).await;
    let projector = site.role("projector").await;
    wait_for_views(&site).await;
    sqlx::query("update timeline set folios = folios + 1 where event_number = 1")
        .execute(&site.pool)
        .await
        .unwrap();
    let _ = site.verified(1).await;
    let refused = rebuild(&site, &["--view=timeline"], 1).await;
    assert!(refused.contains("not switched: timeline"), "{refused}");
    let other = rebuild(&site, &["--all"], 1).await;
    assert!(other.contains("--abandon"), "{other}");
    let shown = Mesa::run(arguments(&site, &["projections"])).await.with(0);
    assert!(shown.contains("next"), "{shown}");
    let healed = rebuild(&site, &["--accept-differences"], 0).await;
    assert!(healed.contains("timeline are read"), "{healed}");
    site.verify().await;
    let nothing = rebuild(&site, &["--abandon"], 0).await;
    assert!(nothing.contains("forgot"), "{nothing}");
    projector.stopped().await;
    site.end().await;
}
