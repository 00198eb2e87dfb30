//! A batch folded in memory: the state before, every record applied, the changes that follow.
//!
//! Pure: the same records give the same rows however they are cut into batches (I11).

use std::collections::{BTreeMap, BTreeSet};

use events::{AnyRecord, DocumentEvent, DocumentId, Record, SeriesId};
use readmodel::{AttachmentRow, DerivationRow, DocumentRow, TimelineRow};

use crate::incoming::Incoming;
use crate::parked::{Parked, ParkedSet};
use crate::projections::documents::{DocumentView, Misfit};
use crate::projections::inbox::InboxChanges;
use crate::projections::series::SeriesRow;
use crate::projections::statistics::{self, Fact, StatisticsChanges};
use crate::projections::timeline;

/// A thing before the batch and as it is now.
#[derive(Clone, Debug)]
struct Tracked<T> {
    before: Option<T>,
    now: Option<T>,
}

impl<T> Default for Tracked<T> {
    fn default() -> Self {
        Self {
            before: None,
            now: None,
        }
    }
}

impl<T: Clone> Tracked<T> {
    fn from_row(row: T) -> Self {
        Self {
            before: Some(row.clone()),
            now: Some(row),
        }
    }
}

/// The documents and series a batch touches, and what happened to them.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    documents: BTreeMap<DocumentId, Tracked<DocumentView>>,
    series: BTreeMap<SeriesId, Tracked<SeriesRow>>,
    timeline: Vec<TimelineRow>,
    facts: Vec<Fact>,
    parked: ParkedSet,
}

/// What a batch changes in the rows.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Every touched document as it is now.
    pub documents: Vec<DocumentView>,
    /// The derivations that changed: by document, their places in its view.
    pub derivations: Vec<(usize, usize)>,
    /// The files that changed: by document, their places in its view.
    pub attachments: Vec<(usize, usize)>,
    /// Steps to add.
    pub timeline: Vec<TimelineRow>,
    /// What changes in the inboxes.
    pub inbox: InboxChanges,
    /// Series as they are now.
    pub series: Vec<SeriesRow>,
    /// What to add to the cells.
    pub statistics: StatisticsChanges,
    /// Aggregates parked by this batch, or with more records passed over.
    pub parked: Vec<Parked>,
}

impl Changes {
    /// The rows of the touched documents.
    pub fn document_rows(&self) -> Vec<&DocumentRow> {
        self.documents.iter().map(|view| &view.row).collect()
    }

    /// The rows of the changed derivations.
    pub fn derivation_rows(&self) -> Vec<&DerivationRow> {
        self.derivations
            .iter()
            .map(|(document, place)| &self.documents[*document].derivations[*place])
            .collect()
    }

    /// The rows of the changed files.
    pub fn attachment_rows(&self) -> Vec<&AttachmentRow> {
        self.attachments
            .iter()
            .map(|(document, place)| &self.documents[*document].attachments[*place])
            .collect()
    }
}

impl Changes {
    /// Adds what was changed in other histories; their large rows are left away.
    pub fn add(&mut self, other: Self) {
        for (key, n) in other.inbox.counters {
            *self.inbox.counters.entry(key).or_default() += n;
        }
        for (key, n) in other.inbox.due {
            *self.inbox.due.entry(key).or_default() += n;
        }
        self.series.extend(other.series);
        self.parked.extend(other.parked);
        self.statistics.add(other.statistics);
    }
}

/// What `records` touch and must be loaded before they are applied.
pub fn touched(records: &[Incoming]) -> (Vec<DocumentId>, Vec<SeriesId>) {
    let mut documents = BTreeSet::new();
    let mut series = BTreeSet::new();
    for record in records {
        match &record.record {
            Ok(AnyRecord::Document(id, _)) => {
                documents.insert(*id);
            }
            Ok(AnyRecord::Series(id, _)) => {
                series.insert(id.clone());
            }
            Ok(
                AnyRecord::Office(..)
                | AnyRecord::DocumentType(..)
                | AnyRecord::User(..)
                | AnyRecord::ApiKey(..)
                | AnyRecord::Role(..)
                | AnyRecord::Substitution(..)
                | AnyRecord::Calendar(..)
                | AnyRecord::IntakePolicy(..)
                | AnyRecord::Institution(..)
                | AnyRecord::RoutingRule(..),
            )
            | Err(_) => {}
        }
    }
    (
        documents.into_iter().collect(),
        series.into_iter().collect(),
    )
}

impl Batch {
    /// A batch that goes on from these rows, with these aggregates parked before.
    pub fn new(documents: Vec<DocumentView>, series: Vec<SeriesRow>, parked: ParkedSet) -> Self {
        Self {
            documents: documents
                .into_iter()
                .map(|view| (view.row.id, Tracked::from_row(view)))
                .collect(),
            series: series
                .into_iter()
                .map(|row| (row.id.clone(), Tracked::from_row(row)))
                .collect(),
            parked,
            ..Self::default()
        }
    }

    /// Applies one record. One that cannot be read, or does not fit, parks its aggregate, and the
    /// later records of a parked aggregate are passed over.
    pub fn apply(&mut self, incoming: &Incoming) {
        if self.parked.skip(&incoming.subject, incoming.sequence) {
            return;
        }
        let applied = match &incoming.record {
            Ok(record) => self.apply_record(record, incoming.sequence),
            Err(why) => Err(why.clone()),
        };
        if let Err(why) = applied {
            self.parked.park(&incoming.subject, incoming.sequence, &why);
        }
    }

    fn apply_record(&mut self, record: &AnyRecord, seq: u64) -> Result<(), String> {
        match record {
            AnyRecord::Document(id, record) => self.apply_document(*id, record, seq),
            AnyRecord::Series(id, record) => {
                let tracked = self.series.entry(id.clone()).or_default();
                let mut now = tracked.now.clone();
                SeriesRow::apply(&mut now, id, record, seq).map_err(|misfit| misfit.to_string())?;
                tracked.now = now;
                Ok(())
            }
            AnyRecord::Office(..)
            | AnyRecord::DocumentType(..)
            | AnyRecord::User(..)
            | AnyRecord::ApiKey(..)
            | AnyRecord::Role(..)
            | AnyRecord::Substitution(..)
            | AnyRecord::Calendar(..)
            | AnyRecord::IntakePolicy(..)
            | AnyRecord::Institution(..)
            | AnyRecord::RoutingRule(..) => Err(Misfit::OtherStream.to_string()),
        }
    }

    fn apply_document(
        &mut self,
        id: DocumentId,
        record: &Record<DocumentEvent>,
        seq: u64,
    ) -> Result<(), String> {
        let tracked = self.documents.entry(id).or_default();
        let marks = (self.timeline.len(), self.facts.len());
        let mut now = tracked.now.clone();
        let (rows, facts) = (&mut self.timeline, &mut self.facts);
        let applied = DocumentView::apply(&mut now, id, record, seq, |told| {
            timeline::project(&told, rows);
            statistics::project(&told, facts);
        });
        if applied.is_ok() {
            tracked.now = now;
        } else {
            self.timeline.truncate(marks.0);
            self.facts.truncate(marks.1);
        }
        applied.map_err(|misfit| misfit.to_string())
    }

    /// What the events told up to now, which is not told again: for a fold that goes on for long.
    pub fn take_told(&mut self) -> (Vec<TimelineRow>, Vec<Fact>) {
        (
            std::mem::take(&mut self.timeline),
            std::mem::take(&mut self.facts),
        )
    }

    /// What all this changes in the rows.
    pub fn changes(self) -> Changes {
        let mut changes = Changes {
            timeline: self.timeline,
            parked: self.parked.changed(),
            ..Changes::default()
        };
        changes.statistics.add_facts(&self.facts);
        for tracked in self.documents.into_values() {
            let Some(now) = tracked.now else { continue };
            let before = tracked.before.as_ref();
            let reached = before.map_or(0, |before| before.row.last_seq);
            if now.row.last_seq <= reached {
                continue;
            }
            changes.inbox.add(before, &now);
            changes.statistics.add_document(before, &now);
            let document = changes.documents.len();
            let touched = (0..now.derivations.len())
                .filter(|place| now.derivations[*place].last_seq > reached);
            changes
                .derivations
                .extend(touched.map(|place| (document, place)));
            let touched = (0..now.attachments.len())
                .filter(|place| now.attachments[*place].last_seq > reached);
            changes
                .attachments
                .extend(touched.map(|place| (document, place)));
            changes.documents.push(now);
        }
        let moved = |tracked: &Tracked<SeriesRow>| tracked.now != tracked.before;
        let series = self.series.into_values().filter(moved);
        changes
            .series
            .extend(series.filter_map(|tracked| tracked.now));
        changes
    }
}

#[cfg(test)]
mod tests;
