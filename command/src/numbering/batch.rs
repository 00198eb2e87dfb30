//! The messages of one batch: the series' record first, then the registration of each document.

use std::sync::LazyLock;

use ::directory::{Directory, User};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use domain::series::{Series, SeriesCommand, SeriesRefusal};
use domain::{Context, Decider};
use events::{Actor, Aggregate, CommandId, Fingerprint, Record, RegistryNumber, SeriesId, UserId};
use platform::telemetry::trace::Trace;
use thiserror::Error;

use super::Waiting;
use crate::history::{Asking, History, entry};
use crate::log::Entry;
use crate::shell::Shell;

/// The organisation as far as a number needs it.
static NOBODY: LazyLock<Directory> = LazyLock::new(Directory::default);

/// Why a batch cannot be written. Asking again does not help.
#[derive(Debug, Error)]
pub(super) enum WriteError {
    /// The series gives no numbers.
    #[error(transparent)]
    Series(#[from] SeriesRefusal),
    /// A record has no stored form.
    #[error("a record cannot be written")]
    Encode(#[from] serde_json::Error),
}

/// One batch, ready to be sent.
#[derive(Debug)]
pub(super) struct Batch {
    /// Its messages.
    pub(super) entries: Vec<Entry>,
    /// The bytes of the series' record.
    pub(super) series: Bytes,
    /// The bytes of each document's record.
    pub(super) documents: Vec<Bytes>,
}

impl Batch {
    /// Gives the numbers that follow `history` to `waiting`, in order.
    pub(super) fn write(
        shell: &Shell,
        series: &SeriesId,
        history: &History<Series>,
        waiting: &[Waiting],
        now: DateTime<Utc>,
    ) -> Result<Self, WriteError> {
        let first = history.state.next();
        let assign = SeriesCommand::Assign {
            series: series.clone(),
            documents: waiting
                .iter()
                .map(|one| one.registration.document)
                .collect(),
        };
        // Mesa itself gives numbers, and the rule asks nothing of the organisation.
        let context = Context {
            at: now,
            user: &User::system(),
            directory: &NOBODY,
        };
        let decided = history.state.decide(&assign, &context)?;
        let id = shell.ids.next();
        let asking = Asking {
            command: CommandId(id),
            request: Fingerprint::default(),
            user: UserId::system(),
            trace: Trace::begun(id),
        };
        let aggregate = Aggregate::Series(series.clone());
        let record = history.next_record(&aggregate, decided, Actor::system(), &asking, now);
        let head = entry(
            &shell.names,
            &aggregate,
            history.sequence,
            &record,
            asking.trace,
        )?;
        let mut batch = Self {
            series: head.body.clone(),
            documents: Vec::with_capacity(waiting.len()),
            entries: vec![head],
        };
        for (value, waiting) in (first..).zip(waiting) {
            let number = RegistryNumber {
                series: series.clone(),
                value,
            };
            let entry = document(shell, waiting, &number, now)?;
            batch.documents.push(entry.body.clone());
            batch.entries.push(entry);
        }
        Ok(batch)
    }
}

fn document(
    shell: &Shell,
    waiting: &Waiting,
    number: &RegistryNumber,
    now: DateTime<Utc>,
) -> serde_json::Result<Entry> {
    let registration = &waiting.registration;
    let record = Record {
        command: registration.command,
        request: registration.request,
        recorded_at: now,
        version: registration.after.version,
        prev: registration.after.hash,
        correlation: registration.trace.id,
        causation: None,
        events: (registration.begin)(number),
    };
    let aggregate = Aggregate::Document(registration.document);
    let expected = registration.after.sequence;
    entry(
        &shell.names,
        &aggregate,
        expected,
        &record,
        registration.trace,
    )
}
