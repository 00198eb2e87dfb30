//! Parked histories tried again: what could not be applied by an older program, or by a database
//! with other limits, may be now.
//!
//! One transaction locks the checkpoint, so that the projector waits; reads the history from the log
//! through today's upcasters; goes on from the rows as they were when it was parked; and moves the
//! fence, so that the projector forgets that it was parked. Nothing of it stays when it fails.

use async_nats::jetstream::stream::Stream;
use chrono::{DateTime, Utc};
use events::Namespace;
use sqlx::{PgConnection, PgPool};

use crate::at::At;
use crate::checkpoint::{Checkpoint, Mismatch};
use crate::columns::{big, column};
use crate::commit::{is_refusal, load, write};
use crate::history;
use crate::incoming::{Incoming, with_causes};
use crate::parked::{self, ParkedSet};

/// Takes a history out of the parked ones.
pub const RELEASE: &str = "/* q:projector.parked.release */
    delete from parked
    where aggregate = $1";

/// Says of archived records that they can be read.
pub const READABLE: &str = "/* q:projector.archive.readable */
    update event_archive
    set readable = true
    where sequence = any($1)
      and not readable";

/// What became of a parked history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retried {
    /// It is applied, with so many records, and no longer parked.
    Applied(usize),
    /// It is still parked: the record at `sequence` cannot be applied.
    Still {
        /// The record.
        sequence: u64,
        /// Why.
        error: String,
    },
    /// No such history is parked.
    NotParked,
}

/// Why nothing could be tried.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// The database does not answer.
    #[error("the views cannot be changed")]
    Rows(#[from] sqlx::Error),
    /// NATS does not answer.
    #[error("the log cannot be read: {0}")]
    Log(async_nats::Error),
    /// The views and the log do not belong together.
    #[error(transparent)]
    Mismatch(#[from] Mismatch),
}

/// Tries the history of the parked `aggregate` again.
///
/// # Errors
///
/// A server does not answer, or the views are of another log; nothing was changed.
pub async fn retry(
    pool: &PgPool,
    log: &Stream,
    names: &Namespace,
    aggregate: &str,
    now: DateTime<Utc>,
) -> Result<Retried, RetryError> {
    let mut transaction = pool.begin().await?;
    let checkpoint = Checkpoint::lock(&mut transaction).await?;
    let parked = parked::list(&mut transaction).await?;
    let Some(parked) = parked.into_iter().find(|row| row.aggregate == aggregate) else {
        return Ok(Retried::NotParked);
    };
    let fits = checkpoint.compare(&mut log.clone()).await;
    fits.map_err(RetryError::Log)??;
    let mut records = history::read(log, names, aggregate, checkpoint.sequence)
        .await
        .map_err(RetryError::Log)?;
    records.retain(|record| record.sequence >= parked.sequence);
    let still = |error| Retried::Still {
        sequence: parked.sequence,
        error,
    };
    match apply(&mut transaction, checkpoint, &records).await {
        Ok(Ok(())) => {}
        Ok(Err(again)) => return Ok(again),
        Err(error) if is_refusal(&error) => return Ok(still(with_causes(&error))),
        Err(error) => return Err(error.into()),
    }
    sqlx::query(RELEASE)
        .bind(aggregate)
        .execute(&mut *transaction)
        .await?;
    sqlx::query(READABLE)
        .bind(column(&records, |record| big(record.sequence)))
        .execute(&mut *transaction)
        .await?;
    Checkpoint::fence_off(&mut transaction, now).await?;
    transaction.commit().await?;
    Ok(Retried::Applied(records.len()))
}

/// Goes on with the rows by `records`; gives what still does not fit, if anything.
async fn apply(
    connection: &mut PgConnection,
    checkpoint: Checkpoint,
    records: &[Incoming],
) -> sqlx::Result<Result<(), Retried>> {
    let at = At::new(checkpoint, ParkedSet::default());
    let mut batch = load(&mut *connection, &at, records).await?;
    for record in records {
        batch.apply(record);
    }
    let changes = batch.changes();
    if let Some(again) = changes.parked.first() {
        return Ok(Err(Retried::Still {
            sequence: again.sequence,
            error: again.error.clone(),
        }));
    }
    write(connection, &changes).await?;
    Ok(Ok(()))
}

#[cfg(test)]
mod tests;
