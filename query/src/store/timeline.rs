//! The *hoja de ruta* of a document.

use events::{DocumentId, UserId};
use readmodel::TimelineRow;
use sqlx::PgPool;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::document::office;
use super::row::Columns;
use super::{Statement, Value};

/// Every step of a document, in order.
pub const OF_DOCUMENT: Statement = Statement {
    name: "timeline.of_document",
    sql: "/* q:timeline.of_document */
        select *
        from timeline
        where document_id = $1
        order by event_number, ordinal",
    sample: || vec![Value::Id(Uuid::from_u128(7))],
    decode: |row| step(row).map(drop),
};

/// Every step of `document`, in order; none when the view has no such document.
pub(crate) async fn of(pool: PgPool, document: DocumentId) -> sqlx::Result<Vec<TimelineRow>> {
    OF_DOCUMENT
        .with([Value::Id(document.0)])
        .fetch_all(&pool)
        .await?
        .iter()
        .map(step)
        .collect()
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
