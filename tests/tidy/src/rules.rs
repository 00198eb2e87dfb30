//! Each rule of a mesa de partes, and each invariant, is the name of a test.
//!
//! The ids are those that comments use: R1 to P1 are rules of the law or of the desk, I1 to I18
//! what is true after every step. A test holds a rule when its name begins with the rule's id, or
//! with several: `i2_d2_at_most_one_principal_is_open`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Faults, tree};

/// Every rule and invariant.
pub const RULES: &[&str] = &[
    "R1", "R2", "R3", "R4", "R5", "O1", "O2", "O3", "T1", "T2", "T3", "T4", "T5", "D1", "D2", "D3",
    "D4", "A1", "P1", "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12",
    "I13", "I14", "I15", "I16", "I17", "I18",
];

/// What nothing does yet, so that no test can hold it. A test takes its rule off this list.
pub const NOT_BUILT: &[&str] = &[];

/// Every rule is held by a test, but for those that nothing does yet.
pub fn held(root: &Path) -> Faults {
    let held = named(root);
    let mut faults = vec![];
    for rule in RULES {
        match (held.contains(*rule), NOT_BUILT.contains(rule)) {
            (true, false) | (false, true) => {}
            (false, false) => faults.push(format!(
                "no test is named after {rule}: begin the name of the test that would fail \
                 without it with `{}_`",
                rule.to_lowercase()
            )),
            (true, true) => faults.push(format!(
                "a test holds {rule}: take it off NOT_BUILT in tests/tidy/src/rules.rs"
            )),
        }
    }
    faults
}

/// The rules that the names of tests begin with.
fn named(root: &Path) -> BTreeSet<String> {
    let mut rules = BTreeSet::new();
    for file in tree::sources(root, "", "rs") {
        let lines: Vec<_> = file.text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let line = line.strip_prefix("async ").unwrap_or(line);
            let Some(name) = line.strip_prefix("fn ") else {
                continue;
            };
            if is_test(&lines[..at]) {
                rules.extend(name.split('_').map_while(rule));
            }
        }
    }
    rules
}

/// Whether the attributes right above are a test's.
fn is_test(above: &[&str]) -> bool {
    let attributes = above
        .iter()
        .rev()
        .take_while(|line| line.starts_with(['#', '/']));
    attributes
        .filter(|line| line.starts_with("#["))
        .any(|line| line.contains("test]") || line.contains("test("))
}

fn rule(word: &str) -> Option<String> {
    let id = word.to_uppercase();
    RULES.contains(&id.as_str()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::folder;

    fn all_but(rule: &str) -> String {
        let test = |id: &&str| format!("#[test]\nfn {}_holds() {{}}\n", id.to_lowercase());
        let built = |id: &&&str| !NOT_BUILT.contains(*id) && **id != rule;
        RULES.iter().filter(built).map(test).collect()
    }

    #[test]
    fn a_rule_that_no_test_is_named_after_is_caught() {
        let root = folder(&[("domain/src/tests.rs", &all_but(""))]);
        assert_eq!(held(root.path()), Faults::new());
        let lacking = format!("{}fn d2_is_no_test() {{}}\n", all_but("D2"));
        let root = folder(&[("domain/src/tests.rs", &lacking)]);
        let faults = held(root.path());
        assert_eq!(faults.len(), 1, "{faults:#?}");
        assert!(faults[0].starts_with("no test is named after D2"));
        let two = format!(
            "{}/// Both.\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn i2_d2_hold() {{}}\n",
            all_but("D2")
        );
        let root = folder(&[("domain/src/tests.rs", &two)]);
        assert_eq!(held(root.path()), Faults::new());
    }

    #[test]
    fn a_rule_that_is_built_is_not_excused_any_more() {
        let Some(rule) = NOT_BUILT.first() else {
            return;
        };
        let test = format!(
            "{}#[test]\nfn {}_x() {{}}\n",
            all_but(""),
            rule.to_lowercase()
        );
        let root = folder(&[("domain/src/tests.rs", &test)]);
        assert!(held(root.path())[0].contains("NOT_BUILT"));
    }
}
