//! A folder with planted files, for the tests of the rules.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A throw-away folder that holds `files`: path and text.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Writes one file below `root`, with the folders it needs.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The one fault there must be, to look into.
#[track_caller]
pub(crate) fn only(faults: &[String]) -> &str {
    assert_eq!(faults.len(), 1, "{faults:#?}");
    &faults[0]
}
