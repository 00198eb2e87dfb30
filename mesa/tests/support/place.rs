//! A folder for `mesa up`, and the processes that run in it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A folder that the servers' user may pass. Dropped, it takes with it whatever still runs there.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("mesa-up-").tempdir();
        let folder = folder.unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        Self(folder)
    }

    /// The folder for `mesa up`.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for pid in processes(self.0.path()) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// The processes whose command line names `folder`.
pub(crate) fn processes(folder: &Path) -> Vec<Pid> {
    let folder = folder.to_string_lossy().into_owned();
    let named = command_lines().into_iter();
    let named = named.filter(|(_, line)| line.contains(&folder));
    named.filter_map(|(pid, _)| Pid::from_raw(pid)).collect()
}

/// Every process with its command line: from `/proc`, or from `ps` where there is none.
fn command_lines() -> Vec<(i32, String)> {
    if let Ok(entries) = fs::read_dir("/proc") {
        let line = |entry: fs::DirEntry| {
            let pid = entry.file_name().to_string_lossy().parse().ok()?;
            let line = fs::read(entry.path().join("cmdline")).ok()?;
            Some((pid, String::from_utf8_lossy(&line).into_owned()))
        };
        return entries.flatten().filter_map(line).collect();
    }
    let mut ps = Command::new("ps");
    ps.args(["-axww", "-o", "pid=,command="]);
    let listed = ps.output().unwrap().stdout;
    let line = |line: &str| {
        let (pid, line) = line.trim_start().split_once(' ')?;
        Some((pid.parse().ok()?, line.to_owned()))
    };
    String::from_utf8_lossy(&listed)
        .lines()
        .filter_map(line)
        .collect()
}

/// Checks that no process that names `folder` was left behind.
pub(crate) fn assert_nobody_names(folder: &Path) {
    let left = processes(folder);
    assert!(left.is_empty(), "processes were left behind: {left:?}");
}
