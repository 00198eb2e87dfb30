//! How far the deadlines are that changes of the calendar touch (T2).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use sqlx::postgres::PgRow;

use super::row::Columns;
use super::{Statement, Value};

/// The progress of the changes from one version to another.
pub const PROGRESS: Statement = Statement {
    name: "calendar.progress",
    sql: "/* q:calendar.progress */
        select version, touched, settled, rescheduled, finished_at
        from calendar_progress
        where version between $1 and $2
        order by version",
    sample: || vec![Value::Number(1), Value::Number(10)],
    decode: |row| progress(row).map(drop),
};

/// How far one change is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// How many times a deadline was found that it touches.
    pub touched: u64,
    /// How many of them are settled.
    pub settled: u64,
    /// How many of those by an event; the others had been settled otherwise.
    pub rescheduled: u64,
    /// When nothing was left of it.
    pub finished_at: Option<DateTime<Utc>>,
}

/// The progress of each change from `first` to `last` that was looked at, by its version.
pub(crate) async fn progress_of(
    pool: PgPool,
    first: u64,
    last: u64,
) -> sqlx::Result<BTreeMap<u64, Progress>> {
    let number = |version| Value::Number(i64::try_from(version).unwrap_or(i64::MAX));
    let rows = PROGRESS.with([number(first), number(last)]);
    let rows = rows.fetch_all(&pool).await?;
    rows.iter().map(progress).collect()
}

fn progress(row: &PgRow) -> sqlx::Result<(u64, Progress)> {
    let progress = Progress {
        touched: row.count("touched")?,
        settled: row.count("settled")?,
        rescheduled: row.count("rescheduled")?,
        finished_at: row.column("finished_at")?,
    };
    Ok((row.count("version")?, progress))
}
