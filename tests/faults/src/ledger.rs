//! What was asked and what came of it: one line of JSON for each attempt, in a file outside of the
//! system, written before the next thing is asked.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use serde::{Deserialize, Serialize};

/// So many lines are told when a run fails.
const LAST: usize = 12;

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was acknowledged.
    Ok,
    /// It was refused with the promise that nothing was done.
    Failed,
    /// Nobody knows: there was no answer, or one that says so.
    Unknown,
}

/// One attempt.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began, in microseconds of the ledger.
    pub begun: u64,
    /// When its outcome was there.
    pub ended: u64,
    /// The user whose key it is.
    pub login: String,
    /// Its idempotency key.
    pub key: String,
    /// What was asked, below `/api/v1`.
    pub path: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The status of the answer; 0 when there was none.
    pub status: u16,
    /// What was acknowledged.
    pub told: Option<Told>,
}

/// What an acknowledgement says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The document.
    pub document: String,
    /// Its number.
    pub number: String,
    /// The version of its history.
    pub version: u64,
    /// The sequence of the record in the log.
    pub position: u64,
}

/// The file.
#[derive(Debug)]
pub struct Ledger {
    begun: Instant,
    path: PathBuf,
    file: Mutex<File>,
}

impl Ledger {
    /// A new ledger in `folder`.
    #[must_use]
    pub fn begin(folder: &Path) -> Self {
        let path = folder.join("ledger.jsonl");
        let file = File::options().create(true).append(true).open(&path);
        Self {
            begun: Instant::now(),
            path,
            file: Mutex::new(file.unwrap()),
        }
    }

    /// The time, in microseconds of this ledger.
    pub fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap()
    }

    /// Enters an attempt.
    pub fn enter(&self, attempt: &Attempt) {
        let mut line = serde_json::to_vec(attempt).unwrap();
        line.push(b'\n');
        self.file.lock().unwrap().write_all(&line).unwrap();
    }

    /// Everything that is written in it.
    pub fn read(&self) -> Vec<Attempt> {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let line = |line| serde_json::from_str(line).unwrap();
        text.lines().map(line).collect()
    }
}

/// What became of each key: its acknowledgements in order, or none.
#[must_use]
pub fn settled(attempts: &[Attempt]) -> BTreeMap<(String, String), Vec<Told>> {
    let mut settled = BTreeMap::<_, Vec<Told>>::new();
    for attempt in attempts {
        let key = (attempt.path.clone(), attempt.key.clone());
        let told = settled.entry(key).or_default();
        told.extend(attempt.told.clone());
    }
    settled
}

impl Drop for Ledger {
    /// A failed run tells what was asked last.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let text = std::fs::read_to_string(&self.path).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST)..];
            println!("the ledger ends with\n{}", last.join("\n"));
        }
    }
}
