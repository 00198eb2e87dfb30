//! Rows of `derivations`: loaded by document, written all at once.

use events::classify::Outcome;
use events::{DocumentId, OfficeId, UserId};
use readmodel::DerivationRow;
use readmodel::restriction::seen_by_text;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::columns::{big, column, id, maybe_id, maybe_word, number, seen_by, word};

/// The derivations of these documents, in order.
pub const LOAD: &str = "/* q:projector.derivations.load */
    select *
    from derivations
    where document_id = any($1)
    order by document_id, ordinal";

/// Every derivation, for comparing.
pub const SCAN: &str = "/* q:projector.derivations.scan */
    select *
    from derivations
    order by document_id, ordinal";

/// Writes derivations, each unless it is already there as new.
pub const WRITE: &str = "/* q:projector.derivations.write */
    insert into derivations as t (
        document_id, ordinal, number, kind, status, from_office_id, to_office_id,
        to_user_id, sent_by, received_by, attended_by, sent_at, received_at,
        attended_at, closed_at, instructions, reason, note, outcome, urgent,
        answer_required, due_on, last_seq, seen_by
    )
    select
        document_id, ordinal, number, kind, status, from_office_id, to_office_id,
        to_user_id, sent_by, received_by, attended_by, sent_at, received_at,
        attended_at, closed_at, instructions, reason, note, outcome, urgent,
        answer_required, due_on, last_seq, seen_by::uuid[]
    from unnest(
        $1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::uuid[],
        $7::uuid[], $8::uuid[], $9::uuid[], $10::uuid[], $11::uuid[],
        $12::timestamptz[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[],
        $16::text[], $17::text[], $18::text[], $19::text[], $20::boolean[],
        $21::boolean[], $22::date[], $23::bigint[], $24::text[]
    ) as given (
        document_id, ordinal, number, kind, status, from_office_id, to_office_id,
        to_user_id, sent_by, received_by, attended_by, sent_at, received_at,
        attended_at, closed_at, instructions, reason, note, outcome, urgent,
        answer_required, due_on, last_seq, seen_by
    )
    on conflict (document_id, ordinal) do update set
        number = excluded.number, kind = excluded.kind, status = excluded.status,
        from_office_id = excluded.from_office_id, to_office_id = excluded.to_office_id,
        to_user_id = excluded.to_user_id, sent_by = excluded.sent_by,
        received_by = excluded.received_by, attended_by = excluded.attended_by,
        sent_at = excluded.sent_at, received_at = excluded.received_at,
        attended_at = excluded.attended_at, closed_at = excluded.closed_at,
        instructions = excluded.instructions, reason = excluded.reason,
        note = excluded.note, outcome = excluded.outcome, urgent = excluded.urgent,
        answer_required = excluded.answer_required, due_on = excluded.due_on,
        last_seq = excluded.last_seq, seen_by = excluded.seen_by
    where t.last_seq < excluded.last_seq";

/// The derivations of these documents, by document and ordinal.
///
/// # Errors
///
/// The database does not answer, or a row is not what this program wrote.
pub async fn load(
    connection: &mut PgConnection,
    documents: &[DocumentId],
) -> sqlx::Result<Vec<DerivationRow>> {
    let ids: Vec<_> = documents.iter().map(|id| id.0).collect();
    let rows = sqlx::query(LOAD).bind(ids).fetch_all(connection).await?;
    rows.iter().map(decode).collect()
}

/// Writes `rows`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, rows: &[&DerivationRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.document_id.0))
        .bind(column(rows, |row| i64::from(row.ordinal)))
        .bind(column(rows, |row| row.number.as_str()))
        .bind(column(rows, |row| row.kind.word()))
        .bind(column(rows, |row| row.status.word()))
        .bind(column(rows, |row| row.from_office_id.0))
        .bind(column(rows, |row| row.to_office_id.0))
        .bind(column(rows, |row| row.to_user_id.map(|id| id.0)))
        .bind(column(rows, |row| row.sent_by.0))
        .bind(column(rows, |row| row.received_by.map(|id| id.0)))
        .bind(column(rows, |row| row.attended_by.map(|id| id.0)))
        .bind(column(rows, |row| row.sent_at))
        .bind(column(rows, |row| row.received_at))
        .bind(column(rows, |row| row.attended_at))
        .bind(column(rows, |row| row.closed_at))
        .bind(column(rows, |row| row.instructions.as_deref()))
        .bind(column(rows, |row| row.reason.as_deref()))
        .bind(column(rows, |row| row.note.as_deref()))
        .bind(column(rows, |row| row.outcome.map(Outcome::word)))
        .bind(column(rows, |row| row.urgent))
        .bind(column(rows, |row| row.answer_required))
        .bind(column(rows, |row| row.due_on))
        .bind(column(rows, |row| big(row.last_seq)))
        .bind(column(rows, |row| seen_by_text(row.seen_by.as_ref())))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row of `derivations`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<DerivationRow> {
    Ok(DerivationRow {
        document_id: id(row, "document_id", DocumentId)?,
        ordinal: number(row, "ordinal")?,
        number: row.try_get("number")?,
        kind: word(row, "kind")?,
        status: word(row, "status")?,
        from_office_id: id(row, "from_office_id", OfficeId)?,
        to_office_id: id(row, "to_office_id", OfficeId)?,
        to_user_id: maybe_id(row, "to_user_id", UserId)?,
        sent_by: id(row, "sent_by", UserId)?,
        received_by: maybe_id(row, "received_by", UserId)?,
        attended_by: maybe_id(row, "attended_by", UserId)?,
        sent_at: row.try_get("sent_at")?,
        received_at: row.try_get("received_at")?,
        attended_at: row.try_get("attended_at")?,
        closed_at: row.try_get("closed_at")?,
        instructions: row.try_get("instructions")?,
        reason: row.try_get("reason")?,
        note: row.try_get("note")?,
        outcome: maybe_word(row, "outcome")?,
        urgent: row.try_get("urgent")?,
        answer_required: row.try_get("answer_required")?,
        due_on: row.try_get("due_on")?,
        seen_by: seen_by(row)?,
        last_seq: number(row, "last_seq")?,
    })
}
