//! A new event must break every place that has to think about it.

use std::path::Path;

use crate::{Faults, tree};

/// Where our own events are matched, and the file that turns the lint on for that place.
pub const MATCHED_IN: &[(&str, &[&str])] = &[
    ("domain/src", &["domain/src/lib.rs"]),
    ("directory/src", &["directory/src/lib.rs"]),
    (
        "projector/src/projections",
        &["projector/src/projections/mod.rs", "projector/src/lib.rs"],
    ),
];

/// The lint that sees what text cannot: `other => …` over an enum.
const LINT: &str = "clippy::wildcard_enum_match_arm";

/// Where events are matched no arm is `_ =>`, and clippy is told to look for more.
pub fn none(root: &Path) -> Faults {
    let mut faults = vec![];
    for (folder, lint_files) in MATCHED_IN {
        let is_on = lint_files
            .iter()
            .any(|file| turns_on(&tree::text(root, file)));
        if !is_on {
            faults.push(format!(
                "{folder} does not ask for {LINT}: begin {} with `#![warn({LINT})]`",
                lint_files[0]
            ));
        }
        for file in tree::sources(root, folder, "rs") {
            if file.is_test() {
                continue;
            }
            for (number, line) in file.code() {
                if line.trim_start().starts_with("_ =>") {
                    faults.push(format!(
                        "{}:{number} has an arm `_ =>`: name every variant, so that a new one has \
                         to be thought about here (use `let … else` or `matches!` for values that \
                         are no events)",
                        file.path
                    ));
                }
            }
        }
    }
    faults
}

fn turns_on(text: &str) -> bool {
    text.lines()
        .any(|line| line.trim_start().starts_with("#![") && line.contains(LINT))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only, write};

    const ON: &str = "//! X.\n#![warn(clippy::wildcard_enum_match_arm)]\n";

    #[test]
    fn an_arm_for_all_the_rest_is_caught() {
        let root = folder(&[
            ("domain/src/lib.rs", ON),
            ("directory/src/lib.rs", ON),
            ("projector/src/lib.rs", ON),
        ]);
        assert!(none(root.path()).is_empty());
        let lazy = "//! X.\nfn f() {\n    match event {\n        _ => {}\n    }\n}\n";
        write(root.path(), "projector/src/projections/inbox/mod.rs", lazy);
        let faults = none(root.path());
        assert!(only(&faults).starts_with("projector/src/projections/inbox/mod.rs:4"));
    }

    #[test]
    fn a_place_without_the_lint_is_caught() {
        let root = folder(&[
            ("domain/src/lib.rs", "//! Domain, without it."),
            ("directory/src/lib.rs", ON),
            ("projector/src/projections/mod.rs", ON),
        ]);
        assert!(only(&none(root.path())).starts_with("domain/src does not ask for"));
    }
}
