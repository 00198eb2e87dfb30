//! The next generation against the one that is read: counts and digests of each table, in one
//! snapshot in which both are at the same place.

use serde::Serialize;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::half::Half;
use super::view::Table;
use super::{Rebuild, RebuildError};
use crate::checkpoint::Checkpoint;
use crate::verify::SNAPSHOT;

/// What a comparison found in one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The table.
    pub table: &'static str,
    /// Rows in the generation that is read.
    pub before: i64,
    /// Rows in the next one.
    pub next: i64,
    /// Rows that are in only one of them, as they are.
    pub differing: i64,
}

/// A table as what of it must be the same.
fn part_of(schema: &str, Table(name, select, only): Table) -> String {
    format!("{select} {schema}.{name} {only}")
}

/// Count and digest of a table, whatever the order of its rows.
pub(super) fn digest(schema: &str, table: Table) -> String {
    let part = part_of(schema, table);
    format!(
        "/* q:projector.rebuild.digest */
        select count(*) as n, coalesce(bit_xor(hash_record_extended(t, 0)), 0) as digest
        from ({part}) t"
    )
}

/// How many rows are in only one of two generations.
pub(super) fn difference(home: &str, table: Table) -> String {
    let (here, next) = (part_of(home, table), part_of("mesa_next", table));
    format!(
        "/* q:projector.rebuild.difference */
        select count(*) as n
        from (
            (({here}) except all ({next}))
            union all
            (({next}) except all ({here}))
        ) t"
    )
}

impl Rebuild {
    /// Compares the tables of `half`, which follows the log up to where the projector is; both go on
    /// meanwhile. None when there is nothing to compare with, with the reason.
    pub(super) async fn compare(
        &self,
        half: &mut Half,
    ) -> Result<Result<Vec<Compared>, String>, RebuildError> {
        let mut locked = self.pool.begin().await?;
        let checkpoint = Checkpoint::lock(&mut locked).await?;
        if let Err(mismatch) = self.fits(&checkpoint).await? {
            return Ok(Err(mismatch.to_string()));
        }
        if checkpoint.sequence < half.checkpoint.sequence {
            let behind = half.checkpoint.sequence - checkpoint.sequence;
            return Ok(Err(format!(
                "the views that are read are {behind} records behind the new ones"
            )));
        }
        self.follow(half, checkpoint.sequence).await?;
        let mut snapshot = self.pool.begin().await?;
        sqlx::query(SNAPSHOT).execute(&mut *snapshot).await?;
        // The first statement takes the snapshot; then the projector may go on.
        sqlx::query(super::HOME).execute(&mut *snapshot).await?;
        locked.rollback().await?;
        let home = self.home.as_str();
        let mut compared = Vec::new();
        let tables = half.views.tables();
        for (n, table) in (1..).zip(&tables) {
            let before = digested(&mut snapshot, home, *table).await?;
            let next = digested(&mut snapshot, "mesa_next", *table).await?;
            let differing = if before == next {
                0
            } else {
                counted(&mut snapshot, home, *table).await?
            };
            compared.push(Compared {
                table: table.0,
                before: before.0,
                next: next.0,
                differing,
            });
            self.tell("comparing tables", n, tables.len() as u64);
        }
        Ok(Ok(compared))
    }
}

async fn digested(
    connection: &mut PgConnection,
    schema: &str,
    table: Table,
) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query(AssertSqlSafe(digest(schema, table)))
        .fetch_one(connection)
        .await?;
    Ok((row.try_get("n")?, row.try_get("digest")?))
}

async fn counted(connection: &mut PgConnection, home: &str, table: Table) -> sqlx::Result<i64> {
    let row = sqlx::query(AssertSqlSafe(difference(home, table)))
        .fetch_one(connection)
        .await?;
    row.try_get("n")
}
