//! Parts of a row of `documents` that stand in several columns, or in one as JSON.

use events::document::{Origin, Sender};
use readmodel::restriction::restriction_of;
use readmodel::{Archive, Deadline, Restriction};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::columns::{number, seen_by, undecodable, word};

pub(super) fn restriction(row: &PgRow) -> sqlx::Result<Option<Restriction>> {
    let text: Option<&str> = row.try_get("restriction")?;
    restriction_of(text, seen_by(row)?).map_err(|_| undecodable("restriction"))
}

pub(super) fn sender(row: &PgRow) -> sqlx::Result<Sender> {
    Ok(Sender {
        name: row.try_get("sender_name")?,
        kind: word(row, "sender_kind")?,
        number: row.try_get("sender_number")?,
        representative: row.try_get("sender_representative")?,
        email: row.try_get("sender_email")?,
        phone: row.try_get("sender_phone")?,
        address: row.try_get("sender_address")?,
    })
}

pub(super) fn deadline(row: &PgRow) -> sqlx::Result<Option<Deadline>> {
    let term: Option<String> = row.try_get("deadline_term")?;
    let term = term.map(|text| serde_json::from_str(&text));
    Ok(Deadline::from_columns(
        term.transpose().map_err(|_| undecodable("deadline_term"))?,
        row.try_get("deadline_starts_on")?,
        row.try_get("due_on")?,
        row.try_get("clock_stopped_on")?,
    ))
}

pub(super) fn origin(row: &PgRow) -> sqlx::Result<Option<Origin>> {
    let Some(integration) = row.try_get("origin_integration")? else {
        return Ok(None);
    };
    Ok(Some(Origin {
        integration,
        external_id: row.try_get("origin_external_id")?,
    }))
}

pub(super) fn archive(row: &PgRow) -> sqlx::Result<Option<Archive>> {
    let Some(classification) = row.try_get("archive_classification")? else {
        return Ok(None);
    };
    Ok(Some(Archive {
        classification,
        retention_years: number(row, "archive_retention_years")?,
        location: row.try_get("archive_location")?,
    }))
}
