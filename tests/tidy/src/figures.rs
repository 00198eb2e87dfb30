//! Figures are described once, explained to operators, and shown by what is shipped to watch them.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::{Faults, tree};

/// Where every figure is described.
pub const CATALOGUE: &str = "platform/src/metrics/catalogue.rs";
/// Where operators read what to do: a row of a table for each figure, a heading for each alarm.
pub const PAGE: &str = "docs/operations.md";
/// When somebody is called.
pub const ALARMS: &str = "deploy/prometheus/alerts.yml";
/// What is scraped.
pub const SCRAPED: &str = "deploy/prometheus/prometheus.yml";
/// What is drawn.
pub const DASHBOARD: &str = "deploy/grafana/mesa.json";

/// Figures that Prometheus makes itself.
const OF_PROMETHEUS: &[&str] = &["up"];
/// What a histogram adds to its name.
const PARTS: &[&str] = &["_bucket", "_sum", "_count"];

/// The names in the catalogue and the rows of [`PAGE`] are the same; each figure is counted
/// somewhere; and nothing is counted past the catalogue.
pub fn explained(root: &Path) -> Faults {
    let catalogue = tree::text(root, CATALOGUE);
    let rows = catalogue_rows(&catalogue);
    let names: BTreeSet<&str> = rows.iter().map(|(_, name)| *name).collect();
    if names.is_empty() {
        return vec![format!("{CATALOGUE} describes nothing")];
    }
    let page = tree::text(root, PAGE);
    let written = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let written = written.filter_map(|row| row.split_once('`').map(|(name, _)| name));
    let is_figure = |name: &&str| name.starts_with("mesa_") || name.starts_with("process_");
    let written: BTreeSet<&str> = written.filter(is_figure).collect();

    let silent = names.difference(&written).map(|name| {
        format!("{name} is shown, and {PAGE} does not say what to do about it: add a row")
    });
    let dead = written.difference(&names).map(|name| {
        format!("{PAGE} explains {name}, which {CATALOGUE} does not have: take the row out")
    });
    let mut faults: Faults = silent.chain(dead).collect();
    let mut counted: BTreeSet<String> = BTreeSet::new();
    for file in tree::sources(root, "", "rs") {
        if file.path == CATALOGUE || file.is_test() {
            continue;
        }
        for (number, line) in file.code() {
            let words = tree::words_after(line, "catalogue::", is_constant);
            counted.extend(words.into_iter().map(str::to_owned));
            let past = ["counter!(", "gauge!(", "histogram!("];
            if past.iter().any(|call| line.contains(call)) {
                let path = &file.path;
                faults.push(format!(
                    "{path}:{number} counts past the catalogue: describe the figure in {CATALOGUE}"
                ));
            }
        }
    }
    let idle = rows
        .iter()
        .filter(|(constant, _)| !counted.contains(*constant));
    faults.extend(idle.map(|(constant, name)| {
        format!("{name} ({constant}) is described in {CATALOGUE} and never counted")
    }));
    faults
}

/// The dashboard is JSON, the rules are whole; both name figures of the catalogue alone, and between
/// them every one; each alarm has a heading in [`PAGE`] that it leads to, and each heading its alarm.
pub fn watched(root: &Path) -> Faults {
    let catalogue = tree::text(root, CATALOGUE);
    let names: BTreeSet<&str> = catalogue_rows(&catalogue)
        .into_iter()
        .map(|(_, name)| name)
        .collect();
    let mut faults = vec![];
    let mut watched = BTreeSet::new();
    let mut check = |place: String, expression: &str, faults: &mut Faults| {
        let figures = figures_in(expression);
        if figures.is_empty() {
            faults.push(format!("{place} looks at no figure"));
        }
        for figure in figures {
            if !names.contains(figure) && !OF_PROMETHEUS.contains(&figure) {
                faults.push(format!(
                    "{place} looks at {figure}, which {CATALOGUE} does not have"
                ));
            }
            watched.insert(figure.to_owned());
        }
    };

    match serde_json::from_str::<Value>(&tree::text(root, DASHBOARD)) {
        Ok(dashboard) => {
            let expressions = expressions(&dashboard);
            if expressions.is_empty() {
                faults.push(format!("{DASHBOARD} draws nothing"));
            }
            for (panel, expression) in expressions {
                check(format!("{DASHBOARD}, `{panel}`,"), &expression, &mut faults);
            }
        }
        Err(error) => faults.push(format!("{DASHBOARD} is no JSON: {error}")),
    }

    let rules = tree::text(root, ALARMS);
    let (alarms, odd) = alarms(&rules);
    faults.extend(odd);
    if alarms.is_empty() {
        faults.push(format!("{ALARMS} has no alarm"));
    }
    let page = tree::text(root, PAGE);
    let section = page
        .split("\n## ")
        .find(|section| section.starts_with("Alarms\n"));
    let headings = section.unwrap_or_default().lines();
    let mut headings: BTreeSet<&str> = headings
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    for alarm in &alarms {
        let name = alarm.name;
        check(format!("{ALARMS}, {name},"), alarm.expr, &mut faults);
        if !headings.remove(name) {
            faults.push(format!(
                "{name} has no section `### {name}` among the alarms of {PAGE}"
            ));
        }
        if alarm.runbook != format!("{PAGE}#{}", name.to_lowercase()) {
            faults.push(format!("{ALARMS}: the runbook of {name} leads elsewhere"));
        }
        if !matches!(alarm.severity, "critical" | "warning") {
            faults.push(format!(
                "{ALARMS}: {name} is neither critical nor a warning"
            ));
        }
    }
    let unseen = names.iter().filter(|name| !watched.contains(**name));
    faults.extend(unseen.map(|name| format!("{name} is in no panel and no alarm")));
    faults.extend(
        headings
            .into_iter()
            .map(|name| format!("{PAGE} explains the alarm {name}, which {ALARMS} does not have")),
    );

    let scraped = tree::text(root, SCRAPED);
    if !scraped.lines().any(|line| line.trim() == "- alerts.yml") {
        faults.push(format!("{SCRAPED} does not read {ALARMS}"));
    }
    faults
}

/// Constant and name of each row of the catalogue, `NAME = "name", …`.
fn catalogue_rows(text: &str) -> Vec<(&str, &str)> {
    let rows = text
        .lines()
        .filter_map(|line| line.trim().split_once(" = \""));
    let rows = rows.filter(|(constant, _)| constant.chars().all(is_constant));
    rows.filter_map(|(constant, rest)| Some((constant, rest.split_once('"')?.0)))
        .collect()
}

const fn is_constant(letter: char) -> bool {
    letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_'
}

/// The figures an expression names: its words that are followed by a selector, or look like ours.
fn figures_in(expression: &str) -> Vec<&str> {
    let mut found = vec![];
    // What stands in quotes is a label's value.
    for (place, text) in expression.split('"').enumerate() {
        if place % 2 == 1 {
            continue;
        }
        let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        for word in words {
            let ours = word.starts_with("mesa_") || word.starts_with("process_");
            if ours || OF_PROMETHEUS.contains(&word) {
                let whole = PARTS.iter().find_map(|part| word.strip_suffix(part));
                found.push(whole.unwrap_or(word));
            }
        }
    }
    found
}

/// Title and expression of everything the dashboard draws.
fn expressions(dashboard: &Value) -> Vec<(String, String)> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let panels = dashboard["panels"].as_array().into_iter().flatten();
    panels
        .flat_map(|panel| {
            let targets = panel["targets"].as_array().into_iter().flatten();
            targets.map(|target| (text(panel, "title"), text(target, "expr")))
        })
        .collect()
}

#[derive(Default)]
struct Alarm<'a> {
    name: &'a str,
    expr: &'a str,
    severity: &'a str,
    runbook: &'a str,
}

/// The alarms of a file that is written plainly, one value a line; and what is not understood.
fn alarms(text: &str) -> (Vec<Alarm<'_>>, Faults) {
    let mut alarms: Vec<Alarm<'_>> = vec![];
    let mut faults = vec![];
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        let (key, value) = trimmed.split_once(':').unwrap_or((trimmed, ""));
        let value = value.trim();
        match (key, alarms.last_mut()) {
            ("- alert", _) => alarms.push(Alarm {
                name: value,
                ..Alarm::default()
            }),
            ("expr", Some(alarm)) => alarm.expr = value,
            ("severity", Some(alarm)) => alarm.severity = value,
            ("runbook", Some(alarm)) => alarm.runbook = value,
            ("for" | "labels" | "annotations" | "summary", Some(_))
            | ("groups" | "- name" | "rules", None) => {}
            _ if trimmed.starts_with('#') => {}
            _ => faults.push(format!("{ALARMS}:{number} is not understood: {trimmed}")),
        }
    }
    (alarms, faults)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plant::{folder, only};

    const ROW: &str = "//! C.\nREADS = \"mesa_reads_total\", Counter, [],\n";
    const USE: &str = "//! R.\nlet reads = catalogue::READS.counter([]);\n";
    const TOLD: &str = "| `mesa_reads_total` | look |\n\n## Alarms\n\n### Reads\n\nDo.\n";
    const RULES: &str = "groups:\n- name: mesa\n  rules:\n  - alert: Reads\n    \
                         expr: rate(mesa_reads_total{of=\"mesa_x\"}[5m]) > 0 and up == 1\n    for: 1m\n    labels:\n      \
                         severity: warning\n    annotations:\n      runbook: docs/operations.md#reads\n";
    const PANELS: &str =
        r#"{"panels":[{"title":"R","targets":[{"expr":"rate(mesa_reads_total[1m])"}]}]}"#;

    fn place(changed: &str, from: &str, to: &str) -> tempfile::TempDir {
        let files = [
            (CATALOGUE, ROW),
            ("query/src/r.rs", USE),
            (PAGE, TOLD),
            (ALARMS, RULES),
            (DASHBOARD, PANELS),
            (SCRAPED, "rule_files:\n  - alerts.yml\n"),
        ];
        let files = files.map(|(path, text)| {
            let text = if path == changed {
                text.replace(from, to)
            } else {
                text.to_owned()
            };
            (path, text)
        });
        folder(&files.each_ref().map(|(path, text)| (*path, text.as_str())))
    }

    #[test]
    fn figures_that_are_explained_and_watched_pass() {
        let root = place("", "", "");
        assert_eq!(explained(root.path()), Faults::new());
        assert_eq!(watched(root.path()), Faults::new());
    }

    #[test]
    fn a_figure_without_a_row_or_a_use_is_caught() {
        let caught =
            |changed, from, to| only(&explained(place(changed, from, to).path())).to_owned();
        assert!(caught(PAGE, "| `mesa_reads_total`", "mesa_reads_total").contains("add a row"));
        assert!(caught("query/src/r.rs", "READS", "WRITES").contains("never counted"));
        let past = "counter!(\"mesa_x\"); catalogue::READS";
        assert!(caught("query/src/r.rs", "catalogue::READS", past).contains("past the catalogue"));
        let more = "| `mesa_old` | x |\n| `mesa_reads_total`";
        assert!(caught(PAGE, "| `mesa_reads_total`", more).contains("mesa_old"));
    }

    #[test]
    fn an_alarm_that_looks_at_nothing_or_leads_nowhere_is_caught() {
        let caught = |changed, from, to| only(&watched(place(changed, from, to).path())).to_owned();
        let typo = "mesa_read_total";
        assert!(caught(ALARMS, "mesa_reads_total", typo).contains(typo));
        assert!(caught(DASHBOARD, "mesa_reads_total", typo).contains(typo));
        assert!(caught(DASHBOARD, "}]}", "}").contains("no JSON"));
        assert!(caught(ALARMS, "#reads", "#other").contains("leads elsewhere"));
        assert!(caught(ALARMS, "severity: warning", "severity: bad").contains("neither"));
        assert!(caught(ALARMS, "for: 1m", "fro: 1m").contains("not understood"));
        assert!(caught(PAGE, "### Reads", "### Writes\n### Reads").contains("Writes"));
        assert!(caught(SCRAPED, "alerts", "alarms").contains("does not read"));
    }
}
