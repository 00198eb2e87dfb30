//! An event log in memory: the twin of the real one, for tests of everything above it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use events::Aggregate;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{AppendError, Entry, EventLog, ReadError, Stored};

/// Two streams in memory.
#[derive(Debug, Default)]
pub struct MemoryLog {
    log: Mutex<Stream>,
    directory: Mutex<Stream>,
}

#[derive(Debug, Default)]
struct Stream {
    records: Vec<(Aggregate, Bytes)>,
    last: HashMap<Aggregate, u64>,
    message_ids: HashMap<String, u64>,
}

impl MemoryLog {
    fn stream(&self, aggregate: &Aggregate) -> MutexGuard<'_, Stream> {
        let stream = if aggregate.is_in_log() {
            &self.log
        } else {
            &self.directory
        };
        stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream {
    fn last(&self, aggregate: &Aggregate) -> u64 {
        self.last.get(aggregate).copied().unwrap_or_default()
    }

    fn get(&self, sequence: u64) -> Option<(Aggregate, Stored)> {
        let index = usize::try_from(sequence).ok()?.checked_sub(1)?;
        let (aggregate, bytes) = self.records.get(index)?;
        let bytes = bytes.clone();
        Some((aggregate.clone(), Stored { sequence, bytes }))
    }

    fn read(&self, aggregate: &Aggregate, after: u64) -> Vec<Stored> {
        (1_u64..)
            .zip(&self.records)
            .filter(|(sequence, (of, _))| *sequence > after && of == aggregate)
            .map(|(sequence, (_, bytes))| Stored {
                sequence,
                bytes: bytes.clone(),
            })
            .collect()
    }

    fn push(&mut self, entry: Entry) -> u64 {
        self.records.push((entry.aggregate.clone(), entry.body));
        let sequence = self.records.len() as u64;
        self.last.insert(entry.aggregate, sequence);
        sequence
    }

    /// In the order of the server: the sequence is checked before the message id.
    fn append(&mut self, entry: Entry) -> Result<u64, AppendError> {
        if self.last(&entry.aggregate) != entry.expected {
            return Err(AppendError::Conflict);
        }
        if let Some(&sequence) = self.message_ids.get(&entry.message_id) {
            return Err(AppendError::Duplicate { sequence });
        }
        let message_id = entry.message_id.clone();
        let sequence = self.push(entry);
        self.message_ids.insert(message_id, sequence);
        Ok(sequence)
    }

    fn append_all(&mut self, entries: Vec<Entry>) -> Result<u64, AppendError> {
        let unchanged = |entry: &Entry| self.last(&entry.aggregate) == entry.expected;
        if !entries.iter().all(unchanged) {
            return Err(AppendError::Conflict);
        }
        let mut last = 0;
        for entry in entries {
            last = self.push(entry);
        }
        Ok(last)
    }
}

impl EventLog for MemoryLog {
    fn read<'a>(
        &'a self,
        aggregate: &'a Aggregate,
        after: u64,
    ) -> BoxFuture<'a, Result<Vec<Stored>, ReadError>> {
        async move { Ok(self.stream(aggregate).read(aggregate, after)) }.boxed()
    }

    fn first<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        async move { Ok(self.stream(aggregate).read(aggregate, 0).into_iter().next()) }.boxed()
    }

    fn last<'a>(
        &'a self,
        aggregate: &'a Aggregate,
    ) -> BoxFuture<'a, Result<Option<Stored>, ReadError>> {
        async move {
            let stream = self.stream(aggregate);
            let found = stream.get(stream.last(aggregate));
            Ok(found.map(|(_, stored)| stored))
        }
        .boxed()
    }

    fn at<'a>(
        &'a self,
        like: &'a Aggregate,
        sequence: u64,
    ) -> BoxFuture<'a, Result<Option<(Aggregate, Stored)>, ReadError>> {
        async move { Ok(self.stream(like).get(sequence)) }.boxed()
    }

    fn append(&self, entry: Entry) -> BoxFuture<'_, Result<u64, AppendError>> {
        async move { self.stream(&entry.aggregate.clone()).append(entry) }.boxed()
    }

    fn append_all(&self, entries: Vec<Entry>) -> BoxFuture<'_, Result<u64, AppendError>> {
        async move {
            let Some(first) = entries.first() else {
                return Err(AppendError::Busy);
            };
            self.stream(&first.aggregate.clone()).append_all(entries)
        }
        .boxed()
    }
}
