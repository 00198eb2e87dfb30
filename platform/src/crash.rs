//! Places at which a test ends the process as a power switch would.
//!
//! They exist only with the feature `crash-points`, which the fault harness alone asks for; without
//! it [`point`] and [`due`] are nothing. With it, a process that was begun with
//! `FAULTS_CRASH_AT=name:n` aborts when it passes the point `name` for the n-th time: no destructor
//! runs, nothing is flushed. Before, it writes the name into the file `FAULTS_CRASH_FILE`, so that
//! the harness knows which points fired.

/// Ends the process here, if this is the point and the passing that were asked for.
#[inline]
pub fn point(name: &str) {
    if due(name) {
        now(name);
    }
}

/// Whether the process is to end at this passing of `name`; each call is one passing.
#[cfg(not(feature = "crash-points"))]
#[inline]
#[must_use]
pub const fn due(_name: &str) -> bool {
    false
}

/// Ends the process, if it was built for that.
#[cfg(not(feature = "crash-points"))]
#[inline]
pub const fn now(_name: &str) {}

#[cfg(feature = "crash-points")]
pub use armed::{due, now};

#[cfg(feature = "crash-points")]
mod armed {
    use std::io::Write;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Which point, and how many passings are left.
    struct Armed {
        name: String,
        left: AtomicU64,
    }

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let asked = variable("FAULTS_CRASH_AT")?;
        let (name, passing) = asked.rsplit_once(':')?;
        Some(Armed {
            name: name.to_owned(),
            left: AtomicU64::new(passing.parse().ok()?),
        })
    });

    /// Whether the process is to end at this passing of `name`; each call is one passing.
    #[must_use]
    pub fn due(name: &str) -> bool {
        let Some(armed) = &*ARMED else {
            return false;
        };
        armed.name == name && armed.left.fetch_sub(1, Ordering::Relaxed) == 1
    }

    /// Writes down that `name` fired, and ends the process.
    pub fn now(name: &str) {
        if let Some(file) = variable("FAULTS_CRASH_FILE") {
            let opened = std::fs::File::options()
                .create(true)
                .append(true)
                .open(file);
            let _ = opened.and_then(|mut file| writeln!(file, "{name}"));
        }
        std::process::abort();
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test arms the process from outside, past its configuration"
    )]
    fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}
