//! The `statistics` projection: which cells an event, and a document that moves, add to.

mod facts;
pub mod sql;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use events::classify::DocumentStatus;
use events::legal_date;
use readmodel::statistics::{
    ActivityCell, DocumentsCell, DurationCell, DurationSums, FlowCell, FlowSums,
};

use super::documents::DocumentView;
pub use facts::project;

/// What is to be added to each cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatisticsChanges {
    /// Documents as they are now.
    pub documents: BTreeMap<DocumentsCell, i64>,
    /// What happened.
    pub activity: BTreeMap<ActivityCell, i64>,
    /// How long it took.
    pub durations: BTreeMap<DurationCell, DurationSums>,
    /// From where to where.
    pub flow: BTreeMap<FlowCell, FlowSums>,
    /// All documents by status.
    pub totals: BTreeMap<DocumentStatus, i64>,
}

/// One thing that an event adds to a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// It happened once.
    Count(ActivityCell),
    /// It took so long.
    Took(DurationCell, DurationSums),
    /// From here to there.
    Flow(FlowCell, FlowSums),
}

impl StatisticsChanges {
    /// Adds what events meant.
    pub fn add_facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            match *fact {
                Fact::Count(cell) => *self.activity.entry(cell).or_default() += 1,
                Fact::Took(cell, one) => {
                    let sums = self.durations.entry(cell);
                    sums.and_modify(|sums| *sums = sums.plus(one))
                        .or_insert(one);
                }
                Fact::Flow(cell, more) => {
                    let sums = self.flow.entry(cell).or_default();
                    *sums = sums.plus(more);
                }
            }
        }
    }

    /// Adds other changes.
    pub fn add(&mut self, other: Self) {
        for (cell, n) in other.documents {
            *self.documents.entry(cell).or_default() += n;
        }
        for (cell, n) in other.activity {
            *self.activity.entry(cell).or_default() += n;
        }
        for (cell, more) in other.durations {
            let sums = self.durations.entry(cell);
            sums.and_modify(|sums| *sums = sums.plus(more))
                .or_insert(more);
        }
        for (cell, more) in other.flow {
            let sums = self.flow.entry(cell).or_default();
            *sums = sums.plus(more);
        }
        for (status, n) in other.totals {
            *self.totals.entry(status).or_default() += n;
        }
    }

    /// Moves a document from its cell before to its cell now.
    pub fn add_document(&mut self, before: Option<&DocumentView>, now: &DocumentView) {
        if let Some(before) = before {
            *self.documents.entry(cell(before)).or_default() -= 1;
            *self.totals.entry(before.row.status).or_default() -= 1;
        }
        *self.documents.entry(cell(now)).or_default() += 1;
        *self.totals.entry(now.row.status).or_default() += 1;
    }
}

/// The cell a document is in.
fn cell(view: &DocumentView) -> DocumentsCell {
    let row = &view.row;
    DocumentsCell {
        day: legal_date(row.registered_at),
        office_id: row.holder_office_id,
        document_type_id: row.document_type_id,
        priority: row.priority,
        channel: row.channel,
        status: row.status,
    }
}
