//! One declared day, and the changes a calendar went through.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Scope;

/// A day on which offices of a scope do not work (T2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Day {
    /// The day.
    pub on: NaiveDate,
    /// For whom.
    pub scope: Scope,
    /// What it is, `Batalla de Junín`.
    pub name: String,
    /// The law or decree that says so.
    pub legal_basis: String,
    /// Whether terms stand still on it. A day off that leaves them running (a *día no laborable*
    /// that is worked later, say) counts as a day of a term, but no term ends on it (art. 145.2).
    pub suspends_terms: bool,
}

/// What happened to a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is one from now on.
    Declared,
    /// It is none any more.
    Revoked,
}

/// One step from a version of the calendar to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The version it led to.
    pub version: u64,
    /// Which way.
    pub kind: ChangeKind,
    /// The day.
    pub day: Day,
}
