//! A complete generation on its way behind the log: like the projector, but into the tables of the
//! next generation, and without telling anybody.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use sqlx::PgConnection;

use super::ddl::IN_NEXT;
use super::half::{Half, Kept};
use super::read::records;
use super::view::{View, Views};
use super::{Rebuild, RebuildError};
use crate::at::At;
use crate::batch::{Batch, Changes};
use crate::commit::load;
use crate::history;
use crate::incoming::Incoming;
use crate::parked::{self, Parked, ParkedSet};
use crate::projections::{archive, documents, inbox, series, statistics, timeline};

/// Histories read from the log at once.
const AT_ONCE: usize = 16;

impl Rebuild {
    /// Applies what the log has up to `until` to the next generation.
    pub(super) async fn follow(&self, half: &mut Half, until: u64) -> Result<(), RebuildError> {
        let begun = half.checkpoint.sequence;
        let mut parts = Box::pin(records(&self.log, &self.names, begun, until));
        while let Some(part) = parts.try_next().await? {
            self.apply(half, &part).await?;
            let done = half.checkpoint.sequence - begun;
            self.tell("following the log", done, until - begun);
        }
        Ok(())
    }

    /// One transaction: the rows, and where the generation is.
    async fn apply(&self, half: &mut Half, records: &[Incoming]) -> Result<(), RebuildError> {
        let Some(last) = records.last() else {
            return Ok(());
        };
        let now = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        half.hold(&mut transaction).await?;
        let mut after = half.clone();
        after.stand_after(last);
        after.write(&mut transaction, Kept::Next, now).await?;
        let parked = parked::list(&mut transaction).await?;
        sqlx::query(IN_NEXT).execute(&mut *transaction).await?;
        let mut batch = if half.views.is_all() {
            let own = parked::list(&mut transaction).await?;
            let at = At::new(half.checkpoint.clone(), joined(own, parked));
            load(&mut transaction, &at, records).await?
        } else {
            self.refolded(half, records, parked).await?
        };
        for record in records {
            batch.apply(record);
        }
        let changes = batch.changes();
        write(&mut transaction, &half.views, &changes).await?;
        if half.views.has(View::Archive) {
            archive::sql::write(&mut transaction, records).await?;
        }
        if half.views.is_all() {
            let (stream, parked) = (&half.checkpoint.stream, &changes.parked);
            parked::write(&mut transaction, stream, now, parked).await?;
        }
        transaction.commit().await?;
        *half = after;
        Ok(())
    }

    /// The state of all that `records` touch, right before them, from the log itself: where only
    /// some views are rebuilt, the rows of the others are elsewhere already.
    async fn refolded(
        &self,
        half: &Half,
        records: &[Incoming],
        parked: Vec<Parked>,
    ) -> Result<Batch, RebuildError> {
        let parked = ParkedSet::of(parked);
        let subjects: BTreeSet<_> = records.iter().map(|record| &record.subject).collect();
        let until = half.checkpoint.sequence;
        let read = |subject: &'_ String| {
            let (log, names, subject) = (self.log.clone(), self.names.clone(), subject.clone());
            async move { history::read(&log, &names, &subject, until).await }
        };
        let histories: Vec<Vec<Incoming>> = stream::iter(subjects)
            .map(read)
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
            .map_err(RebuildError::Log)?;
        let mut batch = Batch::new(Vec::new(), Vec::new(), parked.clone());
        for record in histories.iter().flatten() {
            batch.apply(record);
        }
        let changes = batch.changes();
        Ok(Batch::new(changes.documents, changes.series, parked))
    }
}

/// The histories that the next generation has parked, and those parked since by the projector, which
/// the database may have refused.
fn joined(own: Vec<Parked>, since: Vec<Parked>) -> ParkedSet {
    let known: BTreeSet<_> = own.iter().map(|row| row.aggregate.clone()).collect();
    let mut set = ParkedSet::of(own);
    for row in since {
        if !known.contains(&row.aggregate) {
            set.park(&row.aggregate, row.sequence, &row.error);
        }
    }
    set
}

/// Writes what a batch changed into the views that are rebuilt.
pub(super) async fn write(
    connection: &mut PgConnection,
    views: &Views,
    changes: &Changes,
) -> sqlx::Result<()> {
    if views.has(View::Documents) {
        documents::sql::write(connection, &changes.document_rows()).await?;
        documents::derivations::write(connection, &changes.derivation_rows()).await?;
        documents::attachments::write(connection, &changes.attachment_rows()).await?;
    }
    if views.has(View::Timeline) {
        timeline::sql::write(connection, &changes.timeline).await?;
    }
    if views.has(View::Inbox) {
        inbox::sql::write(connection, &changes.inbox).await?;
    }
    if views.has(View::Series) {
        series::sql::write(connection, &changes.series.iter().collect::<Vec<_>>()).await?;
    }
    if views.has(View::Statistics) {
        statistics::sql::write(connection, &changes.statistics).await?;
    }
    Ok(())
}
