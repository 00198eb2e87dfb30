//! The log folded in memory by the projector's own fold, and its rows sent on their way.
//!
//! Steps of timelines and raw records leave memory as they come; documents stay until the end, as
//! their rows are what they became. A log too large for that is read several times, each time for
//! the histories of one share, so that memory has a bound whatever the length of the log.

use std::hash::{DefaultHasher, Hash, Hasher};

use futures::TryStreamExt;
use sqlx::PgPool;
use tokio::task::JoinSet;

use super::copy::{self, Way};
use super::half::Half;
use super::read::records;
use super::view::{View, Views};
use super::{Rebuild, RebuildError, rows};
use crate::batch::{Batch, Changes};
use crate::incoming::Incoming;
use crate::parked::ParkedSet;

/// What is left when everything large was sent, and where the rows are.
pub(super) struct Folded {
    /// Counters, cells, series, parked histories.
    pub(super) small: Changes,
    /// The last record.
    pub(super) last: Option<Incoming>,
    /// How many events were folded.
    pub(super) events: u64,
}

/// The ways into the large tables of the views.
struct Ways {
    documents: Option<[Way; 3]>,
    timeline: Option<Way>,
    items: Option<Way>,
    archive: Option<Way>,
}

type Copying = JoinSet<Result<(), RebuildError>>;

impl Ways {
    fn open(copying: &mut Copying, pool: &PgPool, views: &Views) -> Self {
        let mut way = |view: View, table: [&'static str; 2]| {
            views.has(view).then(|| copy::begin(copying, pool, table))
        };
        let documents = way(View::Documents, rows::DOCUMENTS);
        let derivations = way(View::Documents, rows::DERIVATIONS);
        let attachments = way(View::Documents, rows::ATTACHMENTS);
        let both = documents.zip(derivations).zip(attachments);
        Self {
            documents: both.map(|((documents, derivations), attachments)| {
                [documents, derivations, attachments]
            }),
            timeline: way(View::Timeline, rows::TIMELINE),
            items: way(View::Inbox, rows::ITEMS),
            archive: way(View::Archive, rows::ARCHIVE),
        }
    }

    async fn archived(&mut self, part: &[Incoming]) -> Result<(), RebuildError> {
        let Some(way) = &mut self.archive else {
            return Ok(());
        };
        for record in part {
            rows::archived(&mut way.rows, record);
        }
        way.send_if_much().await
    }

    async fn stepped(&mut self, steps: &[readmodel::TimelineRow]) -> Result<(), RebuildError> {
        let Some(way) = &mut self.timeline else {
            return Ok(());
        };
        for step in steps {
            rows::step(&mut way.rows, step);
        }
        way.send_if_much().await
    }

    async fn became(&mut self, changes: &Changes) -> Result<(), RebuildError> {
        if let Some([documents, derivations, attachments]) = &mut self.documents {
            for row in changes.document_rows() {
                rows::document(&mut documents.rows, row);
                documents.send_if_much().await?;
            }
            for row in changes.derivation_rows() {
                rows::derivation(&mut derivations.rows, row);
                derivations.send_if_much().await?;
            }
            for row in changes.attachment_rows() {
                rows::attachment(&mut attachments.rows, row);
                attachments.send_if_much().await?;
            }
        }
        if let Some(items) = &mut self.items {
            for row in &changes.inbox.kept {
                rows::item(&mut items.rows, row);
                items.send_if_much().await?;
            }
        }
        Ok(())
    }

    async fn end(self) -> Result<(), RebuildError> {
        let documents = self.documents.into_iter().flatten();
        let others = [self.timeline, self.items, self.archive];
        for way in documents.chain(others.into_iter().flatten()) {
            way.end().await?;
        }
        Ok(())
    }
}

/// Whether the history on `subject` is of share `nth` of `of`.
fn is_of(subject: &str, nth: u64, of: u64) -> bool {
    if of == 1 {
        return true;
    }
    let mut hasher = DefaultHasher::new();
    subject.hash(&mut hasher);
    hasher.finish() % of == nth
}

impl Rebuild {
    /// Folds the log up to `until`, with these histories parked, and copies the rows of `half` into
    /// its tables, which are committed when this returns.
    pub(super) async fn fold(
        &self,
        half: &Half,
        parked: &ParkedSet,
        until: u64,
        shares: u64,
    ) -> Result<Folded, RebuildError> {
        let mut copying = JoinSet::new();
        let ways = Ways::open(&mut copying, &self.pool, &half.views);
        let folding = self.fold_into(ways, parked, until, shares);
        let folded = match folding.await {
            // The copy that ended early says why.
            Err(RebuildError::CopyEnded) => None,
            folded => Some(folded?),
        };
        while let Some(ended) = copying.join_next().await {
            ended.map_err(|error| RebuildError::Log(error.into()))??;
        }
        folded.ok_or(RebuildError::CopyEnded)
    }

    async fn fold_into(
        &self,
        mut ways: Ways,
        parked: &ParkedSet,
        until: u64,
        shares: u64,
    ) -> Result<Folded, RebuildError> {
        let mut folded = Folded {
            small: Changes::default(),
            last: None,
            events: 0,
        };
        for share in 0..shares {
            let mut batch = Batch::new(Vec::new(), Vec::new(), parked.clone());
            let mut parts = Box::pin(records(&self.log, &self.names, 0, until));
            while let Some(part) = parts.try_next().await? {
                let mine = |record: &&Incoming| is_of(&record.subject, share, shares);
                for record in part.iter().filter(mine) {
                    batch.apply(record);
                    folded.events += record.events();
                }
                let (steps, facts) = batch.take_told();
                folded.small.statistics.add_facts(&facts);
                ways.stepped(&steps).await?;
                if share == 0 {
                    ways.archived(&part).await?;
                }
                if let Some(last) = part.into_iter().next_back() {
                    let done = until * share + last.sequence;
                    self.tell("folding the log", done, until * shares);
                    folded.last = Some(last);
                }
            }
            let changes = batch.changes();
            ways.became(&changes).await?;
            folded.small.add(changes);
        }
        self.tell("copying rows", 0, 0);
        ways.end().await?;
        Ok(folded)
    }
}
