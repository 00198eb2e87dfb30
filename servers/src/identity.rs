//! Who the servers run as: whoever runs the program, but never root.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The unprivileged user that servers run as when the program is run by root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    name: String,
    uid: u32,
    gid: u32,
}

impl Identity {
    /// The user to become: nobody else, unless the program is run by root.
    pub(crate) fn to_become() -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        Some(Self::named("nobody", &users).unwrap_or(Self {
            name: "nobody".to_owned(),
            uid: 65_534,
            gid: 65_534,
        }))
    }

    fn named(name: &str, users: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next() != Some(name) {
                return None;
            }
            let mut number = |skip: usize| -> Option<u32> { fields.nth(skip)?.parse().ok() };
            Some(Self {
                name: name.to_owned(),
                uid: number(1)?,
                gid: number(0)?,
            })
        })
    }

    /// The name of the user.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Makes `command` run as this user.
    pub(crate) fn wear(&self, command: &mut Command) {
        command.uid(self.uid).gid(self.gid);
    }

    /// Gives `path`, which is one file or folder, to this user.
    pub(crate) fn own(&self, path: &Path) -> io::Result<()> {
        let found = fs::symlink_metadata(path)?;
        if found.uid() == self.uid && found.gid() == self.gid {
            return Ok(());
        }
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// The folder above `path` that this user may not pass, if there is one.
    pub(crate) fn kept_out_by(&self, path: &Path) -> Option<PathBuf> {
        path.ancestors().skip(1).find_map(|folder| {
            let found = fs::metadata(folder).ok()?;
            (!self.may(0o1, &found)).then(|| folder.to_owned())
        })
    }

    /// Says whether this user may run `program`.
    pub(crate) fn may_run(&self, program: &Path) -> bool {
        let passes = |path: &Path| self.kept_out_by(path).is_none();
        let Ok(real) = fs::canonicalize(program) else {
            return false;
        };
        passes(program)
            && passes(&real)
            && fs::metadata(&real).is_ok_and(|found| self.may(0o5, &found))
    }

    fn may(&self, wanted: u32, found: &fs::Metadata) -> bool {
        let mode = found.mode();
        let granted = if found.uid() == self.uid {
            mode >> 6
        } else if found.gid() == self.gid {
            mode >> 3
        } else {
            mode
        };
        granted & wanted == wanted
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const USERS: &str = "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/bin/false";

    #[test]
    fn a_user_is_found_by_name() {
        let nobody = Identity::named("nobody", USERS).unwrap();
        assert_eq!((nobody.uid, nobody.gid), (65_534, 65_533));
        assert_eq!(Identity::named("somebody", USERS), None);
    }

    #[test]
    fn a_private_folder_keeps_others_out() {
        let folder = tempfile::tempdir().unwrap();
        let nobody = Identity::named("nobody", USERS).unwrap();
        let inside = folder.path().join("inside");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(nobody.kept_out_by(&inside).as_deref(), Some(folder.path()));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(nobody.kept_out_by(&inside), None);
    }
}
