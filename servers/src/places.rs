//! Where programs are looked for, and where fetched ones are kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::identity::Identity;

/// Where programs are looked for, and where fetched ones are kept.
#[derive(Clone, Debug)]
pub struct Places {
    /// The folder fetched programs are kept in; it may be emptied at any time.
    pub cache: PathBuf,
    /// The folders programs are looked for in, the first first.
    pub path: Vec<PathBuf>,
    /// The folder whose folders `<version>/bin` hold a distribution's `PostgreSQL`.
    pub postgres: PathBuf,
}

impl Places {
    /// The places this machine's environment names: `PATH`, and for the cache `MESA_CACHE`, or
    /// `XDG_CACHE_HOME/mesa`, or `HOME/.cache/mesa`. Run by root, whose home the servers may not
    /// enter, the cache is `/var/cache/mesa`.
    ///
    /// The environment is an input: this function is the one place of this crate that reads it.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let read = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            cache: cache(read),
            path: std::env::split_paths(&read("PATH").unwrap_or_default()).collect(),
            postgres: PathBuf::from("/usr/lib/postgresql"),
        }
    }

    /// The first program of this name on the search path.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        self.programs(name).next()
    }

    /// Every program of this name on the search path.
    pub(crate) fn programs(&self, name: &str) -> impl Iterator<Item = PathBuf> {
        self.path
            .iter()
            .map(move |folder| folder.join(name))
            .filter(|file| is_program(file))
    }

    /// The distribution's `PostgreSQL` programs, the highest version first.
    pub(crate) fn distribution_postgres(&self) -> Vec<PathBuf> {
        let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(&self.postgres)
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let entry = entry.ok()?;
                let version = entry.file_name().to_str()?.parse().ok()?;
                let file = entry.path().join("bin").join("postgres");
                is_program(&file).then_some((version, file))
            })
            .collect();
        found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
        found.into_iter().map(|(_, file)| file).collect()
    }
}

fn cache(read: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    if let Some(given) = read("MESA_CACHE") {
        return given.into();
    }
    let of_user = read("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| read("HOME").map(|home| Path::new(&home).join(".cache")))
        .map(|cache| cache.join("mesa"));
    match (of_user, Identity::to_become()) {
        (Some(cache), None) => cache,
        (Some(cache), Some(identity)) if identity.kept_out_by(&cache).is_none() => cache,
        (_, Some(_)) => PathBuf::from("/var/cache/mesa"),
        (None, None) => std::env::temp_dir().join("mesa-cache"),
    }
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;

    std::fs::metadata(file)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_the_environment_says() {
        let read = |name: &str| match name {
            "MESA_CACHE" => Some("/srv/cache".into()),
            _ => Some("/elsewhere".into()),
        };
        assert_eq!(cache(read), Path::new("/srv/cache"));
        let read = |name: &str| (name == "XDG_CACHE_HOME").then(|| "/usr".into());
        assert_eq!(cache(read), Path::new("/usr/mesa"));
    }
}
