//! The folders of this machine: who may look into them, and how much they may still hold.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::report::Report;
use super::sync::Settings;

const OF: &str = "data folder";

/// With less than this free, something is to be done now.
const LITTLE: u64 = 1 << 30;

/// Whether the disk holds what `JetStream` may take, where the disk can be seen.
pub(super) fn told_store(report: &mut Report, of: &'static str, settings: &Settings) {
    let Some(store) = settings.store.as_deref() else {
        return;
    };
    let Some(free) = free(store) else {
        return;
    };
    let (what, found) = ("disk", format!("{free} bytes free in {}", store.display()));
    let taken = size(store);
    match settings.most {
        Some(most) if most > taken.saturating_add(free) => report.warn(
            of,
            "max_file_store",
            format!("{most}, of which {taken} are taken and {free} free"),
            "more than the disk holds: the disk would be full before the log says so; lower it, or \
             enlarge the disk",
        ),
        _ if free < LITTLE => {
            let advice = "commands are refused when it is full: enlarge the disk, or move the log";
            report.warn(of, what, found, advice);
        }
        _ => report.ok(of, what, found),
    }
}

/// Looks whether others can read what `mesa up` keeps for its owner alone.
pub(super) fn examine(report: &mut Report, data: &Path) {
    if !data.is_dir() {
        return;
    }
    let mut open = Vec::new();
    let secret = [
        "servers.json",
        "keys",
        "nats",
        "postgres",
        "redis",
        "postgres.password",
    ];
    for name in secret {
        let path = data.join(name);
        if let Ok(found) = fs::metadata(&path) {
            let mode = found.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                open.push(format!("{} ({mode:o})", path.display()));
            }
        }
    }
    let what = "permissions";
    if open.is_empty() {
        report.ok(OF, what, "closed to others");
    } else {
        let advice = "passwords and keys lie there: take the rights of others with `chmod go=`";
        report.fail(OF, what, open.join(", "), advice);
    }
}

fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
