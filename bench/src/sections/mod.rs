//! The measurements, each of which can be run alone.

mod catching_up;
mod commands;
mod desk;
mod fill;
mod reads;
mod rebuild;
mod select;
mod statistics;
mod streams;

use std::time::Instant;

use anyhow::Context;
use kit::Profile;

use crate::cli::{Section, Wanted};
use crate::machine;
use crate::site::Site;
use crate::table::{Row, markdown};

/// Runs what is wanted, shows it, and writes it down.
///
/// # Errors
///
/// A server or a role does not work as it must.
pub(crate) async fn run(wanted: &Wanted) -> anyhow::Result<()> {
    let mut facts = Vec::new();
    let mut tables = Vec::new();
    for section in wanted.sections() {
        let begun = Instant::now();
        let site = Site::open(profile(section)).await?;
        if facts.is_empty() {
            facts = machine::facts(&site).await?;
            println!("{}\n", facts.join("\n"));
        }
        let rows = measure(section, &site, wanted).await;
        let rows = rows.with_context(|| format!("{section:?} was not measured"))?;
        let table = markdown(title(section), &rows);
        println!("{table}\n(in {:.0} s)\n", begun.elapsed().as_secs_f64());
        tables.push(table);
        site.close().await;
    }
    if let Some(out) = &wanted.out {
        std::fs::write(out, written(&facts, &tables))
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    Ok(())
}

async fn measure(section: Section, site: &Site, wanted: &Wanted) -> anyhow::Result<Vec<Row>> {
    match section {
        Section::Reads => Box::pin(reads::measure(site, wanted)).await,
        Section::Always => Box::pin(commands::measure(site, wanted, commands::ALWAYS)).await,
        Section::Lazy => Box::pin(commands::measure(site, wanted, commands::LAZILY)).await,
        Section::CatchingUp => Box::pin(catching_up::measure(site, wanted)).await,
        Section::Rebuild => Box::pin(rebuild::measure(site, wanted)).await,
        Section::Statistics => Box::pin(statistics::measure(site, wanted)).await,
        Section::Streams => Box::pin(streams::measure(site)).await,
        Section::Desk => desk::measure(wanted),
    }
}

/// What the servers promise while it is measured.
const fn profile(section: Section) -> Profile {
    match section {
        Section::Reads
        | Section::Lazy
        | Section::CatchingUp
        | Section::Rebuild
        | Section::Statistics
        | Section::Desk => Profile::FastForTests,
        Section::Always | Section::Streams => Profile::Durable,
    }
}

const fn title(section: Section) -> &'static str {
    match section {
        Section::Reads => "Reads",
        Section::Always => "Commands, each on the disk before it is answered",
        Section::Lazy => "Commands, the disk told every two minutes",
        Section::CatchingUp => "Projecting a backlog",
        Section::Rebuild => "Rebuilding the views",
        Section::Statistics => "Statistics",
        Section::Streams => "Streams and memory",
        Section::Desk => "Receipts and due dates, on one core",
    }
}

fn written(facts: &[String], tables: &[String]) -> String {
    let facts: Vec<_> = facts.iter().map(|fact| format!("* {fact}")).collect();
    format!(
        "# Performance\n\nWritten by `cargo run --profile dist -p bench -- --out \
         docs/performance.md`; what is measured and how is told in `bench/src/sections/`. Each \
         figure stands beside its limit, measured in turn with it on the same machine, which also \
         runs the clients and the servers: read them as ratios.\n\n{}\n\n{}",
        facts.join("\n"),
        tables.join("\n")
    )
}
