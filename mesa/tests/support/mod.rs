//! The program as a process: begun with arguments, listened to, told to stop, killed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How long any run may take to come to its end by itself.
const LIMIT: Duration = Duration::from_mins(2);

/// One running `mesa`. Dropped, it is killed.
pub(crate) struct Mesa {
    child: Child,
    said: Arc<Mutex<String>>,
    listening: Vec<JoinHandle<()>>,
}

/// What a run that came to its end left.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// Everything it wrote, on both streams.
    pub(crate) said: String,
}

impl Mesa {
    /// Begins `mesa` with `arguments`, and with no configuration from this process's environment.
    pub(crate) fn begin(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesa"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MESA_") && name != "MESA_CACHE" {
                command.env_remove(name);
            }
        }
        let mut child = command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::new(Mutex::new(String::new()));
        let listening = vec![
            listen(child.stdout.take().unwrap(), Arc::clone(&said)),
            listen(child.stderr.take().unwrap(), Arc::clone(&said)),
        ];
        Self {
            child,
            said,
            listening,
        }
    }

    /// Runs `mesa` with `arguments` to its own end.
    pub(crate) async fn run(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
        Self::begin(arguments).ended().await
    }

    /// What it has written so far, on both streams.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Sends it a signal and waits for the end that it makes.
    pub(crate) async fn told(self, signal: Signal) -> Ended {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        self.ended().await
    }

    /// Kills it as `kill -9` does, and returns when it is gone.
    pub(crate) fn killed(mut self) {
        assert!(
            self.child.try_wait().unwrap().is_none(),
            "it had ended before it was killed:\n{}",
            self.said()
        );
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    async fn ended(mut self) -> Ended {
        let status = kit::eventually(LIMIT, "the end of a mesa process", async || {
            self.child.try_wait().unwrap()
        })
        .await;
        for listening in std::mem::take(&mut self.listening) {
            listening.join().unwrap();
        }
        let said = self.said();
        Ended { status, said }
    }
}

impl Drop for Mesa {
    #[expect(clippy::print_stderr, reason = "a failed test tells what it saw")]
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if thread::panicking() {
            eprintln!("a mesa process had said:\n{}", self.said());
        }
    }
}

impl Ended {
    /// What it wrote, if its exit status is this.
    pub(crate) fn with(self, code: i32) -> String {
        assert_eq!(self.status.code(), Some(code), "{}", self.said);
        self.said
    }
}

/// An address of this machine that nobody uses now.
pub(crate) fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

fn listen(stream: impl Read + Send + 'static, said: Arc<Mutex<String>>) -> JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let mut said = said.lock().unwrap();
            said.push_str(&line);
            said.push('\n');
        }
    })
}
