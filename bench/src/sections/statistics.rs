//! The statistics of a period, while the archive behind it grows a hundredfold.
//!
//! An office registers 10,000 documents in a good month. Then the cells of a hundred such months
//! are there, as if it had gone on like that to 1,000,000 documents, and the same month is asked
//! for. Each question is another one, so that nothing kept answers it: they begin on different days
//! before anything happened.

use chrono::{Days, NaiveDate};
use kit::history::History;
use platform::config;
use sqlx::PgPool;

use super::fill::{views_are_there, webs};
use crate::cli::Wanted;
use crate::load::drive;
use crate::process::Process;
use crate::scripts::OneByOne;
use crate::site::Site;
use crate::table::{Aim, Rounds, Row};

/// Documents of the first month.
const DOCUMENTS: u64 = 10_000;

/// So many months altogether.
const MONTHS: i32 = 100;

/// How many ask.
const CLIENTS: usize = 2;

/// How many different questions there are of each kind.
const QUESTIONS: u64 = 1_000;

/// Every table of cells, with the columns after its day.
const CELLS: [&str; 4] = [
    "insert into statistics_documents
        select day + $1 * $2, office_id, document_type_id, priority, channel, status, n
        from statistics_documents
        where day < $3",
    "insert into statistics_activity
        select day + $1 * $2, office_id, document_type_id, priority, channel, activity, n
        from statistics_activity
        where day < $3",
    "insert into statistics_durations
        select day + $1 * $2, office_id, document_type_id, priority, channel, measure, bucket, n,
            total_seconds, min_seconds, max_seconds
        from statistics_durations
        where day < $3",
    "insert into statistics_flow
        select day + $1 * $2, from_office_id, to_office_id, sent, received, wait_seconds
        from statistics_flow
        where day < $3",
];

/// Measures.
pub(super) async fn measure(site: &Site, wanted: &Wanted) -> anyhow::Result<Vec<Row>> {
    let jetstream = platform::nats::jetstream(&site.fresh.nats_client().await);
    History::new(&site.names, DOCUMENTS)
        .publish(&jetstream)
        .await;
    let at = config::Postgres::at(&site.fresh.database_url);
    let pool = platform::postgres::connect(&at, "bench").await?;
    let projector = site.projector().await?;
    views_are_there(site, &pool).await?;
    let (first, last) = period(&pool).await?;
    let own = [
        ("MESA_QUERY_CACHE", "1".to_owned()),
        ("MESA_REDIS_URL", "redis://127.0.0.1:1".to_owned()),
    ];
    let query = site.query(&own).await?;
    let month = |n| asked(first - Days::new(n + 1), last);
    let again = |n| month(n + QUESTIONS);
    sqlx::query("vacuum analyze").execute(&pool).await?;
    let few = rounds(&query, site, wanted, month).await?;
    let cells_of_few = cells(&pool).await?;
    go_on(&pool, first, last).await?;
    sqlx::query("vacuum analyze").execute(&pool).await?;
    let many = rounds(&query, site, wanted, again).await?;
    let year = |n| asked(first - Days::new(n + 1), first + Days::new(365));
    let whole = rounds(&query, site, wanted, year).await?;
    let row = |what: &str, rounds: &Rounds| Row {
        what: what.to_owned(),
        unit: "/s",
        ours: rounds.rate(),
        lengths: Some(rounds.lengths()),
        with: query.takes(),
        ..Row::default()
    };
    let rows = vec![
        row(
            &format!("a month of 10,000 documents, {cells_of_few} cells"),
            &few,
        ),
        Row {
            limit: Some(("of 10,000", few.rate())),
            aim: Some(Aim::Part(1.0 / 1.2)),
            ..row(
                &format!("the same of 1,000,000, {} cells", cells(&pool).await?),
                &many,
            )
        },
        row("a year of 1,000,000", &whole),
    ];
    query.stop().await?;
    projector.stop().await?;
    pool.close().await;
    Ok(rows)
}

fn asked(from: NaiveDate, to: NaiveDate) -> String {
    format!("/api/v1/statistics?from={from}&to={to}")
}

async fn rounds(
    query: &Process,
    site: &Site,
    wanted: &Wanted,
    question: impl Fn(u64) -> String,
) -> anyhow::Result<Rounds> {
    let script = OneByOne::of((0..QUESTIONS).map(question), &site.viewer);
    let mut rounds = Rounds::default();
    for _ in 0..wanted.rounds {
        let clients = webs(CLIENTS, &query.address, &script).await?;
        rounds.add(drive(clients, wanted.length()).await?);
    }
    Ok(rounds)
}

/// The first and the last day on which something happened.
async fn period(pool: &PgPool) -> anyhow::Result<(NaiveDate, NaiveDate)> {
    let days = sqlx::query_as("select min(day), max(day) from statistics_activity");
    Ok(days.fetch_one(pool).await?)
}

/// Lets the office go on as in the period that is there.
async fn go_on(pool: &PgPool, first: NaiveDate, last: NaiveDate) -> anyhow::Result<()> {
    let length = i32::try_from((last - first).num_days() + 1)?;
    for month in 1..MONTHS {
        for statement in CELLS {
            sqlx::query(statement)
                .bind(month)
                .bind(length)
                .bind(last + Days::new(1))
                .execute(pool)
                .await?;
        }
    }
    Ok(())
}

async fn cells(pool: &PgPool) -> anyhow::Result<i64> {
    let count = "select (select count(*) from statistics_documents)
        + (select count(*) from statistics_activity)
        + (select count(*) from statistics_durations)
        + (select count(*) from statistics_flow)";
    Ok(sqlx::query_scalar(count).fetch_one(pool).await?)
}
