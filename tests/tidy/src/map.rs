//! ARCHITECTURE.md describes the workspace as it is.

use std::fs;
use std::path::Path;

use crate::{Faults, tree};

/// The map.
pub const MAP: &str = "ARCHITECTURE.md";

/// Every entry that `ls` shows at the top stands in the map, and every folder the map names in
/// its tables exists.
pub fn complete(root: &Path) -> Faults {
    let map = tree::text(root, MAP);
    let mut faults = vec![];
    for name in listing(root) {
        let is_named = map.contains(&format!("`{name}`")) || map.contains(&format!("`{name}/`"));
        if !is_named {
            faults.push(format!(
                "`{name}` stands at the top of the workspace and not in {MAP}: say there what it \
                 is for, or find it a place in a folder"
            ));
        }
    }
    for folder in folders_named(&map) {
        if !root.join(folder).is_dir() {
            faults.push(format!("{MAP} speaks of `{folder}/`, which does not exist"));
        }
    }
    faults
}

/// What `ls` shows: no hidden entries, nothing that git is told to ignore.
fn listing(root: &Path) -> Vec<String> {
    let ignored = tree::text(root, ".gitignore");
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.'))
        .filter(|name| !ignored.lines().any(|line| is_meant(line, name)))
        .collect();
    names.sort();
    names
}

/// Whether a line of `.gitignore` means this entry: by its name, or by its ending (`*.log`).
fn is_meant(line: &str, name: &str) -> bool {
    match line.strip_prefix('*') {
        Some(ending) => !ending.is_empty() && name.ends_with(ending),
        None => line.trim_matches('/') == name,
    }
}

/// The folders that the first cells of the map's table rows name: `` | `tests/kit/` | … ``.
fn folders_named(map: &str) -> Vec<&str> {
    map.lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|row| row.split_once('`'))
        .filter_map(|(cell, _)| cell.strip_suffix('/'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    #[test]
    fn an_entry_outside_the_map_is_caught() {
        let root = folder(&[
            (MAP, "`ARCHITECTURE.md`\n| `events/` | ground |\n"),
            ("events/src/lib.rs", ""),
            ("target/x", ""),
            ("build.log", ""),
            (".gitignore", "/target\n*.log\n"),
            ("extra/x", ""),
        ]);
        assert!(only(&complete(root.path())).starts_with("`extra` stands at the top"));
    }

    #[test]
    fn a_crate_that_is_gone_is_caught() {
        let root = folder(&[(MAP, "`ARCHITECTURE.md`\n| `worker/` | works |\n")]);
        assert!(only(&complete(root.path())).contains("`worker/`, which does not exist"));
    }
}
