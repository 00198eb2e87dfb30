//! Everything of an import that needs no server: the file is read, named and planned.

use std::io::Read;

use chrono::{DateTime, Utc};

use super::log::{self, LogError};
use super::map::Map;
use super::names::Names;
use super::plan::{self, Needs, Plan};
use super::report::Report;

/// An import, ready to be put to the rules.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// How the file is read.
    pub map: Map,
    /// What becomes of each case, in the order of registration.
    pub plans: Vec<Plan>,
    /// What the directory must hold.
    pub needs: Needs,
    /// What is known of the import so far.
    pub report: Report,
}

/// Reads and plans `file`, whose events all happened by `now`.
///
/// # Errors
///
/// [`LogError`] when the file cannot be read at all.
pub fn prepare(file: impl Read, map: Map, now: DateTime<Utc>) -> Result<Prepared, LogError> {
    let log = log::read(file, &map, now)?;
    let names = Names::of(&map, &log.cases);
    let plans = log.cases.iter();
    let mut plans: Vec<_> = plans
        .filter_map(|case| plan::plan(case, &map, &names))
        .collect();
    // Numbers follow the order of entry (R2); equal times keep the order of the file.
    plans.sort_by_key(Plan::registered_at);
    let mut report = Report {
        source: map.source.0.clone(),
        lines: log.lines,
        refused: log.refused,
        notes: names.collisions.clone(),
        ..Report::default()
    };
    report.note_late(&plans);
    Ok(Prepared {
        needs: Needs::of(&plans, &names),
        map,
        plans,
        report,
    })
}
