//! The tables of a generation: made like those that are read, filled without indexes, indexed, and
//! moved from schema to schema.
//!
//! What there is to make is read from the database, so that a generation has whatever the migrations
//! have made. Names come from the closed list of views and from the catalogue of the database; none
//! is a value from outside.

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Row};

use super::RebuildError;
use super::half::{Half, Kept};
use crate::commit::is_refusal;

/// Sends the unqualified names of this transaction to the generation under construction.
pub(super) const IN_NEXT: &str = "/* q:projector.rebuild.in_next */
    set local search_path = mesa_next";

/// What makes each table of the next generation: the table, and its comment and rights.
pub(super) const TABLES: &str = "/* q:projector.rebuild.tables */
    select format(
               'create table mesa_next.%1$I (like %2$I.%1$I including all excluding indexes)%3$s',
               c.relname, n.nspname, ' with (' || array_to_string(c.reloptions, ', ') || ')'
           ) as made,
           format(
               'create table mesa_next.%1$I (like %2$I.%1$I including all excluding indexes)',
               c.relname, n.nspname
           ) as plain,
           format(
               'comment on table mesa_next.%I is %L',
               c.relname, obj_description(c.oid, 'pg_class')
           ) as noted,
           array(
               select format(
                   'grant %s on mesa_next.%I to %s', a.privilege_type, c.relname,
                   case a.grantee when 0 then 'public' else a.grantee::regrole::text end
               )
               from aclexplode(c.relacl) as a
               where a.grantee <> c.relowner
           ) as granted,
           c.reloptions is not null as has_options
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema()
      and c.relkind = 'r'
      and c.relname = any($1)
    order by c.relname";

/// What makes each index that the next generation lacks; those of the largest tables first.
pub(super) const INDEXES: &str = "/* q:projector.rebuild.indexes */
    select c.relname as of_table,
           i.relname as index,
           x.indisprimary as is_primary,
           regexp_replace(
               pg_get_indexdef(x.indexrelid), ' ON \\S+ USING ',
               format(' ON mesa_next.%I USING ', c.relname)
           ) as made
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class t on t.relname = c.relname
    join pg_namespace tn on tn.oid = t.relnamespace and tn.nspname = 'mesa_next'
    where n.nspname = current_schema()
      and c.relname = any($1)
      and not exists (
          select from pg_class there
          where there.relnamespace = tn.oid
            and there.relname = i.relname
      )
    order by pg_relation_size(t.oid) desc, i.relname";

/// The primary keys that the next generation lacks though it has their indexes.
pub(super) const KEYS: &str = "/* q:projector.rebuild.keys */
    select format(
               'alter table mesa_next.%I add constraint %I primary key using index %I',
               c.relname, i.relname, i.relname
           ) as made
    from pg_index x
    join pg_class i on i.oid = x.indexrelid
    join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_class ni on ni.relname = i.relname
    join pg_namespace tn on tn.oid = ni.relnamespace and tn.nspname = 'mesa_next'
    join pg_index nx on nx.indexrelid = ni.oid
    where n.nspname = current_schema()
      and c.relname = any($1)
      and x.indisprimary
      and not nx.indisprimary";

/// Memory for one index that is built.
const INDEX_MEMORY: &str = "set maintenance_work_mem = '256MB'";
/// Indexes built at once.
const AT_ONCE: usize = 2;

/// Runs one statement that was put together from names in the database.
pub(super) async fn run(connection: &mut PgConnection, statement: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes the tables of `half` anew, empty, and writes the row of the generation.
pub(super) async fn make(
    connection: &mut PgConnection,
    half: &Half,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), RebuildError> {
    let mut transaction = connection.begin().await?;
    run(
        &mut transaction,
        "drop schema if exists mesa_next cascade".to_owned(),
    )
    .await?;
    run(&mut transaction, "create schema mesa_next".to_owned()).await?;
    let tables = sqlx::query(TABLES)
        .bind(half.views.names())
        .fetch_all(&mut *transaction)
        .await?;
    for table in tables {
        let has_options: bool = table.try_get("has_options")?;
        let made = if has_options { "made" } else { "plain" };
        run(&mut transaction, table.try_get(made)?).await?;
        if let Some(noted) = table.try_get("noted")? {
            run(&mut transaction, noted).await?;
        }
        let granted: Vec<String> = table.try_get("granted")?;
        for grant in granted {
            run(&mut transaction, grant).await?;
        }
    }
    half.write(&mut transaction, Kept::Next, now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Builds the indexes that are missing of these tables; says after each how many of how many.
pub(super) async fn index(
    pool: &PgPool,
    tables: &[&'static str],
    progress: impl Fn(u64, u64),
) -> Result<(), RebuildError> {
    use futures::{StreamExt, TryStreamExt};
    let missing = sqlx::query(INDEXES).bind(tables).fetch_all(pool).await?;
    let all = missing.len() as u64;
    let building = missing.iter().map(|row| async move {
        let (made, index): (String, String) = (row.try_get("made")?, row.try_get("index")?);
        build(pool, made).await.map_err(|error| {
            if is_refusal(&error) {
                RebuildError::Refused { index, error }
            } else {
                error.into()
            }
        })
    });
    let mut built = futures::stream::iter(building).buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some(()) = built.try_next().await? {
        done += 1;
        progress(done, all);
    }
    let mut connection = pool.acquire().await?;
    let keys = sqlx::query(KEYS)
        .bind(tables)
        .fetch_all(&mut *connection)
        .await?;
    for key in keys {
        run(&mut connection, key.try_get("made")?).await?;
    }
    Ok(())
}

async fn build(pool: &PgPool, made: String) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?.detach();
    run(&mut connection, INDEX_MEMORY.to_owned()).await?;
    run(&mut connection, made).await?;
    connection.close().await
}

/// Lets the planner know the new tables.
pub(super) async fn analyze(pool: &PgPool, tables: &[&'static str]) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    for table in tables {
        run(&mut connection, format!("analyze mesa_next.{table}")).await?;
    }
    Ok(())
}
