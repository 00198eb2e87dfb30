//! The load: clerks who register, derive, receive and note, each thing under a key of its own, and
//! who ask again under the same key until they know; some ask once more for what is done already.
//! Readers read what is known to be written.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use events::OfficeId;
use futures::future::join_all;
use kit::Chance;
use kit::http::{Answer, Http, Method};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::institution::document;
use crate::ledger::{Attempt, Outcome, Told};
use crate::roles::Role;
use crate::site::Site;

/// Those who write, and those who read.
const CLERKS: u64 = 6;
const READERS: u64 = 2;
/// Between one thing and the next.
const PAUSE: Duration = Duration::from_millis(4);
/// How long an answer is waited for; after that nobody knows.
const ANSWER: Duration = Duration::from_secs(3);
/// How long a read that wants a position is waited for.
const READ: Duration = Duration::from_secs(10);

/// A load on an installation.
#[derive(Debug)]
pub struct Load<'a> {
    site: &'a Site,
    /// What distinguishes its keys from those of other loads.
    name: String,
    seed: u64,
    over: AtomicBool,
    acknowledged: AtomicU64,
    newest: Mutex<Option<Told>>,
    /// What readers and clerks saw that must not be.
    seen: Mutex<Seen>,
}

/// What must not be seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Answers that were older than what was asked for, without a mark.
    pub older: u64,
    /// Answers to the same key that were not the same.
    pub unlike: Vec<String>,
    /// Reads that were answered.
    pub reads: u64,
}

impl<'a> Load<'a> {
    /// A load whose keys begin with `name`.
    #[must_use]
    pub fn new(site: &'a Site, name: &str, seed: u64) -> Self {
        Self {
            site,
            name: name.to_owned(),
            seed,
            over: AtomicBool::new(false),
            acknowledged: AtomicU64::new(0),
            newest: Mutex::default(),
            seen: Mutex::default(),
        }
    }

    /// Runs until [`Load::stop`], and until everything that was asked is settled.
    pub async fn run(&self) {
        let writing = join_all((0..CLERKS).map(|clerk| self.write(clerk)));
        let reading = join_all((0..READERS).map(|reader| self.read(reader)));
        tokio::join!(writing, reading);
    }

    /// Nothing new is asked any more.
    pub fn stop(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// How many commands were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Waits until so many more commands are acknowledged.
    pub async fn goes_on(&self, more: u64) {
        let enough = self.acknowledged() + more;
        let come = async || (self.acknowledged() >= enough).then_some(());
        kit::eventually(Duration::from_mins(1), "the load to go on", come).await;
    }

    /// What must not have been seen.
    pub fn seen(&self) -> Seen {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    async fn write(&self, clerk: u64) {
        let mut chance = Chance::of(self.seed.wrapping_add(clerk));
        let mut n = 0;
        while !self.over.load(Ordering::Relaxed) {
            let key = format!("{}-{clerk}-{n}", self.name);
            let told = self
                .settled("ana", "/documents", &key, &document(), &mut chance)
                .await;
            let path = format!("/documents/{}", told.document);
            for (act, login) in [
                ("derivations", "ana"),
                ("derivations/1/receive", "luis"),
                ("notes", "luis"),
            ] {
                if self.over.load(Ordering::Relaxed) {
                    return;
                }
                sleep(chance.below(PAUSE)).await;
                let (to, key) = (format!("{path}/{act}"), format!("{key}-{act}"));
                self.settled(login, &to, &key, &body(&to), &mut chance)
                    .await;
            }
            n += 1;
        }
    }

    /// Asks under one key, of one command side or the other, until it is known to be done; now and
    /// then once more.
    async fn settled(
        &self,
        login: &str,
        path: &str,
        key: &str,
        body: &Value,
        chance: &mut Chance,
    ) -> Told {
        let mut either = usize::try_from(chance.number(2)).unwrap_or_default();
        let told = loop {
            if let Some(told) = self.ask(either, login, path, key, body).await {
                break told;
            }
            either = 1 - either;
            sleep(PAUSE * 4).await;
        };
        if chance.number(5) == 0
            && let Some(again) = self.ask(1 - either, login, path, key, body).await
            && again != told
        {
            let unlike = format!("{path} {key}: {told:?}, then {again:?}");
            self.note(|seen| seen.unlike.push(unlike));
        }
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = Some(told.clone());
        told
    }

    /// Asks once more, of the other command side, for the last of what was acknowledged: each must
    /// be told the same as before.
    pub async fn again_of_all(&self, most: usize) {
        let attempts = self.site.ledger.read();
        let done = attempts.into_iter().rev().filter(|one| one.told.is_some());
        for (side, one) in (0..).zip(done.take(most)) {
            let body = body(&one.path);
            let again = self.ask(side % 2, &one.login, &one.path, &one.key, &body);
            let again = again.await;
            if again.is_some() && again != one.told {
                let unlike = format!("{} {}: {:?}, then {again:?}", one.path, one.key, one.told);
                self.note(|seen| seen.unlike.push(unlike));
            }
        }
    }

    /// One attempt, entered into the ledger; gives what was acknowledged.
    pub async fn ask(
        &self,
        which: usize,
        login: &str,
        path: &str,
        key: &str,
        body: &Value,
    ) -> Option<Told> {
        let site = self.site;
        let http = Http::new(site.roles.address(Role::Command(which))).with_key(&site.keys[login]);
        let begun = site.ledger.now();
        let request = http.request(Method::POST, &format!("/api/v1{path}"));
        let request = request.header("idempotency-key", key).json(body);
        let answer = http.try_send(request.timeout(ANSWER)).await.ok();
        let outcome = answer.as_ref().map_or(Outcome::Unknown, outcome);
        let told = match (&answer, outcome) {
            (Some(answer), Outcome::Ok) => Some(told(answer)),
            (Some(answer), Outcome::Failed) if !matches!(answer.status.as_u16(), 503 | 507) => {
                panic!("{path} {key}: {} {}", answer.status, answer.text());
            }
            (_, Outcome::Ok | Outcome::Failed | Outcome::Unknown) => None,
        };
        site.ledger.enter(&Attempt {
            begun,
            ended: site.ledger.now(),
            login: login.to_owned(),
            key: key.to_owned(),
            path: path.to_owned(),
            outcome,
            status: answer.map_or(0, |answer| answer.status.as_u16()),
            told: told.clone(),
        });
        told
    }

    async fn read(&self, reader: u64) {
        let http = Http::new(self.site.roles.address(Role::Query));
        let http = http.with_key(&self.site.keys["vera"]);
        let mut chance = Chance::of(self.seed.wrapping_add(1_000 + reader));
        while !self.over.load(Ordering::Relaxed) {
            if let Some(known) = self.newest() {
                let older = is_older(self.site, &http, &known, true).await;
                self.note(|seen| {
                    seen.reads += u64::from(older.is_some());
                    seen.older += u64::from(older == Some(true));
                });
            }
            sleep(chance.below(PAUSE * 4)).await;
        }
    }

    /// What was acknowledged last.
    pub fn newest(&self) -> Option<Told> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.clone()
    }

    fn note(&self, what: impl FnOnce(&mut Seen)) {
        what(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Reads a document that is known to be written, `wanting` its position or not, and says whether
/// the answer is older than that and does not say so; none when there was no answer.
pub async fn is_older(site: &Site, http: &Http, known: &Told, wanting: bool) -> Option<bool> {
    let path = format!("/api/v1/documents/{}", known.document);
    let mut request = http.request(Method::GET, &path).timeout(READ);
    if wanting {
        let least = format!("{}:{}", site.names.log_stream(), known.position);
        request = request.header("mesa-min-position", least);
    }
    let answer = http.try_send(request).await.ok()?;
    let marked = answer.header("mesa-stale") == Some("true");
    match answer.status.as_u16() {
        200 if marked => Some(false),
        200 => Some(answer.json()["version"].as_u64() < Some(known.version)),
        404 => Some(!marked),
        _ => None,
    }
}

/// What is asked with a path.
fn body(path: &str) -> Value {
    if path.ends_with("/derivations") {
        let to = OfficeId::of_code("LOG");
        json!({"targets": [{"office_id": to, "kind": "principal"}]})
    } else if path.ends_with("/notes") {
        json!({"text": "conforme"})
    } else if path.ends_with("/documents") {
        document()
    } else {
        json!({})
    }
}

fn outcome(answer: &Answer) -> Outcome {
    match answer.status.as_u16() {
        200 | 201 => Outcome::Ok,
        503 if answer.json()["type"] == "/problems/outcome-unknown" => Outcome::Unknown,
        500 | 502 | 504 => Outcome::Unknown,
        _ => Outcome::Failed,
    }
}

fn told(answer: &Answer) -> Told {
    let body = answer.json();
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let position = answer.header("mesa-position").unwrap_or_default();
    Told {
        document: text("id"),
        number: text("number"),
        version: body["version"].as_u64().unwrap_or_default(),
        position: position
            .rsplit(':')
            .next()
            .and_then(|sequence| sequence.parse().ok())
            .unwrap_or_default(),
    }
}
