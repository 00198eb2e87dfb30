//! The process itself: since when, how large, how many files open.

use std::fs;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use super::{catalogue, figure, size};
use crate::clock::{Clock, SystemClock};

/// Since when the process counts.
static BEGUN: LazyLock<DateTime<Utc>> = LazyLock::new(|| SystemClock.now());

/// Remembers that the process has begun.
pub(super) fn begin() {
    LazyLock::force(&BEGUN);
}

/// Looks at the process. What this system does not tell is not shown.
pub(super) fn sample() {
    let begun = u64::try_from(BEGUN.timestamp()).unwrap_or_default();
    catalogue::PROCESS_START.gauge([]).set(figure(begun));
    let version = [env!("CARGO_PKG_VERSION")];
    catalogue::BUILD_INFO.gauge(version).set(1.0);
    if let Some(bytes) = fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| resident(&status))
    {
        catalogue::PROCESS_MEMORY.gauge([]).set(figure(bytes));
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder that is being read.
        let open = open.count().saturating_sub(1);
        catalogue::PROCESS_FDS.gauge([]).set(size(open));
    }
    if let Some(most) = fs::read_to_string("/proc/self/limits")
        .ok()
        .and_then(|limits| most_files(&limits))
    {
        catalogue::PROCESS_MAX_FDS.gauge([]).set(figure(most));
    }
}

/// The resident bytes that `/proc/self/status` tells in kB.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1024)
}

/// The soft limit of open files in `/proc/self/limits`; none when there is no limit.
fn most_files(limits: &str) -> Option<u64> {
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_tells_is_understood() {
        let status = "Name:\tmesa\nVmPeak:\t  99 kB\nVmRSS:\t   2048 kB\nThreads:\t3\n";
        assert_eq!(resident(status), Some(2 << 20));
        let limits =
            "Limit   Soft Limit  Hard Limit  Units\nMax open files   1024   4096   files\n";
        assert_eq!(most_files(limits), Some(1024));
        assert_eq!(
            most_files("Max open files   unlimited   unlimited   files"),
            None
        );
        assert_eq!(resident(""), None);
    }
}
