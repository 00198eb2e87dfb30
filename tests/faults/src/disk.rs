//! A disk whose power can be cut: an ext4 file system in a file, mounted by a loop device.
//!
//! The cut is the `EXT4_IOC_SHUTDOWN` ioctl without a flush: what was not on the disk then never
//! comes there. What is on it at that moment is copied, and the copy is mounted in its place, as
//! the machine would find it when it starts again.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// How large the disk is.
const BYTES: u64 = 192 * 1024 * 1024;
/// Ends a file system at once; Python, because no safe crate knows this ioctl.
const CUT: &str = "import fcntl, os, struct, sys
fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587d, struct.pack('I', 2))";

/// A disk, mounted.
#[derive(Debug)]
pub struct Disk {
    folder: TempDir,
    images: u32,
    mounted: u32,
}

impl Disk {
    /// A new disk.
    ///
    /// # Errors
    ///
    /// This machine does not allow it: no root, no loop devices, no ext4.
    pub fn new() -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("mesa-disk-").tempdir();
        let folder = folder.map_err(|error| error.to_string())?;
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o711)).unwrap();
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        let mut disk = Self {
            folder,
            images: 0,
            mounted: 0,
        };
        let image = File::create(disk.image()).unwrap();
        image.set_len(BYTES).unwrap();
        run(Command::new("mkfs.ext4").arg("-q").arg(disk.image()))?;
        disk.mount()?;
        std::fs::set_permissions(disk.path(), Permissions::from_mode(0o777)).unwrap();
        // A cut of nothing shows whether it can be cut at all.
        disk.cut()?;
        disk.on_again()?;
        Ok(disk)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Cuts its power.
    ///
    /// # Errors
    ///
    /// The kernel does not do it.
    pub fn cut(&self) -> Result<(), String> {
        run(Command::new("python3").args(["-c", CUT]).arg(self.path()))
    }

    /// Mounts what was on it when its power was cut.
    ///
    /// # Errors
    ///
    /// It cannot be mounted.
    pub fn on_again(&mut self) -> Result<(), String> {
        let before = self.image();
        self.images += 1;
        let mut copy = Command::new("cp");
        run(copy.arg("--sparse=always").arg(before).arg(self.image()))?;
        // Whoever still has a file open there keeps the dead file system, and nobody else sees it.
        self.unmount();
        self.mount()
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join(format!("image-{}", self.images))
    }

    fn mount(&mut self) -> Result<(), String> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "ext4", "-o", "loop"]);
        run(mount.arg(self.image()).arg(self.path()))?;
        self.mounted += 1;
        Ok(())
    }

    fn unmount(&mut self) {
        if self.mounted > 0 {
            let _ = run(Command::new("umount").arg("-l").arg(self.path()));
            self.mounted -= 1;
        }
    }

    /// The folder for a server's data on it.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        Path::new(&self.path()).join("log")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.unmount();
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let done = command
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Err(format!("{command:?}: {said}"))
}
