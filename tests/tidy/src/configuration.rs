//! Every configuration variable is documented, and every documented one exists.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Faults, tree};

/// Where operators read about the variables: one table row each, beginning with the name.
pub const PAGE: &str = "docs/operations.md";

const PREFIX: &str = "MESA_";

/// The variables that code names, and the rows of [`PAGE`], are the same.
pub fn documented(root: &Path) -> Faults {
    let mut read = BTreeSet::new();
    for file in tree::sources(root, "", "rs") {
        if file.is_test() {
            continue;
        }
        for (_, line) in file.code() {
            read.extend(tree::strings(line).into_iter().filter_map(variable));
        }
    }
    let page = tree::text(root, PAGE);
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let written: BTreeSet<String> = rows
        .filter_map(|row| row.split_once('`'))
        .filter_map(|(name, _)| variable(name))
        .collect();

    let silent = read.difference(&written).map(|name| {
        format!("{name} is read, and {PAGE} does not say what it does: add a row to its table")
    });
    let dead = written.difference(&read).map(|name| {
        format!("{PAGE} describes {name}, which nothing reads any more: take the row out")
    });
    silent.chain(dead).collect()
}

/// The name, if `text` is one and nothing else.
fn variable(text: &str) -> Option<String> {
    let is_name = text.strip_prefix(PREFIX).is_some_and(|rest| {
        let fits = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        !rest.is_empty() && rest.chars().all(fits)
    });
    is_name.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    const CODE: &str = "//! C.\n#[arg(long, env = \"MESA_NATS_URL\")]\n";

    #[test]
    fn a_variable_without_a_row_is_caught() {
        let root = folder(&[
            ("a/src/lib.rs", CODE),
            (PAGE, "MESA_NATS_URL, in passing\n"),
        ]);
        assert!(only(&documented(root.path())).starts_with("MESA_NATS_URL is read"));
    }

    #[test]
    fn a_row_without_a_variable_is_caught() {
        let page = "| `MESA_NATS_URL` | where |\n| `MESA_OLD` | once |\n| `MESA_LOG.x` | no |\n";
        let root = folder(&[("a/src/lib.rs", CODE), (PAGE, page)]);
        assert!(only(&documented(root.path())).contains("MESA_OLD"));
    }
}
