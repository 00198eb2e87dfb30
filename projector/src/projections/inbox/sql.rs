//! Rows of `inbox_items`, `inbox_counters` and `inbox_due`.

use std::collections::{BTreeMap, BTreeSet};

use events::classify::DerivationKind;
use events::{DocumentId, DocumentTypeId, OfficeId};
use readmodel::desk::number_text;
use readmodel::document::{priority_of_rank, priority_rank};
use readmodel::restriction::seen_by_text;
use readmodel::{InboxRow, Tray, TrayCounters};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::InboxChanges;
use crate::columns::{
    big, column, id, maybe_id, maybe_word, number, registry_number, seen_by, undecodable, word,
};

/// Takes items out of their trays.
pub const REMOVE: &str = "/* q:projector.inbox.remove */
    delete from inbox_items as i
    using unnest($1::uuid[], $2::text[], $3::bigint[]) as gone (document_id, tray, ordinal)
    where i.document_id = gone.document_id
      and i.tray = gone.tray
      and i.ordinal = gone.ordinal";

/// Writes items, each unless it is already there as new.
pub const WRITE: &str = "/* q:projector.inbox.write */
    insert into inbox_items as t (
        office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority,
        number, document_type_id, subject, sender_name, other_office_id, last_seq, seen_by
    )
    select
        office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority,
        number, document_type_id, subject, sender_name, other_office_id, last_seq,
        seen_by::uuid[]
    from unnest(
        $1::uuid[], $2::text[], $3::uuid[], $4::bigint[], $5::text[],
        $6::timestamptz[], $7::date[], $8::boolean[], $9::smallint[], $10::text[],
        $11::uuid[], $12::text[], $13::text[], $14::uuid[], $15::bigint[],
        $16::text[]
    ) as given (
        office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority,
        number, document_type_id, subject, sender_name, other_office_id, last_seq, seen_by
    )
    on conflict (document_id, tray, ordinal) do update set
        office_id = excluded.office_id, kind = excluded.kind, since = excluded.since,
        due_on = excluded.due_on, urgent = excluded.urgent,
        priority = excluded.priority, number = excluded.number,
        document_type_id = excluded.document_type_id, subject = excluded.subject,
        sender_name = excluded.sender_name, other_office_id = excluded.other_office_id,
        last_seq = excluded.last_seq, seen_by = excluded.seen_by
    where t.last_seq < excluded.last_seq";

/// Moves the counters of trays.
pub const COUNT: &str = "/* q:projector.inbox.count */
    insert into inbox_counters as t (
        office_id, tray, n
    )
    select *
    from unnest(
        $1::uuid[], $2::text[], $3::bigint[]
    )
    on conflict (office_id, tray) do update set
        n = t.n + excluded.n";

/// Moves the counters of due days.
pub const COUNT_DUE: &str = "/* q:projector.inbox.count_due */
    insert into inbox_due as t (
        office_id, due_on, n
    )
    select *
    from unnest(
        $1::uuid[], $2::date[], $3::bigint[]
    )
    on conflict (office_id, due_on) do update set
        n = t.n + excluded.n";

/// The counters of these offices.
pub const COUNTERS: &str = "/* q:projector.inbox.counters */
    select office_id, tray, n
    from inbox_counters
    where office_id = any($1)";

/// Every item, for comparing.
pub const SCAN: &str = "/* q:projector.inbox.scan */
    select *
    from inbox_items
    order by document_id, tray, ordinal";

/// Every counter that is not zero, for comparing.
pub const SCAN_COUNTERS: &str = "/* q:projector.inbox.scan_counters */
    select office_id, tray, n
    from inbox_counters
    where n <> 0";

/// Every counter of a due day that is not zero, for comparing.
pub const SCAN_DUE: &str = "/* q:projector.inbox.scan_due */
    select office_id, due_on, n
    from inbox_due
    where n <> 0";

/// Carries out `changes`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, changes: &InboxChanges) -> sqlx::Result<()> {
    if !changes.gone.is_empty() {
        sqlx::query(REMOVE)
            .bind(column(&changes.gone, |gone| gone.0.0))
            .bind(column(&changes.gone, |gone| gone.1.word()))
            .bind(column(&changes.gone, |gone| i64::from(gone.2)))
            .execute(&mut *connection)
            .await?;
    }
    if !changes.kept.is_empty() {
        write_items(&mut *connection, &changes.kept).await?;
    }
    let moved = |n: &i64| *n != 0;
    let counters: Vec<_> = changes.counters.iter().filter(|(_, n)| moved(n)).collect();
    if !counters.is_empty() {
        sqlx::query(COUNT)
            .bind(column(&counters, |(key, _)| key.0.0))
            .bind(column(&counters, |(key, _)| key.1.word()))
            .bind(column(&counters, |(_, n)| **n))
            .execute(&mut *connection)
            .await?;
    }
    let due: Vec<_> = changes.due.iter().filter(|(_, n)| moved(n)).collect();
    if !due.is_empty() {
        sqlx::query(COUNT_DUE)
            .bind(column(&due, |(key, _)| key.0.0))
            .bind(column(&due, |(key, _)| key.1))
            .bind(column(&due, |(_, n)| **n))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn write_items(connection: &mut PgConnection, rows: &[InboxRow]) -> sqlx::Result<()> {
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.office_id.0))
        .bind(column(rows, |row| row.tray.word()))
        .bind(column(rows, |row| row.document_id.0))
        .bind(column(rows, |row| i64::from(row.ordinal)))
        .bind(column(rows, |row| row.kind.map(DerivationKind::word)))
        .bind(column(rows, |row| row.since))
        .bind(column(rows, |row| row.due_on))
        .bind(column(rows, |row| row.urgent))
        .bind(column(rows, |row| priority_rank(row.priority)))
        .bind(column(rows, |row| number_text(row.number.as_ref())))
        .bind(column(rows, |row| row.document_type_id.0))
        .bind(column(rows, |row| row.subject.as_str()))
        .bind(column(rows, |row| row.sender_name.as_str()))
        .bind(column(rows, |row| row.other_office_id.map(|id| id.0)))
        .bind(column(rows, |row| big(row.last_seq)))
        .bind(column(rows, |row| seen_by_text(row.seen_by.as_ref())))
        .execute(connection)
        .await?;
    Ok(())
}

/// The counters of `offices` as they are now.
///
/// # Errors
///
/// The database does not answer, or a row is not what this program wrote.
pub async fn counters(
    connection: &mut PgConnection,
    offices: &BTreeSet<OfficeId>,
) -> sqlx::Result<BTreeMap<OfficeId, TrayCounters>> {
    let ids: Vec<_> = offices.iter().map(|office| office.0).collect();
    let mut counters: BTreeMap<_, TrayCounters> = offices
        .iter()
        .map(|office| (*office, TrayCounters::default()))
        .collect();
    for row in sqlx::query(COUNTERS)
        .bind(ids)
        .fetch_all(connection)
        .await?
    {
        let office = id(&row, "office_id", OfficeId)?;
        let tray: Tray = word(&row, "tray")?;
        counters
            .entry(office)
            .or_default()
            .trays
            .insert(tray, row.try_get("n")?);
    }
    Ok(counters)
}

/// Reads a row of `inbox_items`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<InboxRow> {
    Ok(InboxRow {
        office_id: id(row, "office_id", OfficeId)?,
        tray: word(row, "tray")?,
        document_id: id(row, "document_id", DocumentId)?,
        ordinal: number(row, "ordinal")?,
        kind: maybe_word(row, "kind")?,
        since: row.try_get("since")?,
        due_on: row.try_get("due_on")?,
        urgent: row.try_get("urgent")?,
        priority: priority_of_rank(row.try_get("priority")?)
            .ok_or_else(|| undecodable("priority"))?,
        number: registry_number(row, "number")?,
        document_type_id: id(row, "document_type_id", DocumentTypeId)?,
        subject: row.try_get("subject")?,
        sender_name: row.try_get("sender_name")?,
        other_office_id: maybe_id(row, "other_office_id", OfficeId)?,
        seen_by: seen_by(row)?,
        last_seq: number(row, "last_seq")?,
    })
}
