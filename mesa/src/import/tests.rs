//! How a log becomes documents, rule by rule. Whole logs are in `tests/e2e/tests/import`.

mod lines;
mod maps;
mod plans;
mod rules;

use chrono::{DateTime, Utc};

use super::log::{self, Log};
use super::map::Map;
use super::names::Names;
use super::plan::{self, Act, Plan};

/// A map with every column, to be changed by each test.
const MAP: &str = r#"
source = "trial"
subject = "Case {case}"
empty = ["", "EMPTY"]
default_channel = "counter"

[columns]
case = "case"
timestamp = "at"
office = "office"
user = "user"
channel = "channel"
start = "start"
deadline = "deadline"
end = "end"
activity = "activity"

[time]
zone = "America/Lima"

[channels]
"Web" = "web"

[institution]
fallback_office = { code = "DESK", name = "The desk" }
document_type = { code = "CASE", name = "A case", series = "EXP" }
"#;

const HEADER: &str = "case,at,office,user,channel,start,deadline,end,activity";

fn map() -> Map {
    Map::read(MAP).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-06-01T00:00:00Z")
}

/// Reads `lines` under the header with every column.
fn read(lines: &[&str]) -> Log {
    let text = format!("{HEADER}\n{}\n", lines.join("\n"));
    log::read(text.as_bytes(), &map(), now()).unwrap()
}

/// The plan of the only case in `lines`.
fn planned(lines: &[&str]) -> Plan {
    let log = read(lines);
    assert_eq!(log.refused, []);
    let [case] = &log.cases[..] else {
        panic!("not one case: {log:?}");
    };
    plan::plan(case, &map(), &Names::of(&map(), &log.cases)).unwrap()
}

/// A plan in a few words: `10:00 ana@A register`, UTC.
fn told(plan: &Plan) -> Vec<String> {
    let step = |step: &plan::Step| {
        let act = match &step.act {
            Act::Register => "register".to_owned(),
            Act::Derive { to, .. } => format!("derive to {to}"),
            Act::Receive => "receive".to_owned(),
            Act::Attend { .. } => "attend".to_owned(),
        };
        let time = step.at.format("%H:%M");
        let user = step.user.trim_start_matches("trial.");
        format!("{time} {user}@{} {act}", step.office)
    };
    plan.steps.iter().map(step).collect()
}
