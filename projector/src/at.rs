//! What a projector at work remembers between batches.

use std::collections::HashMap;

use events::DocumentId;
use readmodel::Position;

use crate::checkpoint::{Checkpoint, Mismatch};
use crate::commit::Done;
use crate::parked::ParkedSet;
use crate::projections::documents::DocumentView;
use crate::reading::Broken;
use crate::runner::Turn;
use crate::stop::Stop;

/// How many documents a generation of [`Views`] holds.
const GENERATION: usize = 10_000;

/// Where a turn has got to. Everything here is right as long as the stored checkpoint is this one:
/// a batch compares them before it uses any of it.
#[derive(Debug)]
pub struct At {
    /// Where the views are.
    pub checkpoint: Checkpoint,
    /// The parked aggregates.
    pub parked: ParkedSet,
    /// Documents that need not be loaded.
    pub views: Views,
}

impl At {
    /// At the beginning of a turn.
    pub fn new(checkpoint: Checkpoint, parked: ParkedSet) -> Self {
        Self {
            checkpoint,
            parked,
            views: Views::default(),
        }
    }

    /// Takes in that a batch is in the rows.
    pub fn keep(&mut self, done: &Done) {
        self.checkpoint = done.checkpoint.clone();
        self.parked.keep(&done.changes.parked);
        for view in &done.changes.documents {
            self.views.keep(view.clone());
        }
    }

    /// How a turn ends whose log is not read any more.
    ///
    /// # Errors
    ///
    /// [`Stop`] when the log has lost a record.
    pub fn end(&self, broken: Option<Broken>) -> Result<Turn, Stop> {
        match broken {
            None => Ok(Turn::Stopped),
            Some(Broken::Other) => Ok(Turn::OtherLog),
            Some(Broken::Hole { after, next }) => Err(Stop::Mismatch(Mismatch::Hole {
                stream: self.checkpoint.stream.clone(),
                after,
                next,
            })),
        }
    }

    /// Where the views are.
    pub fn position(&self) -> Position {
        Position::new(self.checkpoint.stream.clone(), self.checkpoint.sequence)
    }
}

/// The documents touched last, as their rows are. When the young are too many, they become the
/// old, and the old are forgotten.
#[derive(Debug, Default)]
pub struct Views {
    young: HashMap<DocumentId, DocumentView>,
    old: HashMap<DocumentId, DocumentView>,
}

impl Views {
    /// The document, if it is remembered.
    pub fn get(&self, id: DocumentId) -> Option<&DocumentView> {
        self.young.get(&id).or_else(|| self.old.get(&id))
    }

    fn keep(&mut self, view: DocumentView) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(view.row.id, view);
    }
}

#[cfg(test)]
mod tests {
    use events::DocumentEvent;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{registered, view_of};

    #[test]
    fn the_documents_touched_last_are_remembered_and_the_others_forgotten() {
        let id = DocumentId(Uuid::nil());
        let begun = DocumentEvent::Registered(Box::new(registered(id, 1)));
        let mut view = view_of(vec![(0, begun)], |_| {});
        let mut views = Views::default();
        let numbered = |n: usize| DocumentId(Uuid::from_u128(n as u128));
        for n in 0..=2 * GENERATION {
            view.row.id = numbered(n);
            views.keep(view.clone());
        }
        assert!(views.get(numbered(2 * GENERATION)).is_some());
        assert!(views.get(numbered(GENERATION)).is_some());
        assert!(views.get(numbered(0)).is_none());
    }
}
