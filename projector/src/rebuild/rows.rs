//! The rows of each large table, column by column, as `COPY` takes them.

use events::classify::{DerivationKind, Outcome};
use readmodel::desk::{list_text, number_text};
use readmodel::document::{priority_rank, search_key};
use readmodel::restriction::restriction_text;
use readmodel::{AttachmentRow, Deadline, DerivationRow, DocumentRow, InboxRow, TimelineRow};

use super::copy::Rows;
use crate::columns::big;
use crate::incoming::Incoming;
use crate::projections::documents::sql::term_as_json;

/// Empties `documents`, and copies into it.
pub(super) const DOCUMENTS: [&str; 2] = [
    "/* q:projector.rebuild.empty_documents */ truncate documents",
    "/* q:projector.rebuild.copy_documents */
    copy documents (
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
    from stdin (format binary, freeze)",
];

/// Empties `derivations`, and copies into it.
pub(super) const DERIVATIONS: [&str; 2] = [
    "/* q:projector.rebuild.empty_derivations */ truncate derivations",
    "/* q:projector.rebuild.copy_derivations */
    copy derivations (
        document_id, ordinal, number, kind, status, from_office_id, to_office_id,
        to_user_id, sent_by, received_by, attended_by, sent_at, received_at,
        attended_at, closed_at, instructions, reason, note, outcome, urgent,
        answer_required, due_on, last_seq, seen_by
    )
    from stdin (format binary, freeze)",
];

/// Empties `attachments`, and copies into it.
pub(super) const ATTACHMENTS: [&str; 2] = [
    "/* q:projector.rebuild.empty_attachments */ truncate attachments",
    "/* q:projector.rebuild.copy_attachments */
    copy attachments (
        document_id, ordinal, id, file_name, media_type, size, sha256, kind,
        description, folios_from, folios_to, added_at, added_by, withdrawn_at,
        withdrawn_by, withdrawn_reason, last_seq
    )
    from stdin (format binary, freeze)",
];

/// Empties `timeline`, and copies into it.
pub(super) const TIMELINE: [&str; 2] = [
    "/* q:projector.rebuild.empty_timeline */ truncate timeline",
    "/* q:projector.rebuild.copy_timeline */
    copy timeline (
        document_id, event_number, ordinal, seq, at, event, from_office_id,
        to_office_id, by_user_id, by_office_id, note, folios
    )
    from stdin (format binary, freeze)",
];

/// Empties `inbox_items`, and copies into it.
pub(super) const ITEMS: [&str; 2] = [
    "/* q:projector.rebuild.empty_items */ truncate inbox_items",
    "/* q:projector.rebuild.copy_items */
    copy inbox_items (
        office_id, tray, document_id, ordinal, kind, since, due_on, urgent, priority,
        number, document_type_id, subject, sender_name, other_office_id, last_seq, seen_by
    )
    from stdin (format binary, freeze)",
];

/// Empties `event_archive`, and copies into it.
pub(super) const ARCHIVE: [&str; 2] = [
    "/* q:projector.rebuild.empty_archive */ truncate event_archive",
    "/* q:projector.rebuild.copy_archive */
    copy event_archive (
        sequence, subject, recorded_at, record, hash, readable
    )
    from stdin (format binary, freeze)",
];

/// A row of `documents`.
pub(super) fn document(rows: &mut Rows, row: &DocumentRow) {
    let (deadline, origin, archive) = (&row.deadline, &row.origin, &row.archive);
    rows.row(66)
        .put(row.id.0)
        .put(number_text(row.number.as_ref()))
        .put(row.document_type_id.0)
        .put(row.category.as_deref())
        .put(row.external_number.as_deref())
        .put(row.sender.name.as_str())
        .put(search_key(&row.sender.name))
        .put(row.sender.kind.word())
        .put(row.sender.number.as_deref())
        .put(row.sender.representative.as_deref())
        .put(row.sender.email.as_deref())
        .put(row.sender.phone.as_deref())
        .put(row.sender.address.as_deref())
        .put(row.subject.as_str())
        .put(i64::from(row.folios))
        .put(row.has_annexes)
        .put(priority_rank(row.priority))
        .put(row.channel.word())
        .put(&row.tags)
        .put(row.notes.as_deref())
        .put(row.answer_required)
        .put(row.presented_at)
        .put(row.filed_on)
        .put(row.registered_at)
        .put(row.registered_by.0)
        .put(row.registry_office_id.0)
        .put(deadline.as_ref().map(|deadline| deadline.term.rule.word()))
        .put(deadline.as_ref().map(|deadline| deadline.term.starts_on))
        .put(row.due_on())
        .put(row.related_document_id.map(|id| id.0))
        .put(origin.as_ref().map(|origin| origin.integration.as_str()))
        .put(origin.as_ref().map(|origin| origin.external_id.as_str()))
        .put(row.tracking_token.as_str())
        .put(row.status.word())
        .put(row.holder_office_id.0)
        .put(row.in_transit_to_id.map(|id| id.0))
        .put(row.custody_since)
        .put(i64::from(row.custody_ordinal))
        .put(row.returned_ordinal.map(i64::from))
        .put(row.routed_at)
        .put(row.attended_at)
        .put(row.attended_office_id.map(|id| id.0))
        .put(row.outcome.map(Outcome::word))
        .put(row.attended_note.as_deref())
        .put(row.archived_at)
        .put(
            archive
                .as_ref()
                .map(|archive| archive.classification.as_str()),
        )
        .put(
            archive
                .as_ref()
                .map(|archive| i64::from(archive.retention_years)),
        )
        .put(archive.as_ref().map(|archive| archive.location.as_str()))
        .put(row.voided_at)
        .put(row.void_reason.as_deref())
        .put(i64::from(row.remarks))
        .put(big(row.version))
        .put(big(row.last_seq))
        .put(row.last_activity_at)
        .put(row.submitted_at)
        .put(row.submitted_by.map(|id| id.0))
        .put(row.not_filed_at)
        .put(list_text(&row.observations))
        .put(list_text(&row.links))
        .put(
            deadline
                .as_ref()
                .map(|deadline| term_as_json(&deadline.term)),
        )
        .put(deadline.as_ref().and_then(|deadline| deadline.suspended_on))
        .put(deadline.as_ref().map(|deadline| deadline.term.counted_from))
        .put(deadline.as_ref().map_or_else(String::new, Deadline::place))
        .put(
            deadline
                .as_ref()
                .and_then(Deadline::calendar_version)
                .map(big),
        )
        .put(restriction_text(row.restriction.as_ref()))
        .put(row.seen_by());
}

/// A row of `derivations`.
pub(super) fn derivation(rows: &mut Rows, row: &DerivationRow) {
    rows.row(24)
        .put(row.document_id.0)
        .put(i64::from(row.ordinal))
        .put(row.number.as_str())
        .put(row.kind.word())
        .put(row.status.word())
        .put(row.from_office_id.0)
        .put(row.to_office_id.0)
        .put(row.to_user_id.map(|id| id.0))
        .put(row.sent_by.0)
        .put(row.received_by.map(|id| id.0))
        .put(row.attended_by.map(|id| id.0))
        .put(row.sent_at)
        .put(row.received_at)
        .put(row.attended_at)
        .put(row.closed_at)
        .put(row.instructions.as_deref())
        .put(row.reason.as_deref())
        .put(row.note.as_deref())
        .put(row.outcome.map(Outcome::word))
        .put(row.urgent)
        .put(row.answer_required)
        .put(row.due_on)
        .put(big(row.last_seq))
        .put(row.seen_by.as_ref());
}

/// A row of `attachments`.
pub(super) fn attachment(rows: &mut Rows, row: &AttachmentRow) {
    rows.row(17)
        .put(row.document_id.0)
        .put(i64::from(row.ordinal))
        .put(row.id.0)
        .put(row.file_name.as_str())
        .put(row.media_type.as_str())
        .put(big(row.size))
        .put(row.sha256.to_string())
        .put(row.kind.word())
        .put(row.description.as_deref())
        .put(row.folios_from.map(i64::from))
        .put(row.folios_to.map(i64::from))
        .put(row.added_at)
        .put(row.added_by.0)
        .put(row.withdrawn_at)
        .put(row.withdrawn_by.map(|id| id.0))
        .put(row.withdrawn_reason.as_deref())
        .put(big(row.last_seq));
}

/// A row of `timeline`.
pub(super) fn step(rows: &mut Rows, row: &TimelineRow) {
    rows.row(12)
        .put(row.document_id.0)
        .put(big(row.event_number))
        .put(i64::from(row.ordinal))
        .put(big(row.seq))
        .put(row.at)
        .put(row.event.as_str())
        .put(row.from_office_id.map(|id| id.0))
        .put(row.to_office_id.map(|id| id.0))
        .put(row.by_user_id.0)
        .put(row.by_office_id.map(|id| id.0))
        .put(row.note.as_deref())
        .put(i64::from(row.folios));
}

/// A row of `inbox_items`.
pub(super) fn item(rows: &mut Rows, row: &InboxRow) {
    rows.row(16)
        .put(row.office_id.0)
        .put(row.tray.word())
        .put(row.document_id.0)
        .put(i64::from(row.ordinal))
        .put(row.kind.map(DerivationKind::word))
        .put(row.since)
        .put(row.due_on)
        .put(row.urgent)
        .put(priority_rank(row.priority))
        .put(number_text(row.number.as_ref()))
        .put(row.document_type_id.0)
        .put(row.subject.as_str())
        .put(row.sender_name.as_str())
        .put(row.other_office_id.map(|id| id.0))
        .put(big(row.last_seq))
        .put(row.seen_by.as_ref());
}

/// A row of `event_archive`.
pub(super) fn archived(rows: &mut Rows, record: &Incoming) {
    rows.row(6)
        .put(big(record.sequence))
        .put(record.subject.as_str())
        .put(record.recorded_at)
        .put(record.body.as_ref())
        .put(record.hash.0.as_slice())
        .put(record.record.is_ok());
}
