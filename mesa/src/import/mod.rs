//! `mesa import FILE.csv --map MAP.toml`: an office's log becomes documents with their own past.
//!
//! ```text
//! map, log     the two files are read; a line that cannot be read is refused with its number
//! names, plan  offices and users get codes and logins; each case becomes a list of steps
//! setup        what the directory lacks is set up
//! decide       the steps of each case are put to the rules of the domain, with their own times
//! run          whole histories are added in batches, in the order of registration
//! report       what was added, what was there, what was refused and why
//! ```
//!
//! `docs/examples` has two maps and a log to try.

pub mod decide;
pub mod log;
pub mod map;
pub mod names;
pub mod plan;
pub mod prepare;
pub mod progress;
pub mod report;
pub mod run;
pub mod setup;
pub mod template;
pub mod time;

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::Args;
use command::{Command, Streams};
use domain::{Fault, Refusal};
use platform::clock::{Clock, SystemClock};
use platform::ids::{Ids, SystemIds};
use platform::tasks::Tasks;

use crate::reach::Reach;
use map::Map;
use progress::Progress;
use report::Report;

const DETAILS: &str = "\
Each case of the log becomes one document with its derivations, each at its own past time and in \
the name of its own user, under the same rules as every command. Offices, users and the document \
type are set up as needed. Running it again goes on where it was broken off, and adds nothing \
twice.

The log is read into memory: reckon with one kilobyte a line.

Exit status 3 says that something was refused; the report says what and why.";

/// The exit status of an import that had to refuse something.
const REFUSED: u8 = 3;

/// What is to be imported, and to where.
#[derive(Clone, Debug, Args)]
#[command(after_long_help = DETAILS)]
pub struct Import {
    /// The log: CSV whose first line names the columns.
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,

    /// The map, which says what the columns mean (docs/examples/sample-office.map.toml).
    #[arg(long, value_name = "MAP.toml")]
    pub map: PathBuf,

    /// Say what would be imported into an empty installation, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,

    /// Where the event log is; the other servers are not asked.
    #[command(flatten)]
    pub reach: Reach,

    /// Credentials file (`.creds`) of the NATS user.
    #[arg(id = "nats-credentials", long, env = "MESA_NATS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,

    /// How the streams are made when they are missing.
    #[command(flatten)]
    pub streams: Streams,
}

/// Imports, shows progress on the error stream, and prints the report.
///
/// # Errors
///
/// A file cannot be read, or the event log cannot be written. What was added stays.
pub async fn run(import: &Import) -> anyhow::Result<ExitCode> {
    let tasks = Tasks::default();
    let ids = Arc::new(SystemIds);
    let report = import.carry_out(Arc::new(SystemClock), ids, &tasks).await;
    tasks.stop();
    tasks.drain().await;
    let report = report?;
    let mut out = std::io::stdout().lock();
    if import.json {
        report.write_json(&mut out)?;
    } else {
        report.write_text(&mut out)?;
    }
    out.flush()?;
    Ok(if report.refused.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

impl Import {
    /// Imports, and tells what came of it.
    ///
    /// # Errors
    ///
    /// As [`run()`].
    pub async fn carry_out(
        &self,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        tasks: &Tasks,
    ) -> anyhow::Result<Report> {
        let map = self.read_map()?;
        let path = self.file.display();
        let file = File::open(&self.file).with_context(|| format!("{path} cannot be opened"))?;
        let prepared = prepare::prepare(BufReader::new(file), map, clock.now())
            .with_context(|| format!("{path} cannot be imported"))?;
        if self.dry_run {
            return run::rehearse(prepared);
        }
        let config = self.reach.command(self.credentials.clone(), self.streams)?;
        let command = Command::connect(&config, clock, ids, tasks.clone()).await?;
        run::import(command.app(), prepared, &Progress::on_stderr()).await
    }

    fn read_map(&self) -> anyhow::Result<Map> {
        let path = self.map.display();
        let text =
            fs::read_to_string(&self.map).with_context(|| format!("{path} cannot be read"))?;
        Map::read(&text).map_err(|error| anyhow!("{path}, {error}"))
    }
}

/// A refusal in one sentence, with every fault it found.
pub(crate) fn explain(refusal: &impl Refusal) -> String {
    let fault = |fault: &Fault| format!("{} {}", fault.pointer, fault.detail);
    let faults: Vec<_> = refusal.faults().iter().map(fault).collect();
    if faults.is_empty() {
        refusal.to_string()
    } else {
        faults.join("; ")
    }
}
