//! Migrations that have landed are never edited.
//!
//! `migrations/LOCK` holds the SHA-256 of every landed file. A new file gets its line with
//! `UPDATE_MIGRATIONS_LOCK=1 cargo test -p tidy`; a line that is there is never rewritten.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{Faults, tree};

/// The folder.
pub const FOLDER: &str = "migrations";
/// The digests of what has landed, one `<sha256>  <file>` a line.
pub const LOCK: &str = "migrations/LOCK";

/// Landed files are as they were, and every file has landed under a number of its own.
pub fn unchanged(root: &Path) -> Faults {
    let landed = landed(root);
    let files = digests(root);
    let mut faults = vec![];
    for (name, digest) in &landed {
        match files.get(name) {
            Some(now) if now == digest => {}
            Some(_) => faults.push(format!(
                "{FOLDER}/{name} has landed and was changed: databases that ran it will not run it \
                 again. Take the change back and write a new migration"
            )),
            None => faults.push(format!(
                "{FOLDER}/{name} has landed and is gone: bring it back; a new migration may undo it"
            )),
        }
    }
    let mut numbers: BTreeMap<&str, &str> = BTreeMap::new();
    for name in files.keys() {
        if !landed.contains_key(name) {
            faults.push(format!(
                "{FOLDER}/{name} has no line in {LOCK}: run `UPDATE_MIGRATIONS_LOCK=1 cargo test \
                 -p tidy`"
            ));
        }
        let Some((number, _)) = name.split_once('_').filter(|(number, _)| is_number(number)) else {
            faults.push(format!(
                "{FOLDER}/{name} is not named NNNN_what_it_does.sql"
            ));
            continue;
        };
        if let Some(other) = numbers.insert(number, name) {
            faults.push(format!(
                "{FOLDER}/{name} and {other} have one number: give it the next"
            ));
        }
    }
    faults
}

fn is_number(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Adds the lines of files that have none. Lines that are there stay as they are.
///
/// # Errors
///
/// When the file cannot be written.
pub fn land(root: &Path) -> io::Result<()> {
    let mut all = digests(root);
    all.extend(landed(root));
    let mut text = String::new();
    for (name, digest) in all {
        let _ = writeln!(text, "{digest}  {name}");
    }
    fs::write(root.join(LOCK), text)
}

/// File name and digest of each line of the lock.
fn landed(root: &Path) -> BTreeMap<String, String> {
    tree::text(root, LOCK)
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(digest, name)| (name.to_owned(), digest.to_owned()))
        .collect()
}

/// File name and digest of each migration.
fn digests(root: &Path) -> BTreeMap<String, String> {
    tree::sources(root, FOLDER, "sql")
        .into_iter()
        .map(|file| {
            let name = file.path.trim_start_matches("migrations/").to_owned();
            (name, hex::encode(Sha256::digest(file.text.as_bytes())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only, write};

    #[test]
    fn a_landed_migration_cannot_change() {
        let root = folder(&[(
            "migrations/0001_documents.sql",
            "create table documents ();",
        )]);
        assert!(only(&unchanged(root.path())).contains("has no line"));
        land(root.path()).unwrap();
        assert!(unchanged(root.path()).is_empty());

        write(
            root.path(),
            "migrations/0001_documents.sql",
            "create table other ();",
        );
        assert!(only(&unchanged(root.path())).contains("was changed"));
        land(root.path()).unwrap();
        assert!(only(&unchanged(root.path())).contains("was changed"));
    }

    #[test]
    fn a_landed_migration_cannot_go() {
        let root = folder(&[("migrations/LOCK", "00  0001_documents.sql\n")]);
        assert!(only(&unchanged(root.path())).contains("is gone"));
    }

    #[test]
    fn two_migrations_of_one_number_are_caught() {
        let root = folder(&[("migrations/0001_a.sql", ""), ("migrations/0001_b.sql", "")]);
        land(root.path()).unwrap();
        assert!(only(&unchanged(root.path())).contains("0001_b.sql and 0001_a.sql"));
    }
}
