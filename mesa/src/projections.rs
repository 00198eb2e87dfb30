//! `mesa projections`: where the views are, and whether somebody moves them.

use std::time::Duration;

use clap::Args;
use platform::clock::{Clock, SystemClock};
use projector::standing::{Standing, look};

use crate::opened::Opened;
use crate::reach::Reach;

/// How long is listened for the projector: three of its heartbeats.
const WATCHED: Duration = Duration::from_secs(1);

/// What to look at.
#[derive(Clone, Debug, Args)]
pub struct Projections {
    /// Where the servers are.
    #[command(flatten)]
    pub reach: Reach,
    /// Print what was found as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Looks for a second and prints a table.
///
/// # Errors
///
/// A server does not answer.
pub async fn run(told: &Projections) -> anyhow::Result<()> {
    let opened = Opened::open(&told.reach, "projections").await?;
    let standing = look(
        &opened.client,
        &opened.log,
        &opened.names,
        &opened.pool,
        &opened.redis,
        SystemClock.now(),
        WATCHED,
    )
    .await?;
    if told.json {
        println!("{}", serde_json::to_string_pretty(&standing)?);
    } else {
        print(&standing);
    }
    Ok(())
}

fn print(standing: &[Standing]) {
    if standing.is_empty() {
        println!("no projector has begun yet");
        return;
    }
    println!(
        "{:<11} {:>10}  {:<20} {:>10} {:>10} {:>9} {:>10} {:>10} {:>7}",
        "projection",
        "generation",
        "stream",
        "position",
        "behind",
        "seconds",
        "records/s",
        "heartbeat",
        "parked"
    );
    for row in standing {
        println!(
            "{:<11} {:>10}  {:<20} {:>10} {:>10} {:>9} {:>10} {:>10} {:>7}",
            row.projection,
            row.generation,
            row.stream,
            shown(row.position),
            shown(row.behind_records),
            tenths(row.behind_seconds),
            tenths(row.rate),
            heartbeat(row),
            shown(row.parked),
        );
    }
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

fn tenths(value: Option<f64>) -> String {
    shown(value.map(|value| format!("{value:.1}")))
}

/// Only the rows have a heart; the others move with them.
fn heartbeat(row: &Standing) -> String {
    match (row.heartbeat_seconds, row.projection) {
        (Some(seconds), _) => format!("{seconds:.1} s ago"),
        (None, "views") => "none".to_owned(),
        (None, _) => "–".to_owned(),
    }
}
