//! Rows of `series`.

use events::SeriesId;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::SeriesRow;
use crate::columns::{big, column, number, word};

/// The series with these names.
pub const LOAD: &str = "/* q:projector.series.load */
    select *
    from series
    where id = any($1)";

/// Every series, for comparing.
pub const SCAN: &str = "/* q:projector.series.scan */
    select *
    from series
    order by id";

/// Writes series, each unless it is already there as new.
pub const WRITE: &str = "/* q:projector.series.write */
    insert into series as t (
        id, code, year, first, next, assigned, version, last_seq
    )
    select *
    from unnest(
        $1::text[], $2::text[], $3::integer[], $4::bigint[], $5::bigint[],
        $6::bigint[], $7::bigint[], $8::bigint[]
    )
    on conflict (id) do update set
        code = excluded.code, year = excluded.year, first = excluded.first,
        next = excluded.next, assigned = excluded.assigned, version = excluded.version,
        last_seq = excluded.last_seq
    where t.last_seq < excluded.last_seq";

/// The series with these names that there are.
///
/// # Errors
///
/// The database does not answer, or a row is not what this program wrote.
pub async fn load(connection: &mut PgConnection, ids: &[SeriesId]) -> sqlx::Result<Vec<SeriesRow>> {
    let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
    let rows = sqlx::query(LOAD).bind(ids).fetch_all(connection).await?;
    rows.iter().map(decode).collect()
}

/// Writes `rows`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
pub async fn write(connection: &mut PgConnection, rows: &[&SeriesRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.id.to_string()))
        .bind(column(rows, |row| row.id.code().to_owned()))
        .bind(column(rows, |row| row.id.year()))
        .bind(column(rows, |row| big(row.first)))
        .bind(column(rows, |row| big(row.next)))
        .bind(column(rows, |row| big(row.assigned)))
        .bind(column(rows, |row| big(row.version)))
        .bind(column(rows, |row| big(row.last_seq)))
        .execute(connection)
        .await?;
    Ok(())
}

/// Reads a row of `series`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<SeriesRow> {
    Ok(SeriesRow {
        id: word(row, "id")?,
        first: number(row, "first")?,
        next: number(row, "next")?,
        assigned: number(row, "assigned")?,
        version: number(row, "version")?,
        last_seq: number(row, "last_seq")?,
    })
}
