//! Whether what is stored is what the log says: rows, hot views, archive, hash chain.
//!
//! The log is folded in memory up to the checkpoint and compared, in one snapshot of the database,
//! with every row: first by a digest of each view, then row by row. It needs memory for all views.

mod hot;
mod rows;
#[cfg(test)]
mod tests;

use async_nats::jetstream::stream::Stream;
use events::{Hash, Namespace};
use platform::redis::Redis;
use platform::tasks::Tasks;
use readmodel::Position;
use serde::Serialize;
use sqlx::PgPool;

use crate::checkpoint::Checkpoint;
use crate::parked::{self, Parked, ParkedSet};
use crate::refold::{BrokenLink, Refold, Refolded};
use crate::source::Source;

/// The most differences a view is reported with.
pub const MOST_DIFFERENCES: usize = 20;

/// What a comparison found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where the views stand.
    pub position: Position,
    /// How many records the log holds up to there.
    pub records: u64,
    /// How many events they hold.
    pub events: u64,
    /// Each view.
    pub views: Vec<ViewReport>,
    /// Where the hash chain is broken (I14).
    pub broken: Vec<BrokenLink>,
    /// The aggregates that are parked: compared up to where they are.
    pub parked: Vec<String>,
}

/// What a comparison found in one view.
#[derive(Debug, Serialize)]
pub struct ViewReport {
    /// Its name: the table, or `hot`.
    pub view: &'static str,
    /// How many rows the log says there are.
    pub expected: u64,
    /// How many there are.
    pub found: u64,
    /// A digest of the rows the log says there are, whatever their order.
    pub expected_digest: Hash,
    /// A digest of the rows there are.
    pub found_digest: Hash,
    /// How many rows differ.
    pub differing: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A row that is not as the log says.
#[derive(Debug, Serialize)]
pub struct Difference {
    /// Which.
    pub key: String,
    /// What it should be; none when there should be none.
    pub expected: Option<String>,
    /// What it is; none when there is none.
    pub found: Option<String>,
}

/// Why nothing could be compared.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database does not answer, or a row is not what this program writes.
    #[error("the rows cannot be read")]
    Rows(#[from] sqlx::Error),
    /// The log ended before the checkpoint.
    #[error("the log ends at {reached}, before the checkpoint at {checkpoint}")]
    Short {
        /// Where it ends.
        reached: u64,
        /// Where the views are.
        checkpoint: u64,
    },
    /// NATS does not answer.
    #[error("the log cannot be read: {0}")]
    Log(String),
}

impl Report {
    /// Whether everything is as the log says.
    pub fn is_clean(&self) -> bool {
        self.broken.is_empty() && self.views.iter().all(|view| view.differing == 0)
    }
}

/// Compares what is stored with the log. `progress` is told how many of how many records are read.
///
/// # Errors
///
/// A server does not answer, or the log is shorter than the views. Redis is only compared when it
/// answers.
pub async fn compare(
    pool: &PgPool,
    redis: &Redis,
    log: &Stream,
    names: &Namespace,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, VerifyError> {
    let mut snapshot = pool.begin().await?;
    sqlx::query(SNAPSHOT).execute(&mut *snapshot).await?;
    let checkpoint = Checkpoint::read(&mut snapshot).await?;
    let sequence = checkpoint
        .as_ref()
        .map_or(0, |checkpoint| checkpoint.sequence);
    let parked = parked::list(&mut snapshot).await?;
    let aggregates = parked
        .iter()
        .map(|parked| parked.aggregate.clone())
        .collect();
    let refolded = refold(log, names, sequence, parked, &mut progress).await?;
    let mut views = rows::compare(&mut snapshot, &refolded.changes).await?;
    views.push(rows::archive(&mut snapshot, &refolded.hashes).await?);
    if let Ok(report) = hot::compare(redis, names, &refolded.changes, sequence).await {
        views.push(report);
    }
    Ok(Report {
        position: Position::new(names.log_stream(), sequence),
        records: refolded.records,
        events: refolded.events,
        views,
        broken: refolded.broken,
        parked: aggregates,
    })
}

/// Makes all reads of the transaction see the same rows.
pub const SNAPSHOT: &str = "/* q:projector.verify.snapshot */
    set transaction isolation level repeatable read read only";

/// Folds the log up to `sequence`.
async fn refold(
    log: &Stream,
    names: &Namespace,
    sequence: u64,
    parked: Vec<Parked>,
    progress: &mut impl FnMut(u64, u64),
) -> Result<Refolded, VerifyError> {
    let info = log
        .get_info()
        .await
        .map_err(|error| VerifyError::Log(error.to_string()))?;
    if info.state.last_sequence < sequence {
        return Err(VerifyError::Short {
            reached: info.state.last_sequence,
            checkpoint: sequence,
        });
    }
    let mut refold = Refold::with_parked(ParkedSet::of(parked));
    let tasks = Tasks::default();
    let mut source = Source::open(log, names, 0, &tasks);
    let mut reached = 0;
    while reached < sequence {
        let Some(batch) = source.next().await else {
            let checkpoint = sequence;
            return Err(VerifyError::Short {
                reached,
                checkpoint,
            });
        };
        for incoming in batch
            .iter()
            .filter(|incoming| incoming.sequence <= sequence)
        {
            refold.take(incoming);
        }
        reached = batch.last().map_or(reached, |last| last.sequence);
        progress(reached.min(sequence), sequence);
    }
    Ok(refold.finish())
}
