//! The command line: one subcommand a role, and the operator's tools.

use clap::{Args, Parser, Subcommand};
use platform::config::{Log, Postgres};

use crate::calendar::Calendar;
use crate::doctor::Doctor;
use crate::health::Health;
use crate::import::Import;
use crate::parked::Parked;
use crate::projections::Projections;
use crate::rebuild::Rebuild;
use crate::receipts::{ReceiptKeys, VerifyReceipt};
use crate::roles::{ProjectorRole, QueryRole, WorkerRole};
use crate::up::Up;
use crate::verify::Verify;

/// Mesa: document intake and routing for public institutions.
#[derive(Debug, Parser)]
#[command(name = "mesa", version, about, propagate_version = true)]
pub struct Cli {
    /// What is logged, and how.
    #[command(flatten)]
    pub log: Log,

    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Run everything on this machine: the three servers and every role, on one address.
    Up(Box<Up>),
    /// Run the command role: HTTP in, one event message out. Needs NATS alone.
    Command(Box<command::Config>),
    /// Run the projector role: the log into Postgres and Redis.
    Projector(Box<ProjectorRole>),
    /// Run the query role: lists, documents, inboxes, statistics.
    Query(Box<QueryRole>),
    /// Run the worker role: deadlines computed anew when days off are declared or revoked.
    Worker(Box<WorkerRole>),
    /// Bring the database to the newest schema.
    Migrate(Migrate),
    /// Turn an office's log into documents with their own past times.
    Import(Box<Import>),
    /// Declare the national holidays that the calendar lacks.
    Calendar(Box<Calendar>),
    /// Fold the log again and compare it with Postgres and Redis; exit status 1 on a difference.
    Verify(Box<Verify>),
    /// Show where the projections are: position, lag, rate, heartbeat, generation, parked.
    Projections(Box<Projections>),
    /// Make views anew from the log while the old ones are read, compare, and switch.
    Rebuild(Box<Rebuild>),
    /// List the histories that could not be applied, or try them again.
    Parked(Box<Parked>),
    /// Look at the servers, their settings and what is in them, and say what to change; exit
    /// status 1 if something must be.
    Doctor(Box<Doctor>),
    /// Check the code of a receipt; exit status 1 when it is not genuine.
    VerifyReceipt(VerifyReceipt),
    /// Add a key that seals receipts, or print the public halves.
    ReceiptKeys(ReceiptKeys),
    /// Print the `OpenAPI` document of the whole API.
    Openapi,
    /// Ask a running role whether it is ready; exit status 1 if it is not.
    Health(Health),
}

impl Task {
    /// The name by which a collector of spans knows the process.
    pub const fn service(&self) -> &'static str {
        match self {
            Self::Command(_) => "mesa-command",
            Self::Projector(_) => "mesa-projector",
            Self::Query(_) => "mesa-query",
            Self::Worker(_) => "mesa-worker",
            Self::Up(_)
            | Self::Migrate(_)
            | Self::Import(_)
            | Self::Calendar(_)
            | Self::Verify(_)
            | Self::Projections(_)
            | Self::Rebuild(_)
            | Self::Parked(_)
            | Self::Doctor(_)
            | Self::VerifyReceipt(_)
            | Self::ReceiptKeys(_)
            | Self::Openapi
            | Self::Health(_) => "mesa",
        }
    }

    /// What is logged when nothing else is said: roles tell what they do, a task that talks to
    /// the person who started it only what goes wrong.
    pub const fn usual_filter(&self) -> &'static str {
        match self {
            Self::Command(_) | Self::Projector(_) | Self::Query(_) | Self::Worker(_) => {
                "info,async_nats=warn"
            }
            Self::Up(_)
            | Self::Migrate(_)
            | Self::Import(_)
            | Self::Calendar(_)
            | Self::Verify(_)
            | Self::Projections(_)
            | Self::Rebuild(_)
            | Self::Parked(_)
            | Self::Doctor(_)
            | Self::VerifyReceipt(_)
            | Self::ReceiptKeys(_)
            | Self::Openapi
            | Self::Health(_) => "warn",
        }
    }
}

/// Which database to migrate.
#[derive(Clone, Debug, Args)]
pub struct Migrate {
    /// The read models.
    #[command(flatten)]
    pub postgres: Postgres,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_subcommand_is_well_formed() {
        Cli::command().debug_assert();
    }
}
