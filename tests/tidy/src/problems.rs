//! Each kind of problem has a page, and each page a kind.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{Faults, tree};

/// Where the pages are: `<slug>.md`. `README.md` says what they have in common.
pub const PAGES: &str = "docs/problems";

/// The slugs in code and the pages are the same; each page begins with a heading.
pub fn paged(root: &Path) -> Faults {
    let mut slugs: BTreeMap<String, String> = BTreeMap::new();
    let mut texts: BTreeSet<String> = BTreeSet::new();
    for file in tree::sources(root, "", "rs") {
        if file.path.starts_with("tests/tidy/") {
            continue;
        }
        for (number, line) in file.code() {
            for slug in slugs_in(line) {
                let place = format!("{}:{number}", file.path);
                slugs.entry(slug.to_owned()).or_insert(place);
            }
            texts.extend(tree::strings(line).into_iter().map(str::to_owned));
        }
    }

    let mut faults = vec![];
    let mut pages = BTreeSet::new();
    for page in tree::sources(root, PAGES, "md") {
        let name = page.path.rsplit('/').next().unwrap_or_default();
        let slug = name.trim_end_matches(".md").to_owned();
        if slug == "README" {
            continue;
        }
        if !page.text.starts_with("# ") {
            faults.push(format!(
                "{} begins with no heading: say what happened",
                page.path
            ));
        }
        if !slugs.contains_key(&slug) && !texts.contains(&slug) {
            faults.push(format!(
                "{} explains a problem that no code answers with: take the page out",
                page.path
            ));
        }
        pages.insert(slug);
    }
    for (slug, place) in &slugs {
        if !pages.contains(slug) {
            faults.push(format!(
                "{place} answers with the problem `{slug}`, which has no page: write \
                 {PAGES}/{slug}.md (what it means, what to do)"
            ));
        }
    }
    faults
}

/// The slugs that a line of code names: `/problems/<slug>`, `slug: "<slug>"`, or a row of the
/// table of kinds, `NAME = "<slug>", STATUS,`.
fn slugs_in(line: &str) -> Vec<&str> {
    let mut found = tree::words_after(line, "/problems/", is_slug);
    found.extend(tree::words_after(line, "slug: \"", is_slug));
    if let Some((name, rest)) = line.trim_start().split_once(" = \"")
        && is_constant(name)
        && let Some((slug, rest)) = rest.split_once('"')
        && let Some(status) = rest.strip_prefix(", ")
        && is_constant(status.split(',').next().unwrap_or_default())
        && slug.chars().all(is_slug)
    {
        found.push(slug);
    }
    found
}

fn is_slug(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-'
}

fn is_constant(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    const KINDS: &str = "//! K.\nkinds! {\n    NOT_FOUND = \"not-found\", NOT_FOUND,\n}\n";

    #[test]
    fn slugs_are_seen_in_all_their_forms() {
        assert_eq!(
            slugs_in("    FULL = \"log-full\", INSUFFICIENT_STORAGE,"),
            ["log-full"]
        );
        assert_eq!(slugs_in("slug: \"log-full\","), ["log-full"]);
        assert_eq!(slugs_in("\"/problems/log-full\""), ["log-full"]);
        assert!(slugs_in("const NAME: &str = \"mesa\";").is_empty());
        assert!(slugs_in("format!(\"/problems/{}\", slug)").is_empty());
    }

    #[test]
    fn a_problem_without_a_page_is_caught() {
        let root = folder(&[("a/src/problem.rs", KINDS)]);
        assert!(only(&paged(root.path())).contains("a/src/problem.rs:3"));
    }

    #[test]
    fn a_page_without_a_problem_is_caught() {
        let root = folder(&[
            ("a/src/problem.rs", KINDS),
            ("docs/problems/not-found.md", "# Not found\n"),
            ("docs/problems/gone.md", "# Gone\n"),
        ]);
        assert!(only(&paged(root.path())).starts_with("docs/problems/gone.md"));
    }
}
