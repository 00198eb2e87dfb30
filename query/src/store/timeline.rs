//! The *hoja de ruta* of a document.

use events::{DocumentId, UserId};
use readmodel::{SeenBy, TimelineRow};
use sqlx::PgPool;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::document::office;
use super::row::Columns;
use super::{Statement, Value};

/// Every step of a document, in order, and who alone sees it.
pub const OF_DOCUMENT: Statement = Statement {
    name: "timeline.of_document",
    sql: "/* q:timeline.of_document */
        select timeline.*, documents.seen_by
        from timeline
        join documents on documents.id = document_id
        where document_id = $1
        order by event_number, ordinal",
    sample: || vec![Value::Id(Uuid::from_u128(7))],
    decode: |row| row.offices_or_none("seen_by").and(step(row)).map(drop),
};

/// The last `$2` steps up to `$1` in the log, the last of them first.
pub const LAST: Statement = Statement {
    name: "timeline.last",
    sql: "/* q:timeline.last */
        select *
        from timeline
        where seq <= $1
        order by seq desc, document_id desc, event_number desc, ordinal desc
        limit $2",
    sample: || vec![sequence(40_000), Value::Number(100)],
    decode: |row| step(row).map(drop),
};

/// The first `$3` steps after `$1` and up to `$2` in the log, in its order.
pub const BETWEEN: Statement = Statement {
    name: "timeline.between",
    sql: "/* q:timeline.between */
        select *
        from timeline
        where seq > $1
        and seq <= $2
        order by seq, document_id, event_number, ordinal
        limit $3",
    sample: || span(0, 200, 100),
    decode: |row| step(row).map(drop),
};

fn span(after: u64, until: u64, most: u32) -> Vec<Value> {
    let most = Value::Number(i64::from(most));
    vec![sequence(after), sequence(until), most]
}

fn sequence(n: u64) -> Value {
    Value::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The last steps up to a sequence, as many as `most`, in the order of the log.
pub(crate) async fn last(pool: PgPool, until: u64, most: u32) -> sqlx::Result<Vec<TimelineRow>> {
    let wanted = [sequence(until), Value::Number(i64::from(most))];
    let rows = LAST.with(wanted).fetch_all(&pool).await?;
    rows.iter().rev().map(step).collect()
}

/// The first steps after one sequence and up to another, in the order of the log.
pub(crate) async fn between(
    pool: PgPool,
    after: u64,
    until: u64,
    most: u32,
) -> sqlx::Result<Vec<TimelineRow>> {
    BETWEEN
        .with(span(after, until, most))
        .fetch_all(&pool)
        .await?
        .iter()
        .map(step)
        .collect()
}

/// The offices that alone see `document`, and every step of it, in order; none when the view has
/// no such document.
pub(crate) async fn of(
    pool: PgPool,
    document: DocumentId,
) -> sqlx::Result<(SeenBy, Vec<TimelineRow>)> {
    let wanted = [Value::Id(document.0)];
    let rows = OF_DOCUMENT.with(wanted).fetch_all(&pool).await?;
    let seen_by = rows.first().map(|row| row.offices_or_none("seen_by"));
    let steps = rows.iter().map(step).collect::<sqlx::Result<_>>()?;
    Ok((seen_by.transpose()?.flatten(), steps))
}

fn step(row: &PgRow) -> sqlx::Result<TimelineRow> {
    Ok(TimelineRow {
        document_id: DocumentId(row.column("document_id")?),
        event_number: row.count("event_number")?,
        ordinal: row.count("ordinal")?,
        seq: row.count("seq")?,
        at: row.column("at")?,
        event: row.column("event")?,
        from_office_id: office(row, "from_office_id")?,
        to_office_id: office(row, "to_office_id")?,
        by_user_id: UserId(row.column("by_user_id")?),
        by_office_id: office(row, "by_office_id")?,
        note: row.column("note")?,
        folios: row.count("folios")?,
    })
}
