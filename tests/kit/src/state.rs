//! What the test processes of a workspace know of each other: a folder with a lock, a file for
//! each user, and the addresses of the servers.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use platform::ids::{Ids, SystemIds};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long nobody may have used the servers before they are ended.
const PATIENCE_SECONDS: u32 = 20;

/// Where the shared servers are.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Shared {
    pub(crate) nats_url: String,
    pub(crate) database_url: String,
    pub(crate) redis_url: String,
    /// The servers' data folder.
    pub(crate) data: PathBuf,
    /// Their process ids.
    pub(crate) pids: Vec<u32>,
}

/// The folder that the test processes of this workspace share.
#[derive(Debug)]
pub(crate) struct State {
    folder: PathBuf,
    _lock: File,
}

impl State {
    /// Waits until this process alone works on the folder, and enters itself as a user.
    pub(crate) fn enter() -> io::Result<Self> {
        let folder = folder()?;
        let users = folder.join("users");
        fs::create_dir_all(&users)?;
        let lock = File::options()
            .create(true)
            .append(true)
            .open(folder.join("lock"))?;
        lock.lock()?;
        fs::write(users.join(std::process::id().to_string()), "")?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The servers another process started, if there are any.
    pub(crate) fn shared(&self) -> Option<Shared> {
        let text = fs::read(self.folder.join("servers.json")).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Tells the other processes where the servers are.
    pub(crate) fn share(&self, shared: &Shared) -> io::Result<()> {
        let new = self.folder.join("servers.new");
        fs::write(&new, serde_json::to_vec(shared)?)?;
        fs::rename(new, self.folder.join("servers.json"))
    }

    /// A data folder for new servers. Each generation of them has its own, so that the end of one
    /// cannot disturb the beginning of the next.
    pub(crate) fn new_data(&self) -> PathBuf {
        let unique = short(SystemIds.next().as_bytes());
        self.folder.join(format!("data-{unique}"))
    }

    /// The data folders of servers that no watchdog watches anymore.
    pub(crate) fn abandoned(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| {
                let name = path.file_name().unwrap_or_default();
                name.to_string_lossy().starts_with("data-") && !is_watched(path)
            })
            .collect()
    }

    /// Starts a watchdog if the one of these servers is gone.
    pub(crate) fn keep_watched(&self, shared: &Shared) -> io::Result<()> {
        if is_watched(&shared.data) {
            return Ok(());
        }
        self.watch(shared)
    }

    /// Starts the watchdog, which outlives this process.
    pub(crate) fn watch(&self, shared: &Shared) -> io::Result<()> {
        let child = Command::new("sh")
            .args(["-c", include_str!("watchdog.sh"), "mesa-test-watchdog"])
            .arg(&self.folder)
            .arg(&shared.data)
            .arg(PATIENCE_SECONDS.to_string())
            .args(shared.pids.iter().map(u32::to_string))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        fs::write(watchdog_file(&shared.data), child.id().to_string())
    }
}

fn watchdog_file(data: &Path) -> PathBuf {
    data.join("watchdog.pid")
}

/// Says whether the watchdog of a data folder is alive.
fn is_watched(data: &Path) -> bool {
    let Ok(pid) = fs::read_to_string(watchdog_file(data)) else {
        return false;
    };
    let pid = pid.trim();
    let line = fs::read(format!("/proc/{pid}/cmdline")).or_else(|_| {
        let ps = Command::new("ps")
            .args(["-ww", "-o", "command=", "-p", pid])
            .output();
        ps.map(|answer| answer.stdout)
    });
    line.is_ok_and(|line| String::from_utf8_lossy(&line).contains(&*data.to_string_lossy()))
}

/// A folder in the machine's place for temporary things, named after this workspace and user.
fn folder() -> io::Result<PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    let workspace = short(env!("CARGO_MANIFEST_DIR").as_bytes());
    let folder = std::env::temp_dir().join(format!("mesa-tests-{user}-{workspace}"));
    match fs::DirBuilder::new().mode(0o711).create(&folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    if fs::symlink_metadata(&folder)?.uid() != user {
        let belongs = format!("{} belongs to somebody else", folder.display());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, belongs));
    }
    fs::canonicalize(folder)
}

/// Twelve digits that stand for these bytes.
pub(crate) fn short(bytes: &[u8]) -> String {
    let mut digits = hex::encode(Sha256::digest(bytes));
    digits.truncate(12);
    digits
}
