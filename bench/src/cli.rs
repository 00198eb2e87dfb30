//! The command line: what to measure. The roles and the limits that it starts as processes of their
//! own are subcommands.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::bail;
use clap::{Args, Parser, Subcommand, ValueEnum};
use mesa::cli::{Cli as Mesa, Task};
use mesa::roles;
use platform::telemetry;

use crate::empty::Empty;

/// Measures Mesa beside its limits.
#[derive(Debug, Parser)]
#[command(name = "bench", version, about, subcommand_negates_reqs = true)]
pub(crate) struct Cli {
    /// What this process is, when a measurement starts it.
    #[command(subcommand)]
    pub(crate) doing: Option<Doing>,

    /// What to measure.
    #[command(flatten)]
    pub(crate) wanted: Wanted,
}

/// What a process is that a measurement starts.
#[derive(Debug, Subcommand)]
pub(crate) enum Doing {
    /// A role, as `mesa` runs it.
    #[command(hide = true)]
    Role(Box<Mesa>),
    /// Handlers that do nothing but answer.
    #[command(hide = true)]
    Empty(Empty),
}

/// What to measure, and how long.
#[derive(Clone, Debug, Args)]
pub(crate) struct Wanted {
    /// Which sections; all of them when none is named.
    #[arg(value_enum)]
    sections: Vec<Section>,

    /// How often each figure and its limit are measured in turn; the median is shown.
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,

    /// How long each round takes, in milliseconds.
    #[arg(long, default_value_t = 1_500)]
    milliseconds: u64,

    /// Writes the tables as Markdown to this file, too.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
}

/// A part of the measurements that can be run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Section {
    /// Documents and lists, against an empty handler and a bare select.
    Reads,
    /// Commands against raw publishes, when each is on the disk before it is answered.
    Always,
    /// The same when the disk is told every two minutes.
    Lazy,
    /// A backlog through the projector, against raw upserts.
    CatchingUp,
    /// Every view from a million events, against raw copies.
    Rebuild,
    /// Statistics at ten thousand and at a million documents.
    Statistics,
    /// From a command to another's screen, ten thousand screens, and the memory of the roles.
    Streams,
    /// Receipts and due dates, on one core.
    Desk,
}

impl Wanted {
    /// The sections to run, in order.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let all = Section::value_variants();
        let wanted =
            |section: &&Section| self.sections.is_empty() || self.sections.contains(section);
        all.iter().filter(wanted).copied().collect()
    }

    /// How long a round takes.
    pub(crate) const fn length(&self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }
}

/// Runs a role until it is told to stop.
///
/// # Errors
///
/// It is none, or it cannot begin.
pub(crate) async fn role(mesa: &Mesa) -> anyhow::Result<()> {
    let _lines = telemetry::begin(&mesa.log, mesa.task.usual_filter())?;
    match &mesa.task {
        Task::Command(config) => roles::command(config).await,
        Task::Projector(config) => roles::projector(config).await,
        Task::Query(config) => roles::query(config).await,
        _ => bail!("this is no role"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn all_sections_are_run_unless_some_are_named() {
        let sections = |args: &[&str]| Cli::parse_from(args).wanted.sections();
        assert_eq!(sections(&["bench"]), Section::value_variants());
        assert_eq!(sections(&["bench", "lazy"]), [Section::Lazy]);
    }

    #[test]
    fn a_role_is_read_as_the_program_reads_it() {
        let cli = Cli::parse_from(["bench", "role", "query", "--listen", "127.0.0.1:1"]);
        let Some(Doing::Role(mesa)) = cli.doing else {
            panic!("a role is one");
        };
        assert!(matches!(mesa.task, Task::Query(_)));
    }
}
