//! Cells of the `statistics_*` tables: added to, never set.

use std::collections::BTreeMap;

use readmodel::document::priority_rank;
use readmodel::statistics::{
    ActivityCell, Dimensions, DocumentsCell, DurationCell, DurationSums, FlowCell, FlowSums,
};
use sqlx::PgConnection;

use super::StatisticsChanges;
use crate::columns::column;

/// Moves documents between cells.
pub const DOCUMENTS: &str = "/* q:projector.statistics.documents */
    insert into statistics_documents as t (
        day, office_id, document_type_id, priority, channel, status, n
    )
    select *
    from unnest(
        $1::date[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::text[],
        $7::bigint[]
    )
    on conflict (day, office_id, document_type_id, priority, channel, status) do update set
        n = t.n + excluded.n";

/// Counts what happened.
pub const ACTIVITY: &str = "/* q:projector.statistics.activity */
    insert into statistics_activity as t (
        day, office_id, document_type_id, priority, channel, activity, n
    )
    select *
    from unnest(
        $1::date[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::text[],
        $7::bigint[]
    )
    on conflict (day, office_id, document_type_id, priority, channel, activity) do update set
        n = t.n + excluded.n";

/// Adds to buckets of sketches.
pub const DURATIONS: &str = "/* q:projector.statistics.durations */
    insert into statistics_durations as t (
        day, office_id, document_type_id, priority, channel, measure, bucket, n,
        total_seconds, min_seconds, max_seconds
    )
    select *
    from unnest(
        $1::date[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::text[],
        $7::integer[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[]
    )
    on conflict (day, office_id, document_type_id, priority, channel, measure, bucket) do update set
        n = t.n + excluded.n, total_seconds = t.total_seconds + excluded.total_seconds,
        min_seconds = least(t.min_seconds, excluded.min_seconds),
        max_seconds = greatest(t.max_seconds, excluded.max_seconds)";

/// Counts from office to office.
pub const FLOW: &str = "/* q:projector.statistics.flow */
    insert into statistics_flow as t (
        day, from_office_id, to_office_id, sent, received, wait_seconds
    )
    select *
    from unnest(
        $1::date[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[]
    )
    on conflict (day, from_office_id, to_office_id) do update set
        sent = t.sent + excluded.sent, received = t.received + excluded.received,
        wait_seconds = t.wait_seconds + excluded.wait_seconds";

/// Moves the totals.
pub const TOTALS: &str = "/* q:projector.statistics.totals */
    insert into statistics_totals as t (
        status, n
    )
    select *
    from unnest(
        $1::text[], $2::bigint[]
    )
    on conflict (status) do update set
        n = t.n + excluded.n";

/// The totals.
pub const READ_TOTALS: &str = "/* q:projector.statistics.read_totals */
    select status, n
    from statistics_totals
    where n <> 0";

/// Every such cell that holds something, for comparing.
pub const SCAN_DOCUMENTS: &str = "/* q:projector.statistics.scan_documents */
    select *
    from statistics_documents
    where n <> 0";

/// Every such cell that holds something, for comparing.
pub const SCAN_ACTIVITY: &str = "/* q:projector.statistics.scan_activity */
    select *
    from statistics_activity
    where n <> 0";

/// Every such cell that holds something, for comparing.
pub const SCAN_DURATIONS: &str = "/* q:projector.statistics.scan_durations */
    select *
    from statistics_durations";

/// Every such cell that holds something, for comparing.
pub const SCAN_FLOW: &str = "/* q:projector.statistics.scan_flow */
    select *
    from statistics_flow";

/// Adds `changes` to the cells.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, changes: &StatisticsChanges) -> sqlx::Result<()> {
    let moved: Vec<_> = changes.documents.iter().filter(|(_, n)| **n != 0).collect();
    documents(&mut *connection, &moved).await?;
    activity(&mut *connection, &changes.activity).await?;
    durations(&mut *connection, &changes.durations).await?;
    flow(&mut *connection, &changes.flow).await?;
    let totals: Vec<_> = changes.totals.iter().filter(|(_, n)| **n != 0).collect();
    if !totals.is_empty() {
        sqlx::query(TOTALS)
            .bind(column(&totals, |(status, _)| status.word()))
            .bind(column(&totals, |(_, n)| **n))
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn documents(
    connection: &mut PgConnection,
    cells: &[(&DocumentsCell, &i64)],
) -> sqlx::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    sqlx::query(DOCUMENTS)
        .bind(column(cells, |(cell, _)| cell.day))
        .bind(column(cells, |(cell, _)| cell.office_id.0))
        .bind(column(cells, |(cell, _)| cell.document_type_id.0))
        .bind(column(cells, |(cell, _)| priority_rank(cell.priority)))
        .bind(column(cells, |(cell, _)| cell.channel.word()))
        .bind(column(cells, |(cell, _)| cell.status.word()))
        .bind(column(cells, |(_, n)| **n))
        .execute(connection)
        .await?;
    Ok(())
}

async fn activity(
    connection: &mut PgConnection,
    cells: &BTreeMap<ActivityCell, i64>,
) -> sqlx::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let cells: Vec<_> = cells.iter().collect();
    let of: Vec<_> = cells.iter().map(|(cell, _)| cell.of).collect();
    dimensions(sqlx::query(ACTIVITY), &of)
        .bind(column(&cells, |(cell, _)| cell.activity.word()))
        .bind(column(&cells, |(_, n)| **n))
        .execute(connection)
        .await?;
    Ok(())
}

async fn durations(
    connection: &mut PgConnection,
    cells: &BTreeMap<DurationCell, DurationSums>,
) -> sqlx::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let cells: Vec<_> = cells.iter().collect();
    let of: Vec<_> = cells.iter().map(|(cell, _)| cell.of).collect();
    dimensions(sqlx::query(DURATIONS), &of)
        .bind(column(&cells, |(cell, _)| cell.measure.word()))
        .bind(column(&cells, |(cell, _)| cell.bucket))
        .bind(column(&cells, |(_, sums)| sums.n))
        .bind(column(&cells, |(_, sums)| sums.total_seconds))
        .bind(column(&cells, |(_, sums)| sums.min_seconds))
        .bind(column(&cells, |(_, sums)| sums.max_seconds))
        .execute(connection)
        .await?;
    Ok(())
}

async fn flow(
    connection: &mut PgConnection,
    cells: &BTreeMap<FlowCell, FlowSums>,
) -> sqlx::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let cells: Vec<_> = cells.iter().collect();
    sqlx::query(FLOW)
        .bind(column(&cells, |(cell, _)| cell.day))
        .bind(column(&cells, |(cell, _)| cell.from_office_id.0))
        .bind(column(&cells, |(cell, _)| cell.to_office_id.0))
        .bind(column(&cells, |(_, sums)| sums.sent))
        .bind(column(&cells, |(_, sums)| sums.received))
        .bind(column(&cells, |(_, sums)| sums.wait_seconds))
        .execute(connection)
        .await?;
    Ok(())
}

type Query = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn dimensions(query: Query, of: &[Dimensions]) -> Query {
    query
        .bind(column(of, |of| of.day))
        .bind(column(of, |of| of.office_id.0))
        .bind(column(of, |of| of.document_type_id.0))
        .bind(column(of, |of| priority_rank(of.priority)))
        .bind(column(of, |of| of.channel.word()))
}
