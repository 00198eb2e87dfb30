//! Rows of `event_archive`: added, never changed.

use sqlx::PgConnection;

use crate::columns::{big, column};
use crate::incoming::Incoming;

/// Adds records.
pub const WRITE: &str = "/* q:projector.archive.write */
    insert into event_archive as t (
        sequence, subject, recorded_at, record, hash, readable
    )
    select *
    from unnest(
        $1::bigint[], $2::text[], $3::timestamptz[], $4::bytea[], $5::bytea[],
        $6::boolean[]
    )
    on conflict (sequence) do nothing";

/// The hashes of all archived records, for comparing.
pub const SCAN: &str = "/* q:projector.archive.scan */
    select sequence, hash
    from event_archive
    order by sequence";

/// The subjects recorded after a sequence, each with its last.
pub const TOUCHED: &str = "/* q:projector.archive.touched */
    select subject, max(sequence) as last_seq
    from event_archive
    where sequence > $1
    group by subject";

/// Adds `records`.
///
/// # Errors
///
/// The database does not answer.
pub async fn write(connection: &mut PgConnection, records: &[Incoming]) -> sqlx::Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(records, |record| big(record.sequence)))
        .bind(column(records, |record| record.subject.as_str()))
        .bind(column(records, |record| record.recorded_at))
        .bind(column(records, |record| record.body.as_ref()))
        .bind(column(records, |record| record.hash.0))
        .bind(column(records, |record| record.record.is_ok()))
        .execute(connection)
        .await?;
    Ok(())
}
