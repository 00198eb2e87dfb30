//! Histories that could not be applied, kept apart so that everything else flows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgConnection, Row};

use crate::columns::{big, column, number};

/// With more than this many parked, it is not the histories that are wrong: the projector stops.
pub const MOST_PARKED: usize = 100;

/// An aggregate that is parked: a row of `parked`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parked {
    /// Its subject.
    pub aggregate: String,
    /// The sequence of the first record that could not be applied.
    pub sequence: u64,
    /// The sequence of the last record passed over.
    pub last_seq: u64,
    /// How many records after the first were passed over.
    pub skipped: u64,
    /// Why the first could not be applied.
    pub error: String,
    /// When it was parked; none before it is in the table.
    pub since: Option<DateTime<Utc>>,
}

/// The parked aggregates, and which of them changed since they were loaded.
#[derive(Clone, Debug, Default)]
pub struct ParkedSet {
    parked: BTreeMap<String, Parked>,
    changed: BTreeSet<String>,
}

impl ParkedSet {
    /// Those of `rows`.
    pub fn of(rows: Vec<Parked>) -> Self {
        Self {
            parked: rows
                .into_iter()
                .map(|row| (row.aggregate.clone(), row))
                .collect(),
            changed: BTreeSet::new(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.parked.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.parked.is_empty()
    }

    /// Whether the record at `sequence` is to be passed over; if so, it is counted.
    pub fn skip(&mut self, aggregate: &str, sequence: u64) -> bool {
        let Some(parked) = self.parked.get_mut(aggregate) else {
            return false;
        };
        if sequence < parked.sequence {
            return false;
        }
        if sequence > parked.last_seq {
            parked.last_seq = sequence;
            parked.skipped += 1;
            self.changed.insert(aggregate.to_owned());
        }
        true
    }

    /// Parks an aggregate at `sequence`.
    pub fn park(&mut self, aggregate: &str, sequence: u64, error: &str) {
        let parked = Parked {
            aggregate: aggregate.to_owned(),
            sequence,
            last_seq: sequence,
            skipped: 0,
            error: error.to_owned(),
            since: None,
        };
        self.parked.insert(aggregate.to_owned(), parked);
        self.changed.insert(aggregate.to_owned());
    }

    /// Those that changed.
    pub fn changed(&self) -> Vec<Parked> {
        let find = |aggregate| self.parked.get(aggregate).cloned();
        self.changed.iter().filter_map(find).collect()
    }

    /// Every one, as it is now.
    pub fn rows(&self) -> Vec<Parked> {
        self.parked.values().cloned().collect()
    }

    /// Takes over what a batch changed and wrote.
    pub fn keep(&mut self, changed: &[Parked]) {
        for parked in changed {
            self.parked.insert(parked.aggregate.clone(), parked.clone());
        }
        self.changed.clear();
    }
}

/// Every parked aggregate.
pub const LIST: &str = "/* q:projector.parked.list */
    select aggregate, sequence, last_seq, skipped, error, parked_at
    from parked
    order by sequence";

/// Parks aggregates, or counts what was passed over since.
pub const WRITE: &str = "/* q:projector.parked.write */
    insert into parked as t (
        aggregate, stream, sequence, last_seq, skipped, error, parked_at
    )
    select aggregate, $6, sequence, last_seq, skipped, error, $7
    from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[])
        as given (aggregate, sequence, last_seq, skipped, error)
    on conflict (aggregate) do update set
        last_seq = excluded.last_seq, skipped = excluded.skipped
    where t.last_seq < excluded.last_seq";

/// Every parked aggregate, in the order of their first records.
///
/// # Errors
///
/// The database does not answer.
pub async fn list(connection: &mut PgConnection) -> sqlx::Result<Vec<Parked>> {
    let rows = sqlx::query(LIST).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(Parked {
                aggregate: row.try_get("aggregate")?,
                sequence: number(row, "sequence")?,
                last_seq: number(row, "last_seq")?,
                skipped: number(row, "skipped")?,
                error: row.try_get("error")?,
                since: row.try_get("parked_at")?,
            })
        })
        .collect()
}

/// Writes `rows`.
///
/// # Errors
///
/// The database does not answer.
pub(crate) async fn write(
    connection: &mut PgConnection,
    stream: &str,
    now: DateTime<Utc>,
    rows: &[Parked],
) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.aggregate.as_str()))
        .bind(column(rows, |row| big(row.sequence)))
        .bind(column(rows, |row| big(row.last_seq)))
        .bind(column(rows, |row| big(row.skipped)))
        .bind(column(rows, |row| row.error.as_str()))
        .bind(stream)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
