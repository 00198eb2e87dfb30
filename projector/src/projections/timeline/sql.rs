//! Rows of `timeline`: added, never changed.

use events::{DocumentId, OfficeId, UserId};
use readmodel::TimelineRow;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns::{big, column, id, maybe_id, number};

/// Adds steps.
pub const WRITE: &str = "/* q:projector.timeline.write */
    insert into timeline as t (
        document_id, event_number, ordinal, seq, at, event, from_office_id,
        to_office_id, by_user_id, by_office_id, note, folios
    )
    select *
    from unnest(
        $1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[],
        $6::text[], $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[], $11::text[],
        $12::bigint[]
    )
    on conflict (document_id, event_number, ordinal) do nothing";

/// Every step, for comparing.
pub const SCAN: &str = "/* q:projector.timeline.scan */
    select *
    from timeline
    order by document_id, event_number, ordinal";

/// Adds `rows`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, rows: &[TimelineRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.document_id.0))
        .bind(column(rows, |row| big(row.event_number)))
        .bind(column(rows, |row| i64::from(row.ordinal)))
        .bind(column(rows, |row| big(row.seq)))
        .bind(column(rows, |row| row.at))
        .bind(column(rows, |row| row.event.as_str()))
        .bind(column(rows, |row| row.from_office_id.map(|id| id.0)))
        .bind(column(rows, |row| row.to_office_id.map(|id| id.0)))
        .bind(column(rows, |row| row.by_user_id.0))
        .bind(column(rows, |row| row.by_office_id.map(|id| id.0)))
        .bind(column(rows, |row| row.note.as_deref()))
        .bind(column(rows, |row| i64::from(row.folios)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row of `timeline`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<TimelineRow> {
    Ok(TimelineRow {
        document_id: id(row, "document_id", DocumentId)?,
        event_number: number(row, "event_number")?,
        ordinal: number(row, "ordinal")?,
        seq: number(row, "seq")?,
        at: row.try_get("at")?,
        event: row.try_get("event")?,
        from_office_id: maybe_id(row, "from_office_id", OfficeId)?,
        to_office_id: maybe_id(row, "to_office_id", OfficeId)?,
        by_user_id: id(row, "by_user_id", UserId)?,
        by_office_id: maybe_id(row, "by_office_id", OfficeId)?,
        note: row.try_get("note")?,
        folios: number(row, "folios")?,
    })
}
