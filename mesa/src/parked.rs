//! `mesa parked`: the histories that could not be applied, and trying them again.

use std::process::ExitCode;

use anyhow::bail;
use clap::{Args, ValueEnum};
use platform::clock::{Clock, SystemClock};
use projector::beside;
use projector::parked::{self, Parked as Row};
use projector::retry::{Retried, retry};

use crate::opened::Opened;
use crate::reach::Reach;

/// What to do with parked histories.
#[derive(Clone, Debug, Args)]
pub struct Parked {
    /// Where the servers are.
    #[command(flatten)]
    pub reach: Reach,
    /// Print what is parked as JSON.
    #[arg(long)]
    pub json: bool,
    /// What to do with them.
    #[arg(value_enum, default_value = "list")]
    pub act: Act,
    /// Which history to try again: its subject, or the end of it, `document.` and an id.
    #[arg(conflicts_with = "all")]
    pub aggregate: Option<String>,
    /// Try every one of them again.
    #[arg(long)]
    pub all: bool,
}

/// What to do with parked histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Act {
    /// List them: where they stand, why, and since when.
    List,
    /// Read their records again with this program and apply them.
    Retry,
}

/// Lists what is parked or tries it again; exit status 1 when something stays parked that was tried.
///
/// # Errors
///
/// A server does not answer, or no such history is parked.
pub async fn run(told: &Parked) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(&told.reach, "parked").await?;
    let mut connection = opened.pool.acquire().await?;
    let rows = parked::list(&mut connection).await?;
    drop(connection);
    match told.act {
        Act::List if told.json => {
            println!("{}", serde_json::to_string_pretty(&rows)?);
            Ok(ExitCode::SUCCESS)
        }
        Act::List => {
            list(&rows);
            Ok(ExitCode::SUCCESS)
        }
        Act::Retry => try_again(&opened, &chosen(rows, told)?).await,
    }
}

fn chosen(rows: Vec<Row>, told: &Parked) -> anyhow::Result<Vec<Row>> {
    let Some(wanted) = &told.aggregate else {
        if told.all {
            return Ok(rows);
        }
        bail!("say which: `mesa parked retry AGGREGATE`, or `mesa parked retry --all`");
    };
    let end = format!(".{wanted}");
    let is_it = |row: &Row| row.aggregate == *wanted || row.aggregate.ends_with(&end);
    let found: Vec<_> = rows.into_iter().filter(is_it).collect();
    match found.len() {
        0 => bail!("no history {wanted} is parked; `mesa parked` lists those that are"),
        1 => Ok(found),
        _ => bail!("more than one parked history ends with {wanted}; give its whole subject"),
    }
}

fn list(rows: &[Row]) {
    if rows.is_empty() {
        println!("nothing is parked");
        return;
    }
    for row in rows {
        let since = row
            .since
            .map(|since| since.to_rfc3339())
            .unwrap_or_default();
        println!("{}", row.aggregate);
        println!("  position      {}", row.sequence);
        println!("  first parked  {since}");
        println!(
            "  passed over   {} more, up to {}",
            row.skipped, row.last_seq
        );
        println!("  error         {}", row.error);
    }
    println!("\n{} parked; `mesa parked retry` tries again", rows.len());
}

async fn try_again(opened: &Opened, rows: &[Row]) -> anyhow::Result<ExitCode> {
    let mut still = 0;
    for row in rows {
        let (pool, log, now) = (&opened.pool, &opened.log, SystemClock.now());
        match retry(pool, log, &opened.names, &row.aggregate, now).await? {
            Retried::Applied(records) => println!("{}: applied, {records} records", row.aggregate),
            Retried::NotParked => println!("{}: is not parked any more", row.aggregate),
            Retried::Still { sequence, error } => {
                still += 1;
                println!("{}: still parked at {sequence}: {error}", row.aggregate);
            }
        }
    }
    if rows.is_empty() {
        println!("nothing is parked");
    }
    let (client, redis) = (&opened.client, &opened.redis);
    beside::tell(
        client,
        redis,
        &opened.names,
        &opened.pool,
        SystemClock.now(),
    )
    .await?;
    Ok(if still == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
