//! The API keys of the first people, kept in the data folder for their owner's eyes only.

use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The folder of key files, one a login.
#[derive(Clone, Debug)]
pub(super) struct KeyFolder(PathBuf);

impl KeyFolder {
    /// The key folder in `data`, made when missing, closed to others.
    ///
    /// # Errors
    ///
    /// The folder cannot be made.
    pub(super) fn in_data(data: &Path) -> anyhow::Result<Self> {
        let folder = data.join("keys");
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        Ok(Self(folder))
    }

    /// Where the key of `login` is kept.
    pub(super) fn file(&self, login: &str) -> PathBuf {
        self.0.join(login)
    }

    /// The key of `login`, if it is kept here.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read.
    pub(super) fn read(&self, login: &str) -> anyhow::Result<Option<String>> {
        let file = self.file(login);
        match std::fs::read_to_string(&file) {
            Ok(key) => Ok(Some(key.trim().to_owned())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("cannot read the key in {}", file.display()))
            }
        }
    }

    /// Keeps the key of `login`. However it is cut short, the file is there whole or not at all: an
    /// empty one would be taken for a key for ever.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn write(&self, login: &str, key: &str) -> anyhow::Result<()> {
        let file = self.file(login);
        let new = self.file(&format!(".{login}.new"));
        std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)
            .and_then(|mut open| {
                open.write_all(key.as_bytes())?;
                open.sync_all()
            })
            .and_then(|()| std::fs::rename(&new, &file))
            .with_context(|| format!("cannot keep the key in {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_kept_for_its_owner_only() {
        let data = tempfile::tempdir().unwrap();
        let keys = KeyFolder::in_data(data.path()).unwrap();
        assert_eq!(keys.read("ana").unwrap(), None);
        keys.write("ana", "mesa_1_2").unwrap();
        assert_eq!(keys.read("ana").unwrap().as_deref(), Some("mesa_1_2"));
        let mode = std::fs::metadata(keys.file("ana"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
