//! The program as a process.

use std::ffi::OsStr;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use kit::Program;
use rustix::process::Signal;

pub(crate) use kit::{Ended, free_address};

/// How long a command may take: a million events are folded more than once in that.
const LIMIT: Duration = Duration::from_mins(10);

/// One running `mesa`. Dropped, it is killed.
pub(crate) struct Mesa(Program);

impl Mesa {
    /// Begins `mesa` with `arguments`, and with no configuration from this process's environment.
    pub(crate) fn begin(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let file = Path::new(env!("CARGO_BIN_EXE_mesa"));
        Self(Program::begin(file, arguments, &[]))
    }

    /// Runs `mesa` with `arguments` to its own end.
    pub(crate) async fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
        Self::begin(arguments).0.ended_within(LIMIT).await
    }

    /// Sends it a signal and waits for the end that it makes.
    pub(crate) async fn told(self, signal: Signal) -> Ended {
        self.0.told(signal).await
    }

    /// Kills it as `kill -9` does, and returns when it is gone.
    pub(crate) fn killed(self) {
        self.0.killed();
    }
}

impl Deref for Mesa {
    type Target = Program;

    fn deref(&self) -> &Program {
        &self.0
    }
}

impl DerefMut for Mesa {
    fn deref_mut(&mut self) -> &mut Program {
        &mut self.0
    }
}
