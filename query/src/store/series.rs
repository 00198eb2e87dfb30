//! The numberings.

use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgRow;

use super::Statement;
use super::row::Columns;

/// Every series.
pub const ALL: Statement = Statement {
    name: "series.all",
    sql: "/* q:series.all */
        select id, code, year, first, next, assigned, version
        from series
        order by id",
    sample: Vec::new,
    decode: |row| item(row).map(drop),
};

/// One numbering, and where it has got to (R2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SeriesItem {
    /// Its name, `EXP-2026`.
    pub id: String,
    /// Its code.
    pub code: String,
    /// Its year.
    pub year: i32,
    /// The first number given.
    pub first: u64,
    /// The number to be given next.
    pub next: u64,
    /// How many numbers were given.
    pub assigned: u64,
    /// How many events its history has.
    pub version: u64,
}

/// Every series, by name.
pub(crate) async fn all(pool: PgPool) -> sqlx::Result<Vec<SeriesItem>> {
    let rows = ALL.with([]).fetch_all(&pool).await?;
    rows.iter().map(item).collect()
}

fn item(row: &PgRow) -> sqlx::Result<SeriesItem> {
    Ok(SeriesItem {
        id: row.column("id")?,
        code: row.column("code")?,
        year: row.column("year")?,
        first: row.count("first")?,
        next: row.count("next")?,
        assigned: row.count("assigned")?,
        version: row.count("version")?,
    })
}
