//! A small steady load: clerks who register and note, and who ask again until they know; readers
//! who read what was written.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use events::OfficeId;
use futures::future::join_all;
use kit::http::Http;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::ledger::{Known, Ledger, Said, sequence};
use crate::support::{Site, document};

/// Those who write, and those who read.
const CLERKS: usize = 2;
const READERS: usize = 3;
/// Between one thing and the next.
const PAUSE: Duration = Duration::from_millis(15);
/// Notes that follow each registration.
const NOTES: u64 = 3;

/// A load on an institution.
pub(crate) struct Load<'a> {
    pub(crate) site: &'a Site,
    ledger: Mutex<Ledger>,
    over: AtomicBool,
}

impl<'a> Load<'a> {
    /// Runs `story` under load, until it ends; then everything that was asked must have happened
    /// once, and the views must be what the log says.
    pub(crate) async fn during<T>(site: &'a Site, story: impl AsyncFnOnce(&Self) -> T) -> T {
        let load = Self {
            site,
            ledger: Mutex::default(),
            over: AtomicBool::new(false),
        };
        let writing = join_all((0..CLERKS).map(|clerk| load.write(clerk)));
        let reading = join_all((0..READERS).map(|reader| load.read(reader)));
        let telling = async {
            let there = async || load.ledger().newest.clone();
            kit::eventually(Duration::from_secs(20), "a first document", there).await;
            load.ledger().catches_up(true);
            let told = story(&load).await;
            load.over.store(true, Ordering::Relaxed);
            told
        };
        let (_, _, told) = tokio::join!(writing, reading, telling);
        load.check().await;
        told
    }

    /// What is in the ledger; not to be held across an await.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap()
    }

    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    async fn write(&self, clerk: usize) {
        let mut n = 0;
        while self.goes_on() {
            let (key, asked) = (format!("c{clerk}-{n}"), document());
            let (body, position) = self.settled("/documents", &key, &asked).await;
            let path = format!("/documents/{}", body["id"].as_str().unwrap());
            let mut known = Known {
                number: body["number"].as_str().unwrap().to_owned(),
                version: 1,
                position,
            };
            self.ledger().acknowledged(&path, known.clone());
            for note in 0..NOTES {
                sleep(PAUSE).await;
                let (to, key) = (format!("{path}/notes"), format!("c{clerk}-{n}-{note}"));
                let text = json!({"text": format!("nota {note}")});
                let (body, position) = self.settled(&to, &key, &text).await;
                known.version += 1;
                known.position = position;
                assert_eq!(body["version"], known.version, "{body}");
                self.ledger().acknowledged(&path, known.clone());
            }
            n += 1;
        }
    }

    /// Asks, under one key, until it is known to be done; gives the answer and its position.
    async fn settled(&self, path: &str, key: &str, body: &Value) -> (Value, u64) {
        loop {
            let begun = Instant::now();
            let answer = self.site.post("ana", path, key, body).await;
            if self.ledger().command(begun, &answer) == Said::Good {
                return (answer.json(), sequence(&answer));
            }
            sleep(PAUSE).await;
        }
    }

    async fn read(&self, reader: usize) {
        let http = self.site.reader();
        let desk = OfficeId::of_code("MP");
        let lists = [
            "/documents?limit=5".to_owned(),
            format!("/offices/{desk}/inbox?tray=in_office&limit=5"),
            "/statistics".to_owned(),
        ];
        let mut n = reader;
        while self.goes_on() {
            let newest = self.ledger().newest.clone();
            if let (Some(path), true) = (newest, n.is_multiple_of(2)) {
                self.read_own(&http, &path).await;
            } else {
                let path = format!("/api/v1{}", lists[n / 2 % lists.len()]);
                let begun = Instant::now();
                let answer = http.get(&path).await;
                self.ledger().read(begun, None, &answer);
            }
            n += 1;
            sleep(PAUSE).await;
        }
    }

    /// Reads what is known to have been written to a document.
    pub(crate) async fn read_own(&self, http: &Http, path: &str) -> Said {
        let known = self.ledger().documents[path].clone();
        let least = format!("{}:{}", self.site.names.log_stream(), known.position);
        let wanting = http.with("mesa-min-position", &least);
        let begun = Instant::now();
        let answer = wanting.get(&format!("/api/v1{path}")).await;
        let said = self.ledger().read(begun, Some(known.position), &answer);
        if said == Said::Good {
            let body = answer.json();
            assert!(
                body["version"].as_u64().unwrap() >= known.version,
                "{known:?}: {body}"
            );
        }
        said
    }

    /// Everything that was acknowledged is there, once, and nothing else.
    async fn check(&self) {
        self.site.verify().await;
        let (documents, effects) = {
            let ledger = self.ledger();
            (ledger.documents.clone(), ledger.len())
        };
        let mut numbers: Vec<usize> = Vec::new();
        for (path, known) in &documents {
            let least = format!("{}:{}", self.site.names.log_stream(), known.position);
            let body = self.site.read(path, &least).await;
            assert_eq!(body["version"], known.version, "{body}");
            assert_eq!(body["remarks"], known.version - 1, "{body}");
            assert_eq!(body["number"], known.number);
            numbers.push(known.number.rsplit('-').next().unwrap().parse().unwrap());
        }
        numbers.sort_unstable();
        let all: Vec<usize> = (1..=documents.len()).collect();
        assert_eq!(numbers, all, "a number is missing or there twice");
        println!("{effects} acknowledged, each once; views as the log");
    }
}
