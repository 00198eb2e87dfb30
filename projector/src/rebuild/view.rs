//! The views that can be rebuilt, and the tables each of them is.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// One view: tables that are rebuilt together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Documents, their derivations and their files.
    Documents,
    /// The steps of every document.
    Timeline,
    /// What waits in each office, and its counters.
    Inbox,
    /// The numberings.
    Series,
    /// The cells of statistics.
    Statistics,
    /// The records themselves.
    Archive,
}

impl View {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Documents,
        Self::Timeline,
        Self::Inbox,
        Self::Series,
        Self::Statistics,
        Self::Archive,
    ];

    /// Its name.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Timeline => "timeline",
            Self::Inbox => "inbox",
            Self::Series => "series",
            Self::Statistics => "statistics",
            Self::Archive => "archive",
        }
    }

    const fn tables(self) -> &'static [Table] {
        match self {
            Self::Documents => &[
                Table("documents", "select * from", ""),
                Table("derivations", "select * from", ""),
                Table("attachments", "select * from", ""),
            ],
            Self::Timeline => &[Table("timeline", "select * from", "")],
            Self::Inbox => &[
                Table("inbox_items", "select * from", ""),
                Table("inbox_counters", "select * from", "where n <> 0"),
                Table("inbox_due", "select * from", "where n <> 0"),
            ],
            Self::Series => &[Table("series", "select * from", "")],
            Self::Statistics => &[
                Table("statistics_documents", "select * from", "where n <> 0"),
                Table("statistics_activity", "select * from", "where n <> 0"),
                Table("statistics_durations", "select * from", ""),
                Table("statistics_flow", "select * from", ""),
                Table("statistics_totals", "select * from", "where n <> 0"),
            ],
            Self::Archive => &[Table(
                "event_archive",
                "select sequence, subject, hash from",
                "",
            )],
        }
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// That a word names no view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("views are documents, timeline, inbox, series, statistics and archive")]
pub struct NoSuchView;

impl FromStr for View {
    type Err = NoSuchView;

    fn from_str(word: &str) -> Result<Self, NoSuchView> {
        let found = Self::ALL.into_iter().find(|view| view.word() == word);
        found.ok_or(NoSuchView)
    }
}

/// A table, and what of it must be the same in two generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Table(
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

/// The parked histories are rebuilt with all views, and only then: they are of all views.
const PARKED: Table = Table("parked", "select aggregate, sequence from", "");

/// Some views, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views(BTreeSet<View>);

impl Views {
    /// Every view.
    pub fn all() -> Self {
        Self(View::ALL.into())
    }

    /// These; every one when none is named.
    pub fn of(named: impl IntoIterator<Item = View>) -> Self {
        let named: BTreeSet<_> = named.into_iter().collect();
        if named.is_empty() {
            Self::all()
        } else {
            Self(named)
        }
    }

    /// Whether these are all.
    pub fn is_all(&self) -> bool {
        self.0.len() == View::ALL.len()
    }

    /// Whether `view` is one of them.
    pub fn has(&self, view: View) -> bool {
        self.0.contains(&view)
    }

    /// Their names.
    pub fn words(&self) -> Vec<&'static str> {
        self.0.iter().map(|view| view.word()).collect()
    }

    /// Their tables.
    pub(super) fn tables(&self) -> Vec<Table> {
        let mut tables: Vec<_> = self
            .0
            .iter()
            .flat_map(|view| view.tables())
            .copied()
            .collect();
        if self.is_all() {
            tables.push(PARKED);
        }
        tables
    }

    /// The names of their tables.
    pub(super) fn names(&self) -> Vec<&'static str> {
        self.tables().iter().map(|table| table.0).collect()
    }
}

impl fmt::Display for Views {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            return f.write_str("all views");
        }
        f.write_str(&self.words().join(", "))
    }
}
