//! Versions that programs print.

use std::fmt;

/// A version: major, minor, patch; what is not printed is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// The version in what a server prints when asked for it, as `nats-server: v2.15.1`,
    /// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` or `Redis server v=7.0.15 sha=…`.
    pub(crate) fn of(printed: &str) -> Option<Self> {
        let word = printed
            .split_whitespace()
            .map(|word| word.trim_start_matches('v').trim_start_matches('='))
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let mut numbers = word.split('.').map(|part| {
            let digits = part.split(|c: char| !c.is_ascii_digit()).next();
            digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
        });
        let mut next = || numbers.next().unwrap_or(0);
        Some(Self(next(), next(), next()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}")?;
        if *patch > 0 {
            write!(f, ".{patch}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_s_way_of_printing_its_version_is_read() {
        let read = |printed| Version::of(printed).unwrap();
        assert_eq!(read("nats-server: v2.15.1"), Version(2, 15, 1));
        assert_eq!(read("nats-server: v2.14.0-RC.1"), Version(2, 14, 0));
        assert_eq!(read("postgres (PostgreSQL) 18.6"), Version(18, 6, 0));
        assert_eq!(
            read("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"),
            Version(15, 14, 0)
        );
        assert_eq!(read("Redis server v=7.0.15 sha=0:0"), Version(7, 0, 15));
        assert_eq!(read("Valkey server v=9.1.2 sha=1"), Version(9, 1, 2));
        assert_eq!(Version::of("command not found"), None);
    }

    #[test]
    fn an_older_version_is_less() {
        assert!(Version(2, 9, 10) < Version(2, 14, 4));
        assert_eq!(Version(2, 14, 4).to_string(), "2.14.4");
        assert_eq!(Version(15, 0, 0).to_string(), "15.0");
    }
}
