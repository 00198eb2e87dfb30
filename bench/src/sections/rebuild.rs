//! A rebuild of every view from a log of a million events.
//!
//! The limit is what `PostgreSQL` takes: the same rows by a binary `COPY` into tables without
//! indexes, one after the other, then the same indexes, two at a time. The rows were taken out
//! beforehand, so that it has neither reading, decoding nor folding.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use kit::history::History;
use platform::clock::SystemClock;
use platform::config;
use platform::redis::Redis;
use projector::rebuild::Rebuild;
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{AssertSqlSafe, PgPool};

use crate::cli::Wanted;
use crate::process::most_memory;
use crate::site::Site;
use crate::table::{Aim, Row};

/// How many documents the log tells of; each has eight or nine records, and nine or ten events.
const DOCUMENTS: u64 = 105_000;

/// Bytes of log that are folded at a time.
const TOGETHER: u64 = 1 << 30;

/// Index builds at once.
const AT_ONCE: usize = 2;

/// Measures.
pub(super) async fn measure(site: &Site, _: &Wanted) -> anyhow::Result<Vec<Row>> {
    let client = site.fresh.nats_client().await;
    let jetstream = platform::nats::jetstream(&client);
    let history = History::new(&site.names, DOCUMENTS);
    let (records, events) = history.publish(&jetstream).await;
    let patient = config::Postgres {
        statement_timeout: 0,
        ..config::Postgres::at(&site.fresh.database_url)
    };
    let pool = platform::postgres::connect(&patient, "bench").await?;
    let log = jetstream.get_stream(site.names.log_stream()).await?;
    let redis = Redis::open(&config::Redis::at(&site.fresh.redis_url))?;
    let rebuild = Rebuild::new(
        pool.clone(),
        log,
        site.names.clone(),
        (client, redis),
        Arc::new(SystemClock),
        (TOGETHER, Arc::new(|_, _, _| {})),
    );
    let rebuild = rebuild.await?;
    let begun = Instant::now();
    let done = Box::pin(rebuild.run(None, false)).await?;
    anyhow::ensure!(done.events == events, "not every event was folded");
    let ours = rate(events, begun.elapsed());
    let with = format!("at most {:.0} MB", most_memory(std::process::id()));
    let row = Row {
        what: format!("{records} records, {events} events, from the first to the switch"),
        unit: "events/s",
        ours,
        limit: Some(("raw COPY and indexes", rate(events, raw(&pool).await?))),
        aim: Some(Aim::Least(50_000.0)),
        with,
        ..Row::default()
    };
    pool.close().await;
    Ok(vec![row])
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(events: u64, took: Duration) -> f64 {
    events as f64 / took.as_secs_f64()
}

/// How long rows and indexes of all views take, beside those that are there.
async fn raw(pool: &PgPool) -> anyhow::Result<Duration> {
    run(pool, "create schema raw".to_owned()).await?;
    let tables: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = current_schema()
        and tablename not like 'projection%' and tablename not like '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await?;
    let mut took = Duration::ZERO;
    for table in &tables {
        run(
            pool,
            format!("create table raw.{table} (like {table} including defaults)"),
        )
        .await?;
        let out = format!("copy {table} to stdout (format binary)");
        let rows: Vec<Bytes> = pool.copy_out_raw(&out).await?.try_collect().await?;
        let begun = Instant::now();
        let into = format!("copy raw.{table} from stdin (format binary)");
        let mut copy = pool.copy_in_raw(&into).await?;
        for row in gathered(rows) {
            copy.send(row).await?;
        }
        copy.finish().await?;
        took += begun.elapsed();
    }
    let indexes: Vec<String> = sqlx::query_scalar(
        "select replace(indexdef, ' ON ' || schemaname || '.', ' ON raw.')
        from pg_indexes where schemaname = current_schema() and tablename = any($1)",
    )
    .bind(&tables)
    .fetch_all(pool)
    .await?;
    let begun = Instant::now();
    stream::iter(indexes)
        .map(|index| run(pool, index))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(took + begun.elapsed())
}

/// The same bytes in pieces that are worth sending.
fn gathered(rows: Vec<Bytes>) -> Vec<Vec<u8>> {
    const PIECE: usize = 256 << 10;
    let mut pieces = vec![Vec::with_capacity(PIECE)];
    for row in rows {
        if pieces
            .last()
            .is_some_and(|last| last.len() + row.len() > PIECE)
        {
            pieces.push(Vec::with_capacity(PIECE));
        }
        if let Some(last) = pieces.last_mut() {
            last.extend_from_slice(&row);
        }
    }
    pieces
}

async fn run(pool: &PgPool, statement: String) -> sqlx::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(pool)
        .await?;
    Ok(())
}
