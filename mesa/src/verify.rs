//! `mesa verify`: the log folded again and compared with Postgres and Redis.

use std::process::ExitCode;

use clap::Args;
use projector::verify::{MOST_DIFFERENCES, Report, compare};

use crate::import::progress::Progress;
use crate::opened::Opened;
use crate::reach::Reach;

/// What to compare.
#[derive(Clone, Debug, Args)]
pub struct Verify {
    /// Where the servers are.
    #[command(flatten)]
    pub reach: Reach,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Compares, prints what was found, and gives exit status 1 on any difference.
///
/// # Errors
///
/// A server does not answer, or the log is shorter than the views.
pub async fn run(verify: &Verify) -> anyhow::Result<ExitCode> {
    let opened = Opened::open(&verify.reach, "verify").await?;
    let Opened {
        names,
        log,
        pool,
        redis,
        client: _,
    } = &opened;
    let progress = Progress::on_stderr();
    let report = compare(pool, redis, log, names, |read, all| {
        progress.at("reading the log", read, all);
    })
    .await?;
    progress.end();
    if verify.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print(report: &Report) {
    println!(
        "{}: {} records, {} events\n",
        report.position, report.records, report.events
    );
    println!(
        "{:<24} {:>10} {:>10} {:>8}  digest",
        "view", "log", "stored", "differ"
    );
    for view in &report.views {
        let digest = view.found_digest.to_string();
        println!(
            "{:<24} {:>10} {:>10} {:>8}  {}",
            view.view,
            view.expected,
            view.found,
            view.differing,
            digest.get(..16).unwrap_or_default()
        );
    }
    if !report.views.iter().any(|view| view.view == "hot") {
        println!("hot views were not compared: Redis does not answer");
    }
    for view in &report.views {
        for difference in &view.differences {
            let none = || "nothing".to_owned();
            println!("\n{} {}", view.view, difference.key);
            println!(
                "  log     {}",
                difference.expected.clone().unwrap_or_else(none)
            );
            println!(
                "  stored  {}",
                difference.found.clone().unwrap_or_else(none)
            );
        }
        if view.differing > MOST_DIFFERENCES as u64 {
            println!("\n{} has more differences than are shown", view.view);
        }
    }
    for link in &report.broken {
        println!("\nthe hash chain is broken: {link:?}");
    }
    for parked in &report.parked {
        println!("\n{parked} is parked: compared up to where it is");
    }
    println!(
        "\n{}",
        if report.is_clean() {
            "no difference"
        } else {
            "there are differences"
        }
    );
}
