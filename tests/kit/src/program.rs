//! A program as a process: begun with arguments, listened to, paused, told to stop, killed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::wait::eventually;

/// How long any run may take to come to its end by itself.
const LIMIT: Duration = Duration::from_mins(2);

/// So many lines of what it said are told when a test fails.
const LAST: usize = 40;

/// One running program. Dropped, it is killed.
#[derive(Debug)]
pub struct Program {
    child: Child,
    said: Arc<Mutex<String>>,
    listening: Vec<JoinHandle<()>>,
}

/// What a run that came to its end left.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub status: ExitStatus,
    /// Everything it wrote, on both streams.
    pub said: String,
}

impl Program {
    /// Begins `file` with `arguments`, with nothing of Mesa's configuration from this process's
    /// environment, and with these variables. Rates are not limited, unless they say so: a test
    /// asks more in a second than an office in an hour.
    ///
    /// # Panics
    ///
    /// It cannot be begun.
    pub fn begin(
        file: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        variables: &[(&str, String)],
    ) -> Self {
        let mut command = Command::new(file);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MESA_") && name != "MESA_CACHE" {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .env("MESA_RATE_LIMITS", "off")
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{} cannot be begun: {error}", file.display()),
        };
        let said = Arc::new(Mutex::new(String::new()));
        let mut listening = Vec::new();
        if let Some(stream) = child.stdout.take() {
            listening.push(listen(stream, Arc::clone(&said)));
        }
        if let Some(stream) = child.stderr.take() {
            listening.push(listen(stream, Arc::clone(&said)));
        }
        Self {
            child,
            said,
            listening,
        }
    }

    /// What it has written so far, on both streams.
    #[must_use]
    pub fn said(&self) -> String {
        text(&self.said).clone()
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal: [`Signal::STOP`] lets it hang, [`Signal::CONT`] go on.
    ///
    /// # Panics
    ///
    /// It is gone.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let sent = pid.map(|pid| kill_process(pid, signal));
        assert!(matches!(sent, Some(Ok(()))), "it is gone: {}", self.said());
    }

    /// Sends it a signal and waits for the end that it makes.
    ///
    /// # Panics
    ///
    /// It does not end.
    pub async fn told(self, signal: Signal) -> Ended {
        self.signal(signal);
        self.ended().await
    }

    /// Kills it as `kill -9` does, and returns when it is gone.
    ///
    /// # Panics
    ///
    /// It had ended before.
    pub fn killed(mut self) {
        assert!(
            !self.has_ended(),
            "it had ended before it was killed:\n{}",
            self.said()
        );
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// It does not end.
    pub async fn ended(self) -> Ended {
        self.ended_within(LIMIT).await
    }

    /// Waits so long for its end.
    ///
    /// # Panics
    ///
    /// It does not end.
    pub async fn ended_within(mut self, limit: Duration) -> Ended {
        let status = eventually(limit, "the end of a process", async || {
            self.child.try_wait().ok().flatten()
        })
        .await;
        for listening in std::mem::take(&mut self.listening) {
            let _ = listening.join();
        }
        let said = self.said();
        Ended { status, said }
    }
}

impl Drop for Program {
    #[expect(clippy::print_stderr, reason = "a failed test tells what it saw")]
    fn drop(&mut self) {
        if !self.has_ended() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if thread::panicking() {
            let said = self.said();
            let lines: Vec<&str> = said.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST)..];
            eprintln!("a process had said:\n{}", last.join("\n"));
        }
    }
}

impl Ended {
    /// What it wrote, if its exit status is this.
    ///
    /// # Panics
    ///
    /// It is another.
    pub fn with(self, code: i32) -> String {
        assert_eq!(self.status.code(), Some(code), "{}", self.said);
        self.said
    }
}

/// An address of this machine that nobody uses now.
///
/// # Panics
///
/// There is none.
#[must_use]
pub fn free_address() -> SocketAddr {
    match TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()) {
        Ok(address) => address,
        Err(error) => panic!("no address is free: {error}"),
    }
}

fn listen(stream: impl Read + Send + 'static, said: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut said = text(&said);
            said.push_str(&line);
            said.push('\n');
        }
    })
}

fn text(said: &Mutex<String>) -> MutexGuard<'_, String> {
    said.lock().unwrap_or_else(PoisonError::into_inner)
}
