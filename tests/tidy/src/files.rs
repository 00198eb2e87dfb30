//! Files stay short and introduce themselves.

use std::path::Path;

use crate::Faults;
use crate::tree::{Source, sources};

/// How many lines a file may have.
pub const LONGEST: usize = 400;

/// Every Rust file has at most [`LONGEST`] lines and begins with `//!`.
///
/// The `tests.rs` of a module may begin otherwise.
pub fn short_and_introduced(root: &Path) -> Faults {
    let mut faults = vec![];
    for file in sources(root, "", "rs") {
        let lines = file.text.lines().count();
        if lines > LONGEST {
            faults.push(format!(
                "{} has {lines} lines, and {LONGEST} are allowed: split it by idea",
                file.path
            ));
        }
        if !introduces_itself(&file) {
            faults.push(format!(
                "{} has no module doc: begin it with `//!` and what it is for",
                file.path
            ));
        }
    }
    faults
}

fn introduces_itself(file: &Source) -> bool {
    file.path.ends_with("/tests.rs") || file.text.starts_with("//!")
}

/// No file has a name that says nothing.
pub fn names_say_something(root: &Path) -> Faults {
    const EMPTY: &[&str] = &[
        "util", "utils", "helper", "helpers", "common", "manager", "service",
    ];
    let mut faults = vec![];
    for file in sources(root, "", "rs") {
        let path = file.path.trim_end_matches(".rs");
        if let Some(part) = path.split('/').find(|part| EMPTY.contains(part)) {
            faults.push(format!(
                "{} is named `{part}`, which says nothing: name it after what it holds",
                file.path
            ));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    #[test]
    fn a_long_file_is_caught() {
        let long = "//! Long.\n".repeat(LONGEST + 1);
        let root = folder(&[("a/src/lib.rs", &long), ("a/src/b.rs", "//! Short.\n")]);
        let faults = short_and_introduced(root.path());
        assert!(only(&faults).contains("a/src/lib.rs has 401 lines"));
    }

    #[test]
    fn a_file_without_introduction_is_caught() {
        let root = folder(&[
            ("a/src/lib.rs", "use std::fmt;\n"),
            ("a/src/b/tests.rs", "use super::*;\n"),
        ]);
        let faults = short_and_introduced(root.path());
        assert!(only(&faults).contains("a/src/lib.rs has no module doc"));
    }

    #[test]
    fn a_name_that_says_nothing_is_caught() {
        let root = folder(&[("a/src/helpers/x.rs", "//! X.")]);
        assert!(only(&names_say_something(root.path())).contains("`helpers`"));
    }
}
