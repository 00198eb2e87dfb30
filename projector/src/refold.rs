//! The whole log folded in memory, with every link of the hash chain checked: what the rows should
//! be (I11, I14).
//!
//! It is the projector's own fold, as one batch on empty rows: whatever batches, redeliveries and
//! restarts there were, the rows must come out the same.

use std::collections::HashMap;

use events::Hash;

use crate::batch::{Batch, Changes};
use crate::incoming::Incoming;
use crate::parked::ParkedSet;

/// A record that is not tied to the one before it: one of the two was altered, or one is missing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct BrokenLink {
    /// Where the record stands.
    pub sequence: u64,
    /// On which subject.
    pub subject: String,
    /// What is wrong.
    pub error: String,
}

/// A log on its way through memory.
#[derive(Debug, Default)]
pub struct Refold {
    batch: Batch,
    links: HashMap<String, (Hash, u64)>,
    broken: Vec<BrokenLink>,
    hashes: Vec<(u64, Hash)>,
    events: u64,
}

/// A log that went through memory.
#[derive(Debug)]
pub struct Refolded {
    /// Every row there should be, and the sums of every counter and cell.
    pub changes: Changes,
    /// Where the hash chain is broken.
    pub broken: Vec<BrokenLink>,
    /// The hash of every record, by sequence.
    pub hashes: Vec<(u64, Hash)>,
    /// How many records there were.
    pub records: u64,
    /// How many events they held.
    pub events: u64,
}

impl Refold {
    /// Nothing yet; these aggregates are parked and are passed over from there on.
    pub fn with_parked(parked: ParkedSet) -> Self {
        Self {
            batch: Batch::new(Vec::new(), Vec::new(), parked),
            ..Self::default()
        }
    }

    /// Takes in the next record.
    pub fn take(&mut self, incoming: &Incoming) {
        self.hashes.push((incoming.sequence, incoming.hash));
        self.check_link(incoming);
        self.batch.apply(incoming);
    }

    /// What came out.
    pub fn finish(self) -> Refolded {
        Refolded {
            changes: self.batch.changes(),
            broken: self.broken,
            records: self.hashes.len() as u64,
            hashes: self.hashes,
            events: self.events,
        }
    }

    fn check_link(&mut self, incoming: &Incoming) {
        let Some(link) = incoming.link() else {
            let why = incoming.record.as_ref().err().cloned().unwrap_or_default();
            self.break_off(incoming, why);
            return;
        };
        self.events += link.next_version - link.version;
        let after = (incoming.hash, link.next_version);
        let before = self.links.insert(incoming.subject.clone(), after);
        let (hash, version) = before.unwrap_or_default();
        if link.prev != hash {
            let found = link.prev;
            let why = format!("it follows a record with the hash {found}, but {hash} is before it");
            self.break_off(incoming, why);
        } else if link.version != version {
            let found = link.version;
            let why = format!("it continues version {found}, but version {version} is before it");
            self.break_off(incoming, why);
        }
    }

    fn break_off(&mut self, incoming: &Incoming, error: String) {
        self.broken.push(BrokenLink {
            sequence: incoming.sequence,
            subject: incoming.subject.clone(),
            error,
        });
    }
}
