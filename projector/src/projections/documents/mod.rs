//! The `documents` projection: a document and its derivations, folded from its records.
//!
//! [`DocumentView`] is both what the rows hold and the state the fold goes on from; `load` and
//! `write` in [`sql`], [`derivations`] and [`attachments`] carry it to and from the database. `evolve` holds what each event changes.

pub mod attachments;
pub mod derivations;
mod desk;
mod evolve;
mod files;
mod parts;
mod restriction;
pub mod sql;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound, Utc};
use events::{AttachmentId, DocumentEvent, DocumentId, Envelope, Record};
use readmodel::{AttachmentRow, DerivationRow, DocumentDetail, DocumentRow};

/// A document, all its derivations and all its files, by ordinal from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentView {
    /// The row of `documents`.
    pub row: DocumentRow,
    /// The rows of `derivations`.
    pub derivations: Vec<DerivationRow>,
    /// The rows of `attachments`.
    pub attachments: Vec<AttachmentRow>,
}

/// Why a record does not fit the history before it. Its aggregate is parked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The history does not begin with its first event, or begins twice.
    #[error("the event {kind} cannot stand at version {version} of a history")]
    OutOfPlace {
        /// The stored name.
        kind: &'static str,
        /// The version before it.
        version: u64,
    },
    /// Records are missing, or came twice.
    #[error("the record continues version {found}, but the history is at version {expected}")]
    Version {
        /// What the record says.
        found: u64,
        /// What it should say.
        expected: u64,
    },
    /// An event speaks of a derivation that was never sent, or one is sent twice.
    #[error("the event {kind} speaks of derivation {ordinal}, which does not fit")]
    Derivation {
        /// The stored name.
        kind: &'static str,
        /// Which.
        ordinal: u32,
    },
    /// An event speaks of a file that was never added, or one is added twice.
    #[error("the event {kind} speaks of file {attachment}, which does not fit")]
    Attachment {
        /// The stored name.
        kind: &'static str,
        /// Which.
        attachment: AttachmentId,
    },
    /// The record is of another aggregate than its subject says.
    #[error("the event {kind} is about another aggregate than its subject")]
    OtherAggregate {
        /// The stored name.
        kind: &'static str,
    },
    /// The record belongs to the directory.
    #[error("the record belongs to the directory, not to the log")]
    OtherStream,
    /// The numbers of a series do not follow each other (I1).
    #[error("the run of numbers begins at {found}, but the series is at {expected}")]
    Numbers {
        /// Where it begins.
        found: u64,
        /// Where it should.
        expected: u64,
    },
}

/// An event with what a projection needs to know of it: the document as it is right after.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The document after the event.
    pub view: &'a DocumentView,
    /// The event.
    pub envelope: &'a Envelope<DocumentEvent>,
    /// When it happened, to the microsecond.
    pub at: DateTime<Utc>,
    /// The sequence of its record.
    pub seq: u64,
}

impl DocumentView {
    /// Takes in `record`, which stands at `seq` in the log on the subject of document `id`, and
    /// shows the document to `tell` after each event.
    ///
    /// # Errors
    ///
    /// [`Misfit`] when the record does not continue this history; `view` is then to be thrown
    /// away, as part of the record may be in it.
    pub fn apply(
        view: &mut Option<Self>,
        id: DocumentId,
        record: &Record<DocumentEvent>,
        seq: u64,
        mut tell: impl FnMut(Told<'_>),
    ) -> Result<(), Misfit> {
        let expected = view.as_ref().map_or(0, |view| view.row.version);
        if record.version != expected {
            return Err(Misfit::Version {
                found: record.version,
                expected,
            });
        }
        for envelope in &record.events {
            let at = instant(envelope.at);
            let view = evolve::evolve(view, id, envelope, at, seq)?;
            tell(Told {
                view,
                envelope,
                at,
                seq,
            });
        }
        Ok(())
    }

    /// Puts rows together; derivations and files come by document and ordinal.
    pub fn of_rows(
        rows: Vec<DocumentRow>,
        derivations: Vec<DerivationRow>,
        attachments: Vec<AttachmentRow>,
    ) -> Vec<Self> {
        let mut derivations = by_document(derivations, |row| row.document_id);
        let mut attachments = by_document(attachments, |row| row.document_id);
        rows.into_iter()
            .map(|row| Self {
                derivations: derivations.remove(&row.id).unwrap_or_default(),
                attachments: attachments.remove(&row.id).unwrap_or_default(),
                row,
            })
            .collect()
    }

    /// The derivation with this ordinal.
    pub fn derivation(&self, ordinal: u32) -> Option<&DerivationRow> {
        let index = usize::try_from(ordinal).ok()?.checked_sub(1)?;
        self.derivations.get(index)
    }

    /// The document as one answer.
    pub fn detail(&self) -> DocumentDetail {
        DocumentDetail {
            document: self.row.clone(),
            derivations: self.derivations.clone(),
            attachments: self.attachments.clone(),
        }
    }
}

fn by_document<R>(rows: Vec<R>, of: fn(&R) -> DocumentId) -> HashMap<DocumentId, Vec<R>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        found.entry(of(&row)).or_default().push(row);
    }
    found
}

/// An instant as the database keeps it, so that a row read back equals the row folded.
pub fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(6)
}
