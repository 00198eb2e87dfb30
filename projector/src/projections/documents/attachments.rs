//! Rows of `attachments`: loaded by document, written all at once.

use events::{AttachmentId, DocumentId, UserId};
use readmodel::AttachmentRow;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns::{big, column, id, maybe_id, maybe_number, number, word};

/// The files of these documents, in order.
pub const LOAD: &str = "/* q:projector.attachments.load */
    select *
    from attachments
    where document_id = any($1)
    order by document_id, ordinal";

/// Every file, for comparing.
pub const SCAN: &str = "/* q:projector.attachments.scan */
    select *
    from attachments
    order by document_id, ordinal";

/// Writes files, each unless it is already there as new.
pub const WRITE: &str = "/* q:projector.attachments.write */
    insert into attachments as t (
        document_id, ordinal, id, file_name, media_type, size, sha256, kind,
        description, folios_from, folios_to, added_at, added_by, withdrawn_at,
        withdrawn_by, withdrawn_reason, last_seq
    )
    select *
    from unnest(
        $1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::bigint[],
        $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[],
        $12::timestamptz[], $13::uuid[], $14::timestamptz[], $15::uuid[],
        $16::text[], $17::bigint[]
    )
    on conflict (document_id, ordinal) do update set
        withdrawn_at = excluded.withdrawn_at, withdrawn_by = excluded.withdrawn_by,
        withdrawn_reason = excluded.withdrawn_reason, last_seq = excluded.last_seq
    where t.last_seq < excluded.last_seq";

/// The files of these documents, by document and ordinal.
///
/// # Errors
///
/// The database does not answer, or a row is not what this program wrote.
pub async fn load(
    connection: &mut PgConnection,
    documents: &[DocumentId],
) -> sqlx::Result<Vec<AttachmentRow>> {
    if documents.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = documents.iter().map(|id| id.0).collect();
    let rows = sqlx::query(LOAD).bind(ids).fetch_all(connection).await?;
    rows.iter().map(decode).collect()
}

/// Writes `rows`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, rows: &[&AttachmentRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.document_id.0))
        .bind(column(rows, |row| i64::from(row.ordinal)))
        .bind(column(rows, |row| row.id.0))
        .bind(column(rows, |row| row.file_name.as_str()))
        .bind(column(rows, |row| row.media_type.as_str()))
        .bind(column(rows, |row| big(row.size)))
        .bind(column(rows, |row| row.sha256.to_string()))
        .bind(column(rows, |row| row.kind.word()))
        .bind(column(rows, |row| row.description.as_deref()))
        .bind(column(rows, |row| row.folios_from.map(i64::from)))
        .bind(column(rows, |row| row.folios_to.map(i64::from)))
        .bind(column(rows, |row| row.added_at))
        .bind(column(rows, |row| row.added_by.0))
        .bind(column(rows, |row| row.withdrawn_at))
        .bind(column(rows, |row| row.withdrawn_by.map(|id| id.0)))
        .bind(column(rows, |row| row.withdrawn_reason.as_deref()))
        .bind(column(rows, |row| big(row.last_seq)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row of `attachments`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<AttachmentRow> {
    Ok(AttachmentRow {
        document_id: id(row, "document_id", DocumentId)?,
        ordinal: number(row, "ordinal")?,
        id: id(row, "id", AttachmentId)?,
        file_name: row.try_get("file_name")?,
        media_type: row.try_get("media_type")?,
        size: number(row, "size")?,
        sha256: word(row, "sha256")?,
        kind: word(row, "kind")?,
        description: row.try_get("description")?,
        folios_from: maybe_number(row, "folios_from")?,
        folios_to: maybe_number(row, "folios_to")?,
        added_at: row.try_get("added_at")?,
        added_by: id(row, "added_by", UserId)?,
        withdrawn_at: row.try_get("withdrawn_at")?,
        withdrawn_by: maybe_id(row, "withdrawn_by", UserId)?,
        withdrawn_reason: row.try_get("withdrawn_reason")?,
        last_seq: number(row, "last_seq")?,
    })
}
