//! Processes, known by their id and never by their name.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{Instant, sleep};

/// How often the end of a process is looked for.
const LOOK: Duration = Duration::from_millis(5);

/// Sends a signal; a process that is not there anymore is no error.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = known(pid) {
        let _ = kill_process(pid, signal);
    }
}

/// Stops a process and its children where they are, or lets them go on. A server that serves each
/// client by a child of its own would otherwise still answer those it has.
pub(crate) fn pause(pid: u32, pause: bool) {
    if pause {
        // The parent first: it has no more children then than are found.
        signal(pid, Signal::STOP);
    }
    let how = if pause { Signal::STOP } else { Signal::CONT };
    for child in children(pid) {
        signal(child, how);
    }
    signal(pid, how);
}

/// The children of a process.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let listed = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output();
    let listed = listed.map(|answer| answer.stdout).unwrap_or_default();
    let of_line = |line: &str| {
        let (child, parent) = line.trim().split_once(char::is_whitespace)?;
        let parent: u32 = parent.trim().parse().ok()?;
        (parent == pid).then(|| child.parse().ok())?
    };
    let listed = String::from_utf8_lossy(&listed);
    listed.lines().filter_map(of_line).collect()
}

/// Says whether there is a process with this id.
pub(crate) fn is_alive(pid: u32) -> bool {
    known(pid).is_some_and(|pid| !matches!(test_kill_process(pid), Err(Errno::SRCH)))
}

/// The process that a pid file names, if it is there and its command line names the folder `data`:
/// a process id alone may belong to anybody by now.
pub(crate) fn left_over(pid_file: &Path, data: &Path) -> Option<u32> {
    let text = fs::read_to_string(pid_file).ok()?;
    let pid = text.lines().next()?.trim().parse().ok()?;
    (is_alive(pid) && names(&command_line(pid), data)).then_some(pid)
}

/// Waits until a child has ended, and says whether it did so before the limit.
pub(crate) async fn ended(child: &mut Child, limit: Duration) -> bool {
    let until = Instant::now() + limit;
    loop {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        if Instant::now() >= until {
            return false;
        }
        sleep(LOOK).await;
    }
}

/// Waits until a process that is no child has ended, and says whether it did so before the limit.
pub(crate) async fn vanished(pid: u32, data: &Path, limit: Duration) -> bool {
    let until = Instant::now() + limit;
    while is_alive(pid) && names(&command_line(pid), data) {
        if Instant::now() >= until {
            return false;
        }
        sleep(LOOK).await;
    }
    true
}

/// Ends a process by its signal, and by `KILL` when that takes too long.
pub(crate) async fn end_left_over(pid: u32, data: &Path, how: Signal, limit: Duration) {
    signal(pid, how);
    if !vanished(pid, data, limit).await {
        signal(pid, Signal::KILL);
        vanished(pid, data, Duration::from_secs(5)).await;
    }
}

/// How a child ended, in words.
pub(crate) fn ending(child: &mut Child) -> String {
    match child.try_wait() {
        Ok(Some(status)) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => status.to_string(),
        },
        Ok(None) => "still running".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn known(pid: u32) -> Option<Pid> {
    // 0 and 1 would mean a group and the machine's first process.
    let pid = i32::try_from(pid).ok().filter(|pid| *pid > 1)?;
    Pid::from_raw(pid)
}

fn names(command_line: &str, data: &Path) -> bool {
    command_line.contains(&*data.to_string_lossy())
}

/// The command line of a process; empty when it has ended.
fn command_line(pid: u32) -> String {
    if Path::new("/proc/self/cmdline").exists() {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        return String::from_utf8_lossy(&line).replace('\0', " ");
    }
    let pid = pid.to_string();
    Command::new("ps")
        .args(["-ww", "-o", "command=", "-p", &pid])
        .output()
        .map(|answer| String::from_utf8_lossy(&answer.stdout).into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_that_names_a_stranger_is_not_believed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nats.pid");
        fs::write(&file, std::process::id().to_string()).unwrap();
        assert_eq!(left_over(&file, Path::new("/no/such/data")), None);
        for nonsense in ["", "0", "1", "-1", "no number"] {
            fs::write(&file, nonsense).unwrap();
            assert_eq!(left_over(&file, Path::new("/")), None, "{nonsense:?}");
        }
    }

    #[test]
    fn a_process_that_names_the_folder_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tail.pid");
        let log = folder.path().join("log");
        fs::write(&log, "").unwrap();
        let mut child = Command::new("tail").arg("-f").arg(&log).spawn().unwrap();
        fs::write(&file, child.id().to_string()).unwrap();
        // A process just begun has no command line for a moment.
        let found = (0..100).find_map(|_| {
            std::thread::sleep(LOOK);
            left_over(&file, folder.path())
        });
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(found, Some(child.id()));
        assert_eq!(left_over(&file, folder.path()), None);
    }
}
