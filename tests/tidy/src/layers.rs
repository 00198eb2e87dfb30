//! Who may know whom, and which crates stay pure.

use std::path::Path;

use toml::{Table, Value};

use crate::{Faults, tree};

/// A crate may depend on the crates named to its right, and on no other of ours.
pub const LAYERS: &[(&str, &[&str])] = &[
    ("calendar", &[]),
    ("events", &["calendar"]),
    ("directory", &["calendar", "events"]),
    ("domain", &["calendar", "events", "directory"]),
    ("readmodel", &["calendar", "events"]),
    ("receipt", &[]),
    ("platform", &[]),
    ("servers", &[]),
    (
        "command",
        &["calendar", "events", "directory", "domain", "platform"],
    ),
    (
        "projector",
        &["calendar", "events", "readmodel", "platform"],
    ),
    (
        "query",
        &[
            "calendar",
            "events",
            "directory",
            "readmodel",
            "receipt",
            "platform",
        ],
    ),
    ("worker", &["calendar", "events", "directory", "platform"]),
    ("mesa", ROLES_AND_BELOW),
    ("bench", ALL_AND_KIT),
    ("kit", &["servers", "platform", "calendar", "events"]),
    ("e2e", &[]),
    ("faults", ALL_AND_KIT),
    ("tidy", &[]),
];

/// What the binary, and the tests of the whole, may know.
const ROLES_AND_BELOW: &[&str] = &[
    "calendar",
    "events",
    "directory",
    "domain",
    "readmodel",
    "receipt",
    "platform",
    "servers",
    "command",
    "projector",
    "query",
    "worker",
];

/// What measures the whole, or breaks it, may know.
const ALL_AND_KIT: &[&str] = &[
    "calendar",
    "events",
    "directory",
    "domain",
    "readmodel",
    "receipt",
    "platform",
    "servers",
    "command",
    "projector",
    "query",
    "worker",
    "mesa",
    "kit",
];

/// What tests may know beyond the row of their crate.
const FOR_TESTS: &[(&str, &[&str])] =
    &[("e2e", ROLES_AND_BELOW), ("e2e", &["mesa"]), ("", &["kit"])];

/// Crates that touch nothing of the outside world.
pub const PURE: &[&str] = &[
    "calendar",
    "events",
    "directory",
    "domain",
    "readmodel",
    "receipt",
];

/// What a pure crate does not depend on.
pub const OUTSIDE_WORLD: &[&str] = &[
    "tokio",
    "tokio-util",
    "async-nats",
    "sqlx",
    "redis",
    "axum",
    "reqwest",
];

/// What one role does without: the command side needs NATS alone.
pub const WITHOUT: &[(&str, &[&str])] = &[("command", &["sqlx", "redis"])];

/// The manifest of one crate.
#[derive(Clone, Debug)]
pub struct Manifest {
    name: String,
    needs: Vec<String>,
    needs_for_tests: Vec<String>,
}

impl Manifest {
    /// Reads the text of a `Cargo.toml`; none when it is none of a package.
    pub fn read(text: &str) -> Option<Self> {
        let manifest: Table = text.parse().ok()?;
        let name = manifest.get("package")?.get("name")?.as_str()?.to_owned();
        let mut needs = vec![];
        let mut needs_for_tests = vec![];
        let targets = manifest.get("target").and_then(Value::as_table);
        let tables = targets.into_iter().flat_map(Table::values);
        for table in tables
            .filter_map(Value::as_table)
            .chain(std::iter::once(&manifest))
        {
            needs.extend(names(table, "dependencies"));
            needs.extend(names(table, "build-dependencies"));
            needs_for_tests.extend(names(table, "dev-dependencies"));
        }
        Some(Self {
            name,
            needs,
            needs_for_tests,
        })
    }
}

fn names(table: &Table, kind: &str) -> Vec<String> {
    let entries = table.get(kind).and_then(Value::as_table);
    let entries = entries.into_iter().flatten();
    entries
        .map(|(name, value)| {
            let renamed = value.get("package").and_then(Value::as_str);
            renamed.unwrap_or(name).to_owned()
        })
        .collect()
}

/// The manifests of all members of the workspace in `root`.
pub fn manifests(root: &Path) -> Vec<Manifest> {
    let workspace: Table = tree::text(root, "Cargo.toml").parse().unwrap_or_default();
    let members = workspace
        .get("workspace")
        .and_then(|workspace| workspace.get("members"))
        .and_then(Value::as_array);
    let members = members.into_iter().flatten().filter_map(Value::as_str);
    members
        .filter_map(|member| Manifest::read(&tree::text(root, &format!("{member}/Cargo.toml"))))
        .collect()
}

/// Crates depend downwards only.
pub fn downwards(manifests: &[Manifest]) -> Faults {
    let mut faults = vec![];
    for crate_ in manifests {
        let name = crate_.name.as_str();
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| *layer == name) else {
            faults.push(format!(
                "`{name}` has no row in LAYERS: say in tests/tidy/src/layers.rs whom it may know"
            ));
            continue;
        };
        let ours = |needed: &&String| manifests.iter().any(|other| other.name == **needed);
        for needed in crate_.needs.iter().filter(ours) {
            if !allowed.contains(&needed.as_str()) {
                faults.push(format!(
                    "`{name}` must not depend on `{needed}`: crates depend downwards only; \
                     move what both need into a crate below them"
                ));
            }
        }
        for needed in crate_.needs_for_tests.iter().filter(ours) {
            let needed = needed.as_str();
            // A crate may ask for its own features in its tests.
            let is_itself = needed == name;
            let for_tests = FOR_TESTS
                .iter()
                .filter(|(who, _)| who.is_empty() || *who == name)
                .any(|(_, more)| more.contains(&needed));
            if !is_itself && !for_tests && !allowed.contains(&needed) {
                faults.push(format!(
                    "the tests of `{name}` must not depend on `{needed}`: a test that needs both \
                     belongs into tests/e2e"
                ));
            }
        }
    }
    faults
}

/// Pure crates know nothing of the outside world, and no crate what it does without.
pub fn pure(manifests: &[Manifest]) -> Faults {
    let mut faults = vec![];
    for crate_ in manifests {
        let name = crate_.name.as_str();
        let is_pure = PURE.contains(&name);
        let without = WITHOUT.iter().filter(|(who, _)| *who == name);
        let without: Vec<&str> = without.flat_map(|(_, what)| *what).copied().collect();
        for needed in &crate_.needs {
            let needed = needed.as_str();
            if is_pure && OUTSIDE_WORLD.contains(&needed) {
                faults.push(format!(
                    "`{name}` must not depend on `{needed}`: it is pure; take what it brings as a \
                     value, and leave the outside world to the roles"
                ));
            } else if without.contains(&needed) {
                faults.push(format!(
                    "`{name}` must not depend on `{needed}`: it keeps working when that server is \
                     down"
                ));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    fn crates(texts: &[(&str, &str)]) -> Vec<Manifest> {
        texts
            .iter()
            .map(|(name, rest)| {
                Manifest::read(&format!("[package]\nname = \"{name}\"\n{rest}")).unwrap()
            })
            .collect()
    }

    #[test]
    fn a_role_that_knows_another_role_is_caught() {
        let needs = "[dependencies]\nquery.workspace = true\nserde = \"1\"";
        let faults = downwards(&crates(&[("projector", needs), ("query", "")]));
        assert!(only(&faults).contains("`projector` must not depend on `query`"));
    }

    #[test]
    fn a_test_of_one_role_that_knows_another_is_caught() {
        let needs = "[dev-dependencies]\ncommand.workspace = true\nkit.workspace = true";
        let all = [("query", needs), ("command", ""), ("kit", "")];
        assert!(only(&downwards(&crates(&all))).contains("the tests of `query`"));
        let whole = [("e2e", needs), ("command", ""), ("kit", "")];
        assert!(downwards(&crates(&whole)).is_empty());
    }

    #[test]
    fn a_renamed_dependency_of_one_target_is_caught() {
        let needs = "[target.'cfg(unix)'.dependencies]\nbelow = { package = \"command\" }";
        let faults = downwards(&crates(&[("events", needs), ("command", "")]));
        assert!(only(&faults).contains("`events` must not depend on `command`"));
    }

    #[test]
    fn a_crate_without_a_row_is_caught() {
        assert!(only(&downwards(&crates(&[("extra", "")]))).contains("no row in LAYERS"));
    }

    #[test]
    fn a_pure_crate_with_a_runtime_is_caught() {
        let faults = pure(&crates(&[("domain", "[dependencies]\ntokio = \"1\"")]));
        assert!(only(&faults).contains("it is pure"));
    }

    #[test]
    fn a_command_side_with_a_database_is_caught() {
        let faults = pure(&crates(&[("command", "[dependencies]\nsqlx = \"1\"")]));
        assert!(only(&faults).contains("`command` must not depend on `sqlx`"));
    }

    #[test]
    fn the_members_of_a_workspace_are_read() {
        let root = folder(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]"),
            ("a/Cargo.toml", "[package]\nname = \"events\""),
            ("b/Cargo.toml", "[package]\nname = \"domain\""),
        ]);
        let names: Vec<_> = manifests(root.path()).into_iter().map(|m| m.name).collect();
        assert_eq!(names, ["events", "domain"]);
    }
}
