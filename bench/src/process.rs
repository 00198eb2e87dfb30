//! Roles as processes of their own, and the memory they take.
//!
//! The program starts itself again as `bench role …`, which is the role as `mesa …` runs it, in the
//! same profile and from the same build.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::client::{Connection, get};

/// How long a role may take to be ready, and to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between one look and the next.
const LOOK: Duration = Duration::from_millis(20);

/// A process of ours, ended when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) name: &'static str,
    child: Child,
    /// Where it serves.
    pub(crate) address: String,
}

impl Process {
    /// Starts this program again with `args` and `--listen`, its settings in the environment and its
    /// log in a file of the folder `logs`, and waits until it says that it is ready.
    pub(crate) async fn start(
        name: &'static str,
        args: &[String],
        settings: &[(&str, String)],
        logs: &Path,
    ) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let address = format!("127.0.0.1:{port}");
        let log = File::options()
            .create(true)
            .append(true)
            .open(logs.join(format!("{name}.log")))?;
        let child = Command::new(std::env::current_exe()?)
            .args(args)
            .args(["--listen", &address])
            .envs(settings.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let mut process = Self {
            name,
            child,
            address,
        };
        process.ready().await?;
        Ok(process)
    }

    async fn ready(&mut self) -> anyhow::Result<()> {
        let (name, begun) = (self.name, Instant::now());
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("{name} ended at once, with {status}");
            }
            if let Ok(mut connection) = Connection::open(&self.address).await
                && let Ok(answer) = connection.ask(&get("/readyz", "")).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("{name} is not ready after {PATIENCE:?}")
    }

    /// Its resident memory, in megabytes.
    pub(crate) fn memory(&self) -> f64 {
        memory(self.child.id())
    }

    /// Its memory in words.
    pub(crate) fn takes(&self) -> String {
        format!("{} {:.0} MB", self.name, self.memory())
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            kill_process(pid, Signal::TERM)?;
        }
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        bail!("{} does not stop", self.name)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The resident memory of a process, in megabytes of a million bytes; 0 when it is gone.
pub(crate) fn memory(pid: u32) -> f64 {
    megabytes(pid, "VmRSS:")
}

/// The most it ever was, in megabytes.
pub(crate) fn most_memory(pid: u32) -> f64 {
    megabytes(pid, "VmHWM:")
}

fn megabytes(pid: u32, what: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"));
    let kibibytes = status.ok().and_then(|status| kibibytes(&status, what));
    kibibytes.unwrap_or_default() * 1024.0 / 1e6
}

fn kibibytes(status: &str, what: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(what))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_what_the_system_says() {
        let status = "Name:\tmesa\nVmHWM:\t   99 kB\nVmRSS:\t   20480 kB\n";
        assert_eq!(kibibytes(status, "VmRSS:"), Some(20480.0));
        assert_eq!(kibibytes(status, "VmHWM:"), Some(99.0));
        assert_eq!(kibibytes("", "VmRSS:"), None);
    }
}
