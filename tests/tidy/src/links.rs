//! Documents lead somewhere.

use std::path::Path;

use crate::{Faults, tree};

/// Every relative link in a document leads to a file or folder that exists.
pub fn lead_somewhere(root: &Path) -> Faults {
    let mut faults = vec![];
    for page in tree::sources(root, "", "md") {
        let folder = root.join(&page.path);
        let folder = folder.parent().unwrap_or(root);
        for target in targets(&page.text) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !folder.join(path).exists() {
                faults.push(format!(
                    "{} links to {target}, which is not there",
                    page.path
                ));
            }
        }
    }
    faults
}

/// The relative targets of `[text](target)`, outside blocks of code.
fn targets(text: &str) -> Vec<&str> {
    let mut in_code = false;
    let mut found = vec![];
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            found.extend(tree::words_after(line, "](", |letter| {
                letter != ')' && letter != ' '
            }));
        }
    }
    found.retain(|target| !target.contains("://") && !target.starts_with("mailto:"));
    found
}

/// Every path of the workspace that a document spells as code, `` `command/src/lib.rs` ``, is there.
///
/// Decisions and the changelog tell of other times and are passed over.
pub fn paths_are_there(root: &Path) -> Faults {
    let mut faults = vec![];
    for page in tree::sources(root, "", "md") {
        if page.path.starts_with("docs/decisions/") || page.path == "CHANGELOG.md" {
            continue;
        }
        for path in paths(root, &page.text) {
            if !root.join(path).exists() {
                faults.push(format!(
                    "{} speaks of {path}, which is not there",
                    page.path
                ));
            }
        }
    }
    faults
}

/// The spans of code that are paths: below a folder of the workspace, without a placeholder.
fn paths<'a>(root: &Path, text: &'a str) -> Vec<&'a str> {
    let mut found = vec![];
    for line in text.lines() {
        for span in line.split('`').skip(1).step_by(2) {
            let is_plain = span
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "/._-".contains(letter));
            let below = span.split_once('/').map(|(first, _)| first);
            if is_plain && below.is_some_and(|first| !first.is_empty() && root.join(first).is_dir())
            {
                found.push(span);
            }
        }
    }
    found
}

/// The decisions are numbered from 1 without a gap, and `docs/decisions/README.md` lists each.
pub fn decisions_are_listed(root: &Path) -> Faults {
    let list = tree::text(root, "docs/decisions/README.md");
    let mut faults = vec![];
    let pages = tree::sources(root, "docs/decisions", "md");
    let names = pages
        .iter()
        .filter_map(|page| page.path.rsplit('/').next())
        .filter(|name| name.starts_with(|letter: char| letter.is_ascii_digit()));
    for (index, name) in names.enumerate() {
        if !name.starts_with(&format!("{index:04}-")) {
            faults.push(format!(
                "docs/decisions/{name} should have the number {index:04}: decisions are numbered \
                 in order, without gaps"
            ));
        }
        if !list.contains(&format!("({name})")) {
            faults.push(format!("docs/decisions/README.md does not list {name}"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    #[test]
    fn a_link_to_nowhere_is_caught() {
        let page = "[a](b.md#x) [c](gone.md) [d](https://e.org/x) [f](#here)\n```\n[g](h)\n```\n";
        let root = folder(&[("docs/a.md", page), ("docs/b.md", "")]);
        assert!(only(&lead_somewhere(root.path())).contains("docs/a.md links to gone.md"));
    }

    #[test]
    fn a_path_to_nowhere_is_caught() {
        let page = "`a/src/lib.rs`, `a/src/gone.rs`, `a/<view>/mod.rs`, `text/html`\n";
        let root = folder(&[("docs/a.md", page), ("a/src/lib.rs", "//! A.")]);
        assert!(only(&paths_are_there(root.path())).contains("a/src/gone.rs"));
    }

    #[test]
    fn a_gap_in_the_decisions_is_caught() {
        let root = folder(&[
            ("docs/decisions/README.md", "[t](0000-t.md) [b](0002-b.md)"),
            ("docs/decisions/0000-t.md", "# T"),
            ("docs/decisions/0002-b.md", "# B"),
        ]);
        assert!(only(&decisions_are_listed(root.path())).contains("should have the number 0001"));
    }
}
