//! How far the projector has come.

use events::Namespace;
use sqlx::Row;

use super::{Statement, Value};

/// The sequence up to which every view includes the log.
pub const REACHED: Statement = Statement {
    name: "checkpoint.reached",
    sql: "/* q:checkpoint.reached */
        select min(sequence)
        from projection_checkpoint
        where stream = $1",
    sample: || vec![Value::Text(Namespace::default().log_stream())],
    decode: |row| row.try_get::<Option<i64>, _>(0).map(drop),
};

/// The sequence up to which every view includes `stream`; 0 before the first record.
pub(crate) async fn reached(on: impl sqlx::PgExecutor<'_>, stream: &str) -> sqlx::Result<u64> {
    let row = REACHED
        .with([Value::Text(stream.to_owned())])
        .fetch_one(on)
        .await?;
    let sequence: Option<i64> = row.try_get(0)?;
    Ok(sequence.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
}
