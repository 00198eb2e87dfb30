//! One server: started until it answers, stopped until nothing of it is left.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::Signal;
use tokio::time::{Instant, sleep};

use crate::error::StartError;
use crate::find::Program;
use crate::folder::Home;
use crate::kinds::{self, Answer};
use crate::{Announce, Kind, Profile, process};

/// How often a starting server is asked whether it serves.
const ASK: Duration = Duration::from_millis(10);

/// How often a server that ends at once is tried, as when somebody took its port.
const TRIES: u32 = 4;

/// What a server is started with.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) kind: Kind,
    pub(crate) program: Program,
    pub(crate) home: Arc<Home>,
    pub(crate) profile: Profile,
    pub(crate) port: u16,
}

/// One server of this program.
#[derive(Debug)]
pub(crate) struct Server {
    site: Site,
    child: Option<Child>,
    /// Whether somebody already knows the port.
    settled: bool,
    /// Whether its processes are stopped where they are.
    paused: bool,
}

impl Server {
    pub(crate) fn new(kind: Kind, program: Program, home: Arc<Home>, profile: Profile) -> Self {
        Self {
            site: Site {
                kind,
                program,
                home,
                profile,
                port: 0,
            },
            child: None,
            settled: false,
            paused: false,
        }
    }

    /// The address clients connect to.
    pub(crate) fn url(&self) -> String {
        kinds::url(&self.site)
    }

    /// The process id while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Starts the server, ends first what an interrupted run left, and waits until it answers. A
    /// server started before comes back on the same port with the same data.
    pub(crate) async fn start(&mut self, announce: &Announce) -> Result<(), StartError> {
        if let Some(child) = &mut self.child {
            if matches!(child.try_wait(), Ok(None)) {
                return Ok(());
            }
            self.child = None;
        }
        end_what_was_left(self.site.kind, self.site.home.data(), announce).await;
        kinds::prepare(&mut self.site).await?;
        let begun = Instant::now();
        let mut tries = 1;
        loop {
            if !self.settled {
                self.site.port = free_port()?;
            }
            match self.try_start(announce).await {
                Err(StartError::Ended { .. }) if tries < TRIES => {
                    self.child = None;
                    tries += 1;
                    sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error),
                Ok(()) => break,
            }
        }
        self.settled = true;
        announce(&format!(
            "{} {} serves on port {} after {} ms",
            self.site.kind,
            self.site.program.version,
            self.site.port,
            begun.elapsed().as_millis()
        ));
        Ok(())
    }

    /// Stops the server in its own orderly way, and by force when that takes too long.
    pub(crate) async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        process::signal(child.id(), kinds::stop_signal(self.site.kind));
        process::pause(child.id(), false); // A paused process would not hear it.
        if !process::ended(&mut child, kinds::stop_limit(self.site.kind)).await {
            tracing::warn!(server = %self.site.kind, "does not stop; it is killed");
            let _ = child.kill();
            let _ = child.wait();
        }
        self.paused = false;
        self.forget();
    }

    /// Kills the server as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let left = if self.paused {
                process::children(child.id())
            } else {
                Vec::new()
            };
            let _ = child.kill();
            let _ = child.wait();
            // Those that were paused with it notice now that it is gone, and end.
            for child in left {
                process::signal(child, Signal::CONT);
            }
            self.paused = false;
            self.forget();
        }
    }

    /// Stops every process of the server where it is (`STOP`), or lets it go on (`CONT`).
    pub(crate) fn pause(&mut self, pause: bool) {
        if let Some(pid) = self.pid() {
            process::pause(pid, pause);
            self.paused = pause;
        }
    }

    /// A command that runs the same program as the same user, and a folder for its data.
    pub(crate) fn beside(&self, folder: &str) -> Result<(Command, PathBuf), StartError> {
        let home = &self.site.home;
        let path = home.data().join(folder);
        home.own_folder(&path)?;
        let command = home.command(self.site.kind, &self.site.program.file)?;
        Ok((command, path))
    }

    /// Lets the server run on when this value is dropped.
    pub(crate) fn leave(&mut self) {
        self.child = None;
    }

    fn forget(&self) {
        let _ = fs::remove_file(self.site.home.pid_file(self.site.kind));
    }

    async fn try_start(&mut self, announce: &Announce) -> Result<(), StartError> {
        let site = &self.site;
        let mut command = kinds::command(site)?;
        let child = command.spawn().map_err(|source| StartError::Run {
            program: site.program.file.clone(),
            source,
        })?;
        let pid_file = site.home.pid_file(site.kind);
        let pid = child.id();
        self.child = Some(child);
        fs::write(&pid_file, pid.to_string()).map_err(StartError::file("write", &pid_file))?;

        let limit = kinds::start_limit(site.kind);
        let begun = Instant::now();
        let mut patience = Duration::from_secs(5);
        loop {
            if let Some(child) = &mut self.child
                && !matches!(child.try_wait(), Ok(None))
            {
                return Err(self.has_ended());
            }
            match kinds::ask(&self.site, pid).await {
                Answer::Serves => break,
                Answer::Stranger => return Err(self.has_ended()),
                Answer::NotYet => sleep(ASK).await,
            }
            if begun.elapsed() > limit {
                self.kill();
                return Err(StartError::Silent {
                    kind: self.site.kind,
                    limit,
                    log: self.site.home.log_file(self.site.kind),
                });
            }
            if begun.elapsed() > patience {
                patience *= 2;
                announce(&format!("still waiting for {}", self.site.kind));
            }
        }
        kinds::settle(&self.site).await
    }

    /// The error of a server that ended, or whose port answers for somebody else.
    fn has_ended(&mut self) -> StartError {
        let ending = self.child.as_mut().map(process::ending).unwrap_or_default();
        self.kill();
        let home = &self.site.home;
        StartError::Ended {
            kind: self.site.kind,
            log: home.log_file(self.site.kind),
            tail: format!("{} ({ending})", home.log_tail(self.site.kind)),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Ends the server that an interrupted run left in the folder `data`, if there is one.
pub(crate) async fn end_what_was_left(kind: Kind, data: &Path, announce: &Announce) {
    for file in kinds::pid_files(kind, data) {
        if let Some(pid) = process::left_over(&file, data) {
            announce(&format!(
                "ending {kind} (process {pid}), left by an interrupted run"
            ));
            let (how, limit) = (kinds::stop_signal(kind), kinds::stop_limit(kind));
            process::end_left_over(pid, data, how, limit).await;
        }
    }
}

fn free_port() -> Result<u16, StartError> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(StartError::file("find a free port on", "127.0.0.1"))
}
