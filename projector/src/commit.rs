//! One batch, one transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::classify::DocumentStatus;
use events::{DocumentId, OfficeId};
use platform::crash;
use readmodel::TrayCounters;
use sqlx::error::DatabaseError;
use sqlx::{PgConnection, PgPool, Row};

use crate::at::At;
use crate::batch::{Batch, Changes, touched};
use crate::checkpoint::Checkpoint;
use crate::columns::word;
use crate::incoming::Incoming;
use crate::parked;
use crate::projections::documents::DocumentView;
use crate::projections::{archive, documents, inbox, series, statistics, timeline};

/// What became of a batch.
#[derive(Debug)]
pub enum Committed {
    /// It is in the rows.
    Done(Box<Done>),
    /// The checkpoint is not where this projector left it: nothing was written.
    Fenced,
}

/// A batch that is in the rows.
#[derive(Debug)]
pub struct Done {
    /// What it changed.
    pub changes: Changes,
    /// The counters of the touched offices, after.
    pub counters: BTreeMap<OfficeId, TrayCounters>,
    /// Documents by status, after.
    pub totals: BTreeMap<DocumentStatus, i64>,
    /// Where the views are now.
    pub checkpoint: Checkpoint,
}

impl Done {
    /// The touched documents.
    pub fn documents(&self) -> Vec<DocumentId> {
        self.changes
            .documents
            .iter()
            .map(|view| view.row.id)
            .collect()
    }
}

/// Applies `records`, which are not empty and come right after the checkpoint of `at`.
///
/// # Errors
///
/// The database does not answer, or refuses a value; nothing was written, or, when the answer to
/// the commit was lost, all of it: then the next attempt is fenced.
pub async fn commit(
    pool: &PgPool,
    at: &At,
    records: &[Incoming],
    now: DateTime<Utc>,
) -> sqlx::Result<Committed> {
    let checkpoint = &at.checkpoint;
    let mut transaction = pool.begin().await?;
    if Checkpoint::lock(&mut transaction).await? != *checkpoint {
        return Ok(Committed::Fenced);
    }
    let mut batch = load(&mut transaction, at, records).await?;
    for record in records {
        batch.apply(record);
    }
    let changes = batch.changes();
    let after = records
        .last()
        .map_or_else(|| checkpoint.clone(), |last| checkpoint.after(last));
    write(&mut transaction, &changes).await?;
    crash::point("projector.half_a_transaction");
    archive::sql::write(&mut transaction, records).await?;
    parked::write(&mut transaction, &checkpoint.stream, now, &changes.parked).await?;
    let offices = changes.inbox.offices();
    let counters = inbox::sql::counters(&mut transaction, &offices).await?;
    let totals = totals(&mut transaction).await?;
    after.store(&mut transaction, now).await?;
    crash::point("projector.before_commit");
    transaction.commit().await?;
    crash::point("projector.committed");
    Ok(Committed::Done(Box::new(Done {
        changes,
        counters,
        totals,
        checkpoint: after,
    })))
}

/// A batch that goes on from the rows that `records` touch.
///
/// # Errors
///
/// The database does not answer.
pub(crate) async fn load(
    connection: &mut PgConnection,
    at: &At,
    records: &[Incoming],
) -> sqlx::Result<Batch> {
    let (ids, numberings) = touched(records);
    let mut views: Vec<_> = ids
        .iter()
        .filter_map(|id| at.views.get(*id).cloned())
        .collect();
    let missing: Vec<_> = ids
        .into_iter()
        .filter(|id| at.views.get(*id).is_none())
        .collect();
    let rows = documents::sql::load(connection, &missing).await?;
    let known: Vec<_> = rows.iter().map(|row| row.id).collect();
    let derivations = documents::derivations::load(connection, &known).await?;
    let attachments = documents::attachments::load(connection, &known).await?;
    views.extend(DocumentView::of_rows(rows, derivations, attachments));
    let series = series::sql::load(connection, &numberings).await?;
    Ok(Batch::new(views, series, at.parked.clone()))
}

/// Writes what a batch changed into every view.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub(crate) async fn write(connection: &mut PgConnection, changes: &Changes) -> sqlx::Result<()> {
    documents::sql::write(connection, &changes.document_rows()).await?;
    documents::derivations::write(connection, &changes.derivation_rows()).await?;
    documents::attachments::write(connection, &changes.attachment_rows()).await?;
    timeline::sql::write(connection, &changes.timeline).await?;
    inbox::sql::write(connection, &changes.inbox).await?;
    series::sql::write(connection, &changes.series.iter().collect::<Vec<_>>()).await?;
    statistics::sql::write(connection, &changes.statistics).await
}

async fn totals(connection: &mut PgConnection) -> sqlx::Result<BTreeMap<DocumentStatus, i64>> {
    let rows = sqlx::query(statistics::sql::READ_TOTALS)
        .fetch_all(connection)
        .await?;
    rows.iter()
        .map(|row| Ok((word(row, "status")?, row.try_get("n")?)))
        .collect()
}

/// Whether the database refuses what is written, so that asking again does not help: a value out
/// of range, a constraint, a row too large for an index.
pub fn is_refusal(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| {
        ["22", "23", "54"]
            .iter()
            .any(|class| code.starts_with(class))
    })
}

/// Whether the tables are not there.
pub fn is_unmigrated(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code == "42P01" || code == "42703")
}
