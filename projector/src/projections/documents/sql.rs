//! Rows of `documents`: loaded by id, written all at once.

use std::collections::BTreeSet;

use calendar::Term;
use events::classify::Outcome;
use events::{DocumentId, DocumentTypeId, OfficeId, UserId};
use readmodel::desk::{list_text, number_text};
use readmodel::document::{priority_of_rank, priority_rank, search_key};
use readmodel::restriction::{restriction_text, seen_by_text};
use readmodel::{Deadline, DocumentRow};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::parts::{archive, deadline, origin, restriction, sender};
use crate::columns::{
    big, column, id, list, maybe_id, maybe_number, maybe_word, number, registry_number,
    undecodable, word,
};

/// The documents with these ids.
pub const LOAD: &str = "/* q:projector.documents.load */
    select *
    from documents
    where id = any($1)";

/// Every document, for comparing.
pub const SCAN: &str = "/* q:projector.documents.scan */
    select *
    from documents
    order by id";

/// Writes documents, each unless it is already there as new.
pub const WRITE: &str = "/* q:projector.documents.write */
    insert into documents as t (
        id, number, document_type_id, category, external_number, sender_name,
        sender_key, sender_kind, sender_number, sender_representative, sender_email,
        sender_phone, sender_address, subject, folios, has_annexes, priority, channel,
        tags, notes, answer_required, presented_at, filed_on, registered_at,
        registered_by, registry_office_id, deadline_rule, deadline_starts_on, due_on,
        related_document_id, origin_integration, origin_external_id, tracking_token,
        status, holder_office_id, in_transit_to_id, custody_since, custody_ordinal,
        returned_ordinal, routed_at, attended_at, attended_office_id, outcome,
        attended_note, archived_at, archive_classification, archive_retention_years,
        archive_location, voided_at, void_reason, remarks, version, last_seq,
        last_activity_at, submitted_at, submitted_by, not_filed_at, observations, links,
        deadline_term, clock_stopped_on, deadline_from, deadline_place, calendar_version,
        restriction, seen_by
    )
    select
        id, number, document_type_id, category, external_number, sender_name,
        sender_key, sender_kind, sender_number, sender_representative, sender_email,
        sender_phone, sender_address, subject, folios, has_annexes, priority, channel,
        array(select json_array_elements_text(tags::json)), notes, answer_required, presented_at,
        filed_on, registered_at, registered_by, registry_office_id, deadline_rule,
        deadline_starts_on, due_on, related_document_id, origin_integration,
        origin_external_id, tracking_token, status, holder_office_id, in_transit_to_id,
        custody_since, custody_ordinal, returned_ordinal, routed_at, attended_at,
        attended_office_id, outcome, attended_note, archived_at,
        archive_classification, archive_retention_years, archive_location, voided_at,
        void_reason, remarks, version, last_seq, last_activity_at, submitted_at, submitted_by,
        not_filed_at, observations, links,
        deadline_term, clock_stopped_on, deadline_from, deadline_place, calendar_version,
        restriction, seen_by::uuid[]
    from unnest(
        $1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
        $13::text[], $14::text[], $15::bigint[], $16::boolean[], $17::smallint[],
        $18::text[], $19::text[], $20::text[], $21::boolean[], $22::timestamptz[],
        $23::date[], $24::timestamptz[], $25::uuid[], $26::uuid[], $27::text[],
        $28::date[], $29::date[], $30::uuid[], $31::text[], $32::text[], $33::text[],
        $34::text[], $35::uuid[], $36::uuid[], $37::timestamptz[], $38::bigint[],
        $39::bigint[], $40::timestamptz[], $41::timestamptz[], $42::uuid[],
        $43::text[], $44::text[], $45::timestamptz[], $46::text[], $47::bigint[],
        $48::text[], $49::timestamptz[], $50::text[], $51::bigint[], $52::bigint[],
        $53::bigint[], $54::timestamptz[], $55::timestamptz[], $56::uuid[],
        $57::timestamptz[], $58::text[], $59::text[], $60::text[], $61::date[],
        $62::date[], $63::text[], $64::bigint[], $65::text[], $66::text[]
    ) as given (
        id, number, document_type_id, category, external_number, sender_name,
        sender_key, sender_kind, sender_number, sender_representative, sender_email,
        sender_phone, sender_address, subject, folios, has_annexes, priority, channel,
        tags, notes, answer_required, presented_at, filed_on, registered_at,
        registered_by, registry_office_id, deadline_rule, deadline_starts_on, due_on,
        related_document_id, origin_integration, origin_external_id, tracking_token,
        status, holder_office_id, in_transit_to_id, custody_since, custody_ordinal,
        returned_ordinal, routed_at, attended_at, attended_office_id, outcome,
        attended_note, archived_at, archive_classification, archive_retention_years,
        archive_location, voided_at, void_reason, remarks, version, last_seq,
        last_activity_at, submitted_at, submitted_by, not_filed_at, observations, links,
        deadline_term, clock_stopped_on, deadline_from, deadline_place, calendar_version,
        restriction, seen_by
    )
    on conflict (id) do update set
        number = excluded.number, document_type_id = excluded.document_type_id,
        category = excluded.category, external_number = excluded.external_number,
        sender_name = excluded.sender_name, sender_key = excluded.sender_key,
        sender_kind = excluded.sender_kind, sender_number = excluded.sender_number,
        sender_representative = excluded.sender_representative,
        sender_email = excluded.sender_email, sender_phone = excluded.sender_phone,
        sender_address = excluded.sender_address, subject = excluded.subject,
        folios = excluded.folios, has_annexes = excluded.has_annexes,
        priority = excluded.priority, channel = excluded.channel, tags = excluded.tags,
        notes = excluded.notes, answer_required = excluded.answer_required,
        presented_at = excluded.presented_at, filed_on = excluded.filed_on,
        registered_at = excluded.registered_at, registered_by = excluded.registered_by,
        registry_office_id = excluded.registry_office_id,
        deadline_rule = excluded.deadline_rule,
        deadline_starts_on = excluded.deadline_starts_on, due_on = excluded.due_on,
        related_document_id = excluded.related_document_id,
        origin_integration = excluded.origin_integration,
        origin_external_id = excluded.origin_external_id,
        tracking_token = excluded.tracking_token, status = excluded.status,
        holder_office_id = excluded.holder_office_id,
        in_transit_to_id = excluded.in_transit_to_id,
        custody_since = excluded.custody_since,
        custody_ordinal = excluded.custody_ordinal,
        returned_ordinal = excluded.returned_ordinal, routed_at = excluded.routed_at,
        attended_at = excluded.attended_at,
        attended_office_id = excluded.attended_office_id, outcome = excluded.outcome,
        attended_note = excluded.attended_note, archived_at = excluded.archived_at,
        archive_classification = excluded.archive_classification,
        archive_retention_years = excluded.archive_retention_years,
        archive_location = excluded.archive_location, voided_at = excluded.voided_at,
        void_reason = excluded.void_reason, remarks = excluded.remarks,
        version = excluded.version, last_seq = excluded.last_seq,
        last_activity_at = excluded.last_activity_at,
        submitted_at = excluded.submitted_at, submitted_by = excluded.submitted_by,
        not_filed_at = excluded.not_filed_at, observations = excluded.observations,
        links = excluded.links,
        deadline_term = excluded.deadline_term,
        clock_stopped_on = excluded.clock_stopped_on,
        deadline_from = excluded.deadline_from,
        deadline_place = excluded.deadline_place,
        calendar_version = excluded.calendar_version,
        restriction = excluded.restriction, seen_by = excluded.seen_by
    where t.last_seq < excluded.last_seq";

/// The documents with these ids that there are.
///
/// # Errors
///
/// The database does not answer, or a row is not what this program wrote.
pub async fn load(
    connection: &mut PgConnection,
    ids: &[DocumentId],
) -> sqlx::Result<Vec<DocumentRow>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query(LOAD).bind(ids).fetch_all(connection).await?;
    rows.iter().map(decode).collect()
}

/// Writes `rows`.
///
/// # Errors
///
/// The database does not answer, or refuses a value.
#[expect(clippy::too_many_lines, reason = "a line for each column")]
pub async fn write(connection: &mut PgConnection, rows: &[&DocumentRow]) -> sqlx::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    sqlx::query(WRITE)
        .bind(column(rows, |row| row.id.0))
        .bind(column(rows, |row| number_text(row.number.as_ref())))
        .bind(column(rows, |row| row.document_type_id.0))
        .bind(column(rows, |row| row.category.as_deref()))
        .bind(column(rows, |row| row.external_number.as_deref()))
        .bind(column(rows, |row| row.sender.name.as_str()))
        .bind(column(rows, |row| search_key(&row.sender.name)))
        .bind(column(rows, |row| row.sender.kind.word()))
        .bind(column(rows, |row| row.sender.number.as_deref()))
        .bind(column(rows, |row| row.sender.representative.as_deref()))
        .bind(column(rows, |row| row.sender.email.as_deref()))
        .bind(column(rows, |row| row.sender.phone.as_deref()))
        .bind(column(rows, |row| row.sender.address.as_deref()))
        .bind(column(rows, |row| row.subject.as_str()))
        .bind(column(rows, |row| i64::from(row.folios)))
        .bind(column(rows, |row| row.has_annexes))
        .bind(column(rows, |row| priority_rank(row.priority)))
        .bind(column(rows, |row| row.channel.word()))
        .bind(column(rows, |row| as_json(&row.tags)))
        .bind(column(rows, |row| row.notes.as_deref()))
        .bind(column(rows, |row| row.answer_required))
        .bind(column(rows, |row| row.presented_at))
        .bind(column(rows, |row| row.filed_on))
        .bind(column(rows, |row| row.registered_at))
        .bind(column(rows, |row| row.registered_by.0))
        .bind(column(rows, |row| row.registry_office_id.0))
        .bind(column(rows, |row| {
            row.deadline.as_ref().map(|d| d.term.rule.word())
        }))
        .bind(column(rows, |row| {
            row.deadline.as_ref().map(|d| d.term.starts_on)
        }))
        .bind(column(rows, |row| row.due_on()))
        .bind(column(rows, |row| row.related_document_id.map(|id| id.0)))
        .bind(column(rows, |row| {
            row.origin.as_ref().map(|o| o.integration.as_str())
        }))
        .bind(column(rows, |row| {
            row.origin.as_ref().map(|o| o.external_id.as_str())
        }))
        .bind(column(rows, |row| row.tracking_token.as_str()))
        .bind(column(rows, |row| row.status.word()))
        .bind(column(rows, |row| row.holder_office_id.0))
        .bind(column(rows, |row| row.in_transit_to_id.map(|id| id.0)))
        .bind(column(rows, |row| row.custody_since))
        .bind(column(rows, |row| i64::from(row.custody_ordinal)))
        .bind(column(rows, |row| row.returned_ordinal.map(i64::from)))
        .bind(column(rows, |row| row.routed_at))
        .bind(column(rows, |row| row.attended_at))
        .bind(column(rows, |row| row.attended_office_id.map(|id| id.0)))
        .bind(column(rows, |row| row.outcome.map(Outcome::word)))
        .bind(column(rows, |row| row.attended_note.as_deref()))
        .bind(column(rows, |row| row.archived_at))
        .bind(column(rows, |row| {
            row.archive.as_ref().map(|a| a.classification.as_str())
        }))
        .bind(column(rows, |row| {
            row.archive.as_ref().map(|a| i64::from(a.retention_years))
        }))
        .bind(column(rows, |row| {
            row.archive.as_ref().map(|a| a.location.as_str())
        }))
        .bind(column(rows, |row| row.voided_at))
        .bind(column(rows, |row| row.void_reason.as_deref()))
        .bind(column(rows, |row| i64::from(row.remarks)))
        .bind(column(rows, |row| big(row.version)))
        .bind(column(rows, |row| big(row.last_seq)))
        .bind(column(rows, |row| row.last_activity_at))
        .bind(column(rows, |row| row.submitted_at))
        .bind(column(rows, |row| row.submitted_by.map(|id| id.0)))
        .bind(column(rows, |row| row.not_filed_at))
        .bind(column(rows, |row| list_text(&row.observations)))
        .bind(column(rows, |row| list_text(&row.links)))
        .bind(column(rows, |row| {
            row.deadline.as_ref().map(|d| term_as_json(&d.term))
        }))
        .bind(column(rows, |row| {
            row.deadline.as_ref().and_then(|d| d.suspended_on)
        }))
        .bind(column(rows, |row| {
            row.deadline.as_ref().map(|d| d.term.counted_from)
        }))
        .bind(column(rows, |row| {
            row.deadline
                .as_ref()
                .map_or_else(String::new, Deadline::place)
        }))
        .bind(column(rows, |row| {
            row.deadline
                .as_ref()
                .and_then(Deadline::calendar_version)
                .map(big)
        }))
        .bind(column(rows, |row| {
            restriction_text(row.restriction.as_ref())
        }))
        .bind(column(rows, |row| seen_by_text(row.seen_by())))
        .execute(connection)
        .await?;
    Ok(())
}

/// Tags as a JSON array: an array of arrays cannot be unnested row by row.
fn as_json(tags: &BTreeSet<String>) -> String {
    serde_json::json!(tags).to_string()
}

/// A term as its column keeps it.
pub(crate) fn term_as_json(term: &Term) -> String {
    serde_json::to_string(term).unwrap_or_default()
}

/// Reads a row of `documents`.
///
/// # Errors
///
/// The row is not what this program wrote.
pub fn decode(row: &PgRow) -> sqlx::Result<DocumentRow> {
    let tags: Vec<String> = row.try_get("tags")?;
    Ok(DocumentRow {
        id: DocumentId(row.try_get("id")?),
        number: registry_number(row, "number")?,
        document_type_id: DocumentTypeId(row.try_get("document_type_id")?),
        category: row.try_get("category")?,
        external_number: row.try_get("external_number")?,
        sender: sender(row)?,
        subject: row.try_get("subject")?,
        folios: number(row, "folios")?,
        has_annexes: row.try_get("has_annexes")?,
        priority: priority_of_rank(row.try_get("priority")?)
            .ok_or_else(|| undecodable("priority"))?,
        channel: word(row, "channel")?,
        tags: tags.into_iter().collect(),
        notes: row.try_get("notes")?,
        answer_required: row.try_get("answer_required")?,
        presented_at: row.try_get("presented_at")?,
        filed_on: row.try_get("filed_on")?,
        submitted_at: row.try_get("submitted_at")?,
        submitted_by: maybe_id(row, "submitted_by", UserId)?,
        registered_at: row.try_get("registered_at")?,
        registered_by: id(row, "registered_by", UserId)?,
        registry_office_id: id(row, "registry_office_id", OfficeId)?,
        deadline: deadline(row)?,
        related_document_id: maybe_id(row, "related_document_id", DocumentId)?,
        origin: origin(row)?,
        tracking_token: row.try_get("tracking_token")?,
        status: word(row, "status")?,
        holder_office_id: id(row, "holder_office_id", OfficeId)?,
        in_transit_to_id: maybe_id(row, "in_transit_to_id", OfficeId)?,
        custody_since: row.try_get("custody_since")?,
        custody_ordinal: number(row, "custody_ordinal")?,
        returned_ordinal: maybe_number(row, "returned_ordinal")?,
        routed_at: row.try_get("routed_at")?,
        observations: list(row, "observations")?,
        not_filed_at: row.try_get("not_filed_at")?,
        links: list(row, "links")?,
        attended_at: row.try_get("attended_at")?,
        attended_office_id: maybe_id(row, "attended_office_id", OfficeId)?,
        outcome: maybe_word(row, "outcome")?,
        attended_note: row.try_get("attended_note")?,
        archived_at: row.try_get("archived_at")?,
        archive: archive(row)?,
        voided_at: row.try_get("voided_at")?,
        void_reason: row.try_get("void_reason")?,
        restriction: restriction(row)?,
        remarks: number(row, "remarks")?,
        version: number(row, "version")?,
        last_seq: number(row, "last_seq")?,
        last_activity_at: row.try_get("last_activity_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The migration that brought terms wrote them for the rows that were there.
    #[test]
    fn a_given_date_is_written_as_the_migration_wrote_it() {
        let (from, due) = ("2026-07-01".parse().unwrap(), "2026-07-10".parse().unwrap());
        let migration = include_str!("../../../../migrations/0200_deadline_terms.sql");
        let mut line = migration
            .lines()
            .find(|line| line.contains("calendar_version\":0"))
            .unwrap()
            .trim()
            .to_owned();
        for day in ["2026-07-10", "2026-07-01", "2026-07-01", "2026-07-10"] {
            line = line.replacen("%s", day, 1);
        }
        assert_eq!(
            line,
            format!("'{}',", term_as_json(&Term::given(due, from)))
        );
    }
}
