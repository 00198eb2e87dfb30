//! Rows in the database against rows out of the log.

use std::collections::HashMap;

use events::Hash;
use futures::TryStreamExt;
use readmodel::statistics::{Dimensions, FlowSums};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::types::Uuid;
use sqlx::{PgConnection, Row};

use super::{Difference, MOST_DIFFERENCES, ViewReport};
use crate::batch::Changes;
use crate::columns::number;
use crate::projections::{archive, documents, inbox, series, statistics, timeline};

/// A row as a key and a text.
type Entry = (String, String);

/// Compares every table of the views.
pub(super) async fn compare(
    connection: &mut PgConnection,
    expected: &Changes,
) -> sqlx::Result<Vec<ViewReport>> {
    let mut views = of_documents(connection, expected).await?;
    views.extend(of_inboxes(connection, expected).await?);
    views.extend(of_statistics(connection, expected).await?);
    Ok(views)
}

async fn of_documents(
    connection: &mut PgConnection,
    expected: &Changes,
) -> sqlx::Result<Vec<ViewReport>> {
    let rows = expected.documents.iter().map(|view| document(&view.row));
    let mut documents = Comparison::new("documents", rows);
    let scan = documents::sql::SCAN;
    let read = |row: &PgRow| documents::sql::decode(row).map(|row| document(&row));
    documents.scan(connection, scan, read).await?;

    let rows = expected.documents.iter().flat_map(|view| &view.derivations);
    let entry = |row: &readmodel::DerivationRow| {
        (format!("{} {}", row.document_id, row.ordinal), json(row))
    };
    let mut derivations = Comparison::new("derivations", rows.map(entry));
    let scan = documents::derivations::SCAN;
    let read = |row: &PgRow| documents::derivations::decode(row).map(|row| entry(&row));
    derivations.scan(connection, scan, read).await?;

    let rows = expected.documents.iter().flat_map(|view| &view.attachments);
    let entry = |row: &readmodel::AttachmentRow| {
        (format!("{} {}", row.document_id, row.ordinal), json(row))
    };
    let mut attachments = Comparison::new("attachments", rows.map(entry));
    let scan = documents::attachments::SCAN;
    let read = |row: &PgRow| documents::attachments::decode(row).map(|row| entry(&row));
    attachments.scan(connection, scan, read).await?;

    let entry = |row: &readmodel::TimelineRow| {
        let (document, event, ordinal) = (row.document_id, row.event_number, row.ordinal);
        (format!("{document} {event} {ordinal}"), json(row))
    };
    let mut steps = Comparison::new("timeline", expected.timeline.iter().map(entry));
    let read = |row: &PgRow| timeline::sql::decode(row).map(|row| entry(&row));
    steps.scan(connection, timeline::sql::SCAN, read).await?;

    let entry = |row: &series::SeriesRow| (row.id.to_string(), json(row));
    let mut numberings = Comparison::new("series", expected.series.iter().map(entry));
    let read = |row: &PgRow| series::sql::decode(row).map(|row| entry(&row));
    numberings.scan(connection, series::sql::SCAN, read).await?;

    Ok([documents, derivations, attachments, steps, numberings]
        .map(Comparison::report)
        .into())
}

fn document(row: &readmodel::DocumentRow) -> Entry {
    (row.id.to_string(), json(row))
}

async fn of_inboxes(
    connection: &mut PgConnection,
    expected: &Changes,
) -> sqlx::Result<Vec<ViewReport>> {
    let entry = |row: &readmodel::InboxRow| {
        (
            format!("{} {} {}", row.document_id, row.tray, row.ordinal),
            json(row),
        )
    };
    let mut items = Comparison::new("inbox_items", expected.inbox.kept.iter().map(entry));
    let read = |row: &PgRow| inbox::sql::decode(row).map(|row| entry(&row));
    items.scan(connection, inbox::sql::SCAN, read).await?;

    let counters = expected.inbox.counters.iter();
    let entries = counters.map(|((office, tray), n)| (format!("{office} {tray}"), n.to_string()));
    let mut counters = Comparison::new("inbox_counters", entries.filter(|(_, n)| n != "0"));
    let read = |row: &PgRow| {
        let (office, tray): (Uuid, &str) = (row.try_get("office_id")?, row.try_get("tray")?);
        Ok((format!("{office} {tray}"), count(row)?))
    };
    counters
        .scan(connection, inbox::sql::SCAN_COUNTERS, read)
        .await?;

    let due = expected.inbox.due.iter();
    let entries = due.map(|((office, day), n)| (format!("{office} {day}"), n.to_string()));
    let mut due = Comparison::new("inbox_due", entries.filter(|(_, n)| n != "0"));
    let read = |row: &PgRow| {
        let office: Uuid = row.try_get("office_id")?;
        let day: chrono::NaiveDate = row.try_get("due_on")?;
        Ok((format!("{office} {day}"), count(row)?))
    };
    due.scan(connection, inbox::sql::SCAN_DUE, read).await?;
    Ok([items, counters, due].map(Comparison::report).into())
}

async fn of_statistics(
    connection: &mut PgConnection,
    expected: &Changes,
) -> sqlx::Result<Vec<ViewReport>> {
    let cells = &expected.statistics;
    let entries = cells.documents.iter().map(|(cell, n)| {
        let of = Dimensions {
            day: cell.day,
            office_id: cell.office_id,
            document_type_id: cell.document_type_id,
            priority: cell.priority,
            channel: cell.channel,
        };
        (
            format!("{} {}", dimensions(&of), cell.status),
            n.to_string(),
        )
    });
    let entries = entries.filter(|(_, n)| n != "0");
    let mut documents = Comparison::new("statistics_documents", entries);
    let read = |row: &PgRow| Ok((stored_key(row, "status")?, count(row)?));
    let scan = statistics::sql::SCAN_DOCUMENTS;
    documents.scan(connection, scan, read).await?;

    let entries = cells.activity.iter().map(|(cell, n)| {
        (
            format!("{} {}", dimensions(&cell.of), cell.activity),
            n.to_string(),
        )
    });
    let mut activity = Comparison::new("statistics_activity", entries);
    let read = |row: &PgRow| Ok((stored_key(row, "activity")?, count(row)?));
    activity
        .scan(connection, statistics::sql::SCAN_ACTIVITY, read)
        .await?;

    let entries = cells.durations.iter().map(|(cell, sums)| {
        let key = format!("{} {} {}", dimensions(&cell.of), cell.measure, cell.bucket);
        (key, json(sums))
    });
    let mut durations = Comparison::new("statistics_durations", entries);
    let scan = statistics::sql::SCAN_DURATIONS;
    durations.scan(connection, scan, duration).await?;

    let entries = cells.flow.iter().map(|(cell, sums)| {
        let (from, to) = (cell.from_office_id, cell.to_office_id);
        (format!("{} {from} {to}", cell.day), json(sums))
    });
    let mut flow = Comparison::new("statistics_flow", entries);
    flow.scan(connection, statistics::sql::SCAN_FLOW, flow_cell)
        .await?;

    let entries = cells
        .totals
        .iter()
        .map(|(status, n)| (status.to_string(), n.to_string()));
    let mut totals = Comparison::new("statistics_totals", entries.filter(|(_, n)| n != "0"));
    let read = |row: &PgRow| Ok((row.try_get("status")?, count(row)?));
    totals
        .scan(connection, statistics::sql::READ_TOTALS, read)
        .await?;
    Ok([documents, activity, durations, flow, totals]
        .map(Comparison::report)
        .into())
}

/// Compares the archive with the hashes of the log, by sequence.
pub(super) async fn archive(
    connection: &mut PgConnection,
    hashes: &[(u64, Hash)],
) -> sqlx::Result<ViewReport> {
    let entries = hashes
        .iter()
        .map(|(sequence, hash)| (sequence.to_string(), hash.to_string()));
    let mut archived = Comparison::new("event_archive", entries);
    let read = |row: &PgRow| {
        let sequence: u64 = number(row, "sequence")?;
        Ok((sequence.to_string(), Hash(row.try_get("hash")?).to_string()))
    };
    archived.scan(connection, archive::sql::SCAN, read).await?;
    Ok(archived.report())
}

fn dimensions(of: &Dimensions) -> String {
    let rank = readmodel::document::priority_rank(of.priority);
    let (office, document_type) = (of.office_id, of.document_type_id);
    format!("{} {office} {document_type} {rank} {}", of.day, of.channel)
}

fn stored_key(row: &PgRow, last: &str) -> sqlx::Result<String> {
    let day: chrono::NaiveDate = row.try_get("day")?;
    let office: Uuid = row.try_get("office_id")?;
    let document_type: Uuid = row.try_get("document_type_id")?;
    let rank: i16 = row.try_get("priority")?;
    let channel: &str = row.try_get("channel")?;
    let last: &str = row.try_get(last)?;
    Ok(format!(
        "{day} {office} {document_type} {rank} {channel} {last}"
    ))
}

fn duration(row: &PgRow) -> sqlx::Result<Entry> {
    let bucket: i32 = row.try_get("bucket")?;
    let sums = readmodel::statistics::DurationSums {
        n: row.try_get("n")?,
        total_seconds: row.try_get("total_seconds")?,
        min_seconds: row.try_get("min_seconds")?,
        max_seconds: row.try_get("max_seconds")?,
    };
    Ok((
        format!("{} {bucket}", stored_key(row, "measure")?),
        json(&sums),
    ))
}

fn flow_cell(row: &PgRow) -> sqlx::Result<Entry> {
    let day: chrono::NaiveDate = row.try_get("day")?;
    let from: Uuid = row.try_get("from_office_id")?;
    let to: Uuid = row.try_get("to_office_id")?;
    let sums = FlowSums {
        sent: row.try_get("sent")?,
        received: row.try_get("received")?,
        wait_seconds: row.try_get("wait_seconds")?,
    };
    Ok((format!("{day} {from} {to}"), json(&sums)))
}

fn count(row: &PgRow) -> sqlx::Result<String> {
    row.try_get("n").map(|n: i64| n.to_string())
}

pub(super) fn json<T: Serialize>(row: &T) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

/// One view being compared: what is expected and not found yet, and what was found.
pub(super) struct Comparison {
    missing: HashMap<String, String>,
    report: ViewReport,
}

impl Comparison {
    /// A view that should hold these entries.
    pub(super) fn new(view: &'static str, expected: impl Iterator<Item = Entry>) -> Self {
        let missing: HashMap<_, _> = expected.collect();
        let mut digest = Hash::default();
        for (key, row) in &missing {
            add(&mut digest, key, row);
        }
        Self {
            report: ViewReport {
                view,
                expected: missing.len() as u64,
                found: 0,
                expected_digest: digest,
                found_digest: Hash::default(),
                differing: 0,
                differences: Vec::new(),
            },
            missing,
        }
    }

    /// Reads a table whole.
    async fn scan(
        &mut self,
        connection: &mut PgConnection,
        scan: &'static str,
        read: impl Fn(&PgRow) -> sqlx::Result<Entry>,
    ) -> sqlx::Result<()> {
        let mut rows = sqlx::query(scan).fetch(connection);
        while let Some(row) = rows.try_next().await? {
            let (key, row) = read(&row)?;
            self.found(key, row);
        }
        Ok(())
    }

    /// Takes in what there is.
    pub(super) fn found(&mut self, key: String, row: String) {
        self.report.found += 1;
        add(&mut self.report.found_digest, &key, &row);
        let expected = self.missing.remove(&key);
        if expected.as_ref() != Some(&row) {
            self.differ(key, expected, Some(row));
        }
    }

    /// What came out; what was not found is missing.
    pub(super) fn report(mut self) -> ViewReport {
        for (key, row) in std::mem::take(&mut self.missing) {
            self.differ(key, Some(row), None);
        }
        self.report
    }

    fn differ(&mut self, key: String, expected: Option<String>, found: Option<String>) {
        self.report.differing += 1;
        if self.report.differences.len() < MOST_DIFFERENCES {
            self.report.differences.push(Difference {
                key,
                expected,
                found,
            });
        }
    }
}

/// Adds a row to a digest; the order of rows does not matter.
fn add(digest: &mut Hash, key: &str, row: &str) {
    let one = Hash::of(format!("{key}\n{row}").as_bytes());
    for (sum, byte) in digest.0.iter_mut().zip(one.0) {
        *sum ^= byte;
    }
}
