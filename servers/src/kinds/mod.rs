//! What differs between the three servers.

mod nats;
mod postgres;
mod redis;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::Kind;
use crate::error::StartError;
use crate::folder::{Home, pid_file};
use crate::server::Site;

/// What comes back from a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The server that was started, ready to serve.
    Serves,
    /// Nothing useful yet.
    NotYet,
    /// Another server that took the port first.
    Stranger,
}

/// The address clients connect to.
pub(crate) fn url(site: &Site) -> String {
    let (port, password) = (site.port, site.home.password());
    match (site.kind, password) {
        (Kind::Nats, None) => format!("nats://127.0.0.1:{port}"),
        (Kind::Nats, Some(password)) => format!("nats://mesa:{password}@127.0.0.1:{port}"),
        (Kind::Postgres, None) => format!("postgres://mesa@127.0.0.1:{port}/mesa"),
        (Kind::Postgres, Some(password)) => {
            format!("postgres://mesa:{password}@127.0.0.1:{port}/mesa")
        }
        (Kind::Redis, None) => format!("redis://127.0.0.1:{port}/0"),
        (Kind::Redis, Some(password)) => format!("redis://:{password}@127.0.0.1:{port}/0"),
    }
}

/// Makes folders and what the server expects in them.
pub(crate) async fn prepare(site: &mut Site) -> Result<(), StartError> {
    match site.kind {
        Kind::Nats | Kind::Redis => site.home.own_folder(&site.home.of(site.kind)),
        Kind::Postgres => postgres::prepare(site).await,
    }
}

/// Writes the configuration, and gives the command that runs the server in the foreground.
pub(crate) fn command(site: &Site) -> Result<Command, StartError> {
    match site.kind {
        Kind::Nats => nats::command(site),
        Kind::Postgres => postgres::command(site),
        Kind::Redis => redis::command(site),
    }
}

/// Asks the server, in its own protocol, whether it serves.
pub(crate) async fn ask(site: &Site, pid: u32) -> Answer {
    let limit = Duration::from_secs(2);
    let asked = async {
        match site.kind {
            Kind::Nats => Box::pin(nats::ask(site)).await,
            Kind::Postgres => Box::pin(postgres::ask(site)).await,
            Kind::Redis => Box::pin(redis::ask(site, pid)).await,
        }
    };
    tokio::time::timeout(limit, asked)
        .await
        .unwrap_or(Answer::NotYet)
}

/// What is done once the server serves.
pub(crate) async fn settle(site: &Site) -> Result<(), StartError> {
    match site.kind {
        Kind::Nats | Kind::Redis => Ok(()),
        Kind::Postgres => Box::pin(postgres::settle(site)).await,
    }
}

/// The files that may name a process an interrupted run left.
pub(crate) fn pid_files(kind: Kind, data: &Path) -> Vec<PathBuf> {
    let mut files = vec![pid_file(kind, data)];
    if kind == Kind::Postgres {
        files.push(data.join(kind.folder()).join("postmaster.pid"));
    }
    files
}

/// The signal that stops it in an orderly way, without waiting for its clients.
pub(crate) const fn stop_signal(kind: Kind) -> Signal {
    match kind {
        Kind::Nats | Kind::Redis => Signal::TERM,
        Kind::Postgres => Signal::INT,
    }
}

/// How long an orderly stop may take.
pub(crate) const fn stop_limit(kind: Kind) -> Duration {
    match kind {
        Kind::Nats => Duration::from_secs(10),
        Kind::Postgres => Duration::from_secs(20),
        Kind::Redis => Duration::from_secs(5),
    }
}

/// How long it may take to serve: after an interrupted run, a large log is read first.
pub(crate) const fn start_limit(kind: Kind) -> Duration {
    match kind {
        Kind::Nats | Kind::Postgres => Duration::from_mins(3),
        Kind::Redis => Duration::from_secs(20),
    }
}

/// The major version that made the data, when no other can read it.
pub(crate) fn major_of_data(kind: Kind, home: &Home) -> Option<u32> {
    match kind {
        Kind::Nats | Kind::Redis => None,
        Kind::Postgres => postgres::major_of_data(home),
    }
}
