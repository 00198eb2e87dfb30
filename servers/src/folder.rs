//! The folder of the servers' data: `nats`, `postgres`, `redis`, `run/*.pid`, `log/*.log`.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest, Sha256};

use crate::error::StartError;
use crate::identity::Identity;
use crate::{Announce, Kind, Profile};

/// Larger logs of earlier runs are put aside.
const LOG_LIMIT: u64 = 16 * 1024 * 1024;

/// The data folder, held by this process alone as long as this value lives.
#[derive(Debug)]
pub(crate) struct Home {
    data: PathBuf,
    identity: Option<Identity>,
    password: Option<String>,
    _held: File,
}

impl Home {
    /// Makes the folder, or takes over what an earlier run left in it.
    pub(crate) fn take(
        wanted: &Path,
        profile: Profile,
        announce: &Announce,
    ) -> Result<Self, StartError> {
        let identity = Identity::to_become();
        let wanted = std::path::absolute(wanted).map_err(StartError::file("find", wanted))?;
        let data = reachable(&wanted, identity.as_ref(), announce);
        for folder in [data.clone(), data.join("run"), data.join("log")] {
            fs::create_dir_all(&folder).map_err(StartError::file("make", &folder))?;
        }
        let data = fs::canonicalize(&data).map_err(StartError::file("find", &data))?;
        if let Some(identity) = &identity {
            // Passed by the servers, read by its owner alone.
            fs::set_permissions(&data, Permissions::from_mode(0o711))
                .map_err(StartError::file("open", &data))?;
            announce(&format!(
                "the servers run as the user {}, because root may not run them",
                identity.name()
            ));
        }
        let mut home = Self {
            _held: hold(&data)?,
            data,
            identity,
            password: None,
        };
        home.own_folder(&home.socket())?;
        home.password = home.keep_password(profile)?;
        Ok(home)
    }

    /// The whole folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Who the servers run as, if that is somebody else.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The password of the servers, unless they ask for none.
    pub(crate) fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The folder of one server's data.
    pub(crate) fn of(&self, kind: Kind) -> PathBuf {
        self.data.join(kind.folder())
    }

    /// The folder of sockets.
    pub(crate) fn socket(&self) -> PathBuf {
        self.data.join("socket")
    }

    /// The file that holds a server's process id.
    pub(crate) fn pid_file(&self, kind: Kind) -> PathBuf {
        pid_file(kind, &self.data)
    }

    /// The file a server's output goes to.
    pub(crate) fn log_file(&self, kind: Kind) -> PathBuf {
        self.data.join("log").join(format!("{}.log", kind.folder()))
    }

    /// The last lines of a server's log.
    pub(crate) fn log_tail(&self, kind: Kind) -> String {
        let log = fs::read(self.log_file(kind)).unwrap_or_default();
        let text = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = text.lines().rev().take(4).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join(" | ")
    }

    /// Makes a folder that belongs to the servers.
    pub(crate) fn own_folder(&self, path: &Path) -> Result<(), StartError> {
        fs::create_dir_all(path).map_err(StartError::file("make", path))?;
        fs::set_permissions(path, Permissions::from_mode(0o700))
            .map_err(StartError::file("close", path))?;
        self.own(path)
    }

    /// Writes a file that the servers alone may read.
    pub(crate) fn own_file(&self, path: &Path, text: &str) -> Result<(), StartError> {
        write_private(path, text)?;
        self.own(path)
    }

    fn own(&self, path: &Path) -> Result<(), StartError> {
        self.identity.as_ref().map_or(Ok(()), |identity| {
            identity
                .own(path)
                .map_err(StartError::file("give away", path))
        })
    }

    /// A command run as the servers are: as their user, in a process group of its own, with
    /// nothing of this program's environment, its output in the server's log.
    pub(crate) fn command(&self, kind: Kind, program: &Path) -> Result<Command, StartError> {
        let path = self.log_file(kind);
        let log = open_log(&path).map_err(StartError::file("write", &path))?;
        let twin = log.try_clone().map_err(StartError::file("write", &path))?;
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(twin)
            .process_group(0);
        if let Some(identity) = &self.identity {
            identity.wear(&mut command);
        }
        Ok(command)
    }

    /// The password an earlier run made, or a new one if the profile asks for one.
    fn keep_password(&self, profile: Profile) -> Result<Option<String>, StartError> {
        let path = self.data.join("run").join("password");
        if let Ok(kept) = fs::read_to_string(&path) {
            return Ok(Some(kept));
        }
        if profile == Profile::FastForTests {
            return Ok(None);
        }
        let mut bytes = [0; 24];
        File::open("/dev/urandom")
            .and_then(|mut source| source.read_exact(&mut bytes))
            .map_err(StartError::file("read", "/dev/urandom"))?;
        let made = hex::encode(bytes);
        write_private(&path, &made)?;
        Ok(Some(made))
    }
}

/// The first twelve digits of the SHA-256 of a path: a short name for it.
pub(crate) fn short_name(path: &Path) -> String {
    let mut digits = hex::encode(Sha256::digest(path.as_os_str().as_encoded_bytes()));
    digits.truncate(12);
    digits
}

/// The file that holds the process id of a server with its data in `data`.
pub(crate) fn pid_file(kind: Kind, data: &Path) -> PathBuf {
    data.join("run").join(format!("{}.pid", kind.folder()))
}

/// A path as the servers' configuration files write it: in quotes.
pub(crate) fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The folder itself; or, when the servers' user cannot come to it, one under `/var/lib/mesa`.
fn reachable(wanted: &Path, identity: Option<&Identity>, announce: &Announce) -> PathBuf {
    let Some(identity) = identity else {
        return wanted.to_owned();
    };
    let Some(closed) = identity.kept_out_by(wanted) else {
        return wanted.to_owned();
    };
    let data = Path::new("/var/lib/mesa").join(short_name(wanted));
    announce(&format!(
        "the user {} may not pass {}, so the servers' data is in {} instead of {}",
        identity.name(),
        closed.display(),
        data.display(),
        wanted.display()
    ));
    data
}

/// Holds the data folder for this process alone, until the file is dropped.
pub(crate) fn hold(data: &Path) -> Result<File, StartError> {
    let path = data.join("run").join("lock");
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .map_err(StartError::file("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Busy {
            data: data.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(StartError::file("lock", &path)(error)),
    }
}

fn write_private(path: &Path, text: &str) -> Result<(), StartError> {
    use std::os::unix::fs::OpenOptionsExt;

    let write = || {
        let _ = fs::remove_file(path);
        File::options()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(path)?
            .write_all(text.as_bytes())
    };
    write().map_err(StartError::file("write", path))
}

fn open_log(path: &Path) -> std::io::Result<File> {
    if fs::metadata(path).is_ok_and(|log| log.len() > LOG_LIMIT) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    File::options().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_below_a_closed_folder_is_kept_elsewhere_and_that_is_said() {
        let Some(identity) = Identity::to_become() else {
            return; // Whoever is not root runs the servers and may pass the own folders.
        };
        let closed = tempfile::tempdir().unwrap();
        fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
        let wanted = closed.path().join("data");
        let told = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let hear = std::sync::Arc::clone(&told);
        let announce: Announce = std::sync::Arc::new(move |sentence| {
            hear.lock().unwrap().push_str(sentence);
        });
        let data = reachable(&wanted, Some(&identity), &announce);
        assert!(data.starts_with("/var/lib/mesa"));
        assert_eq!(data, reachable(&wanted, Some(&identity), &announce));
        assert!(told.lock().unwrap().contains("may not pass"));
        assert_eq!(reachable(&wanted, None, &announce), wanted);
    }

    #[test]
    fn a_path_is_written_in_quotes() {
        assert_eq!(quoted(Path::new("/a b/c")), "\"/a b/c\"");
        assert_eq!(quoted(Path::new("/a\"b\\c")), "\"/a\\\"b\\\\c\"");
    }
}
