//! What happens to a document at the desk: it begins, is registered, observed, corrected, linked.

#[cfg(test)]
mod tests;

use calendar::Term;
use chrono::{DateTime, NaiveDate, Utc};
use events::UserId;
use events::classify::{DocumentStatus, Priority};
use events::desk::{DocumentLinked, DocumentObserved, DocumentSubmitted, ObservationCorrected};
use events::document::DocumentRegistered;
use readmodel::{Deadline, DocumentRow, Link, Observation};

use super::instant;

/// A document that was registered at once.
pub(super) fn registered(
    registered: &DocumentRegistered,
    by: UserId,
    at: DateTime<Utc>,
) -> DocumentRow {
    let registered = registered.clone();
    DocumentRow {
        id: registered.document,
        number: Some(registered.number),
        document_type_id: registered.document_type,
        category: registered.category,
        external_number: registered.external_number,
        sender: registered.sender,
        subject: registered.subject,
        folios: registered.folios,
        has_annexes: registered.has_annexes,
        priority: registered.priority,
        channel: registered.channel,
        tags: registered.tags,
        notes: registered.notes,
        answer_required: registered.answer_required,
        presented_at: instant(registered.presented_at),
        filed_on: registered.filed_on,
        submitted_at: None,
        submitted_by: None,
        registered_at: at,
        registered_by: by,
        registry_office_id: registered.registry_office,
        deadline: registered.deadline.map(|term| Deadline::of(term, None)),
        related_document_id: registered.related_document,
        origin: registered.origin,
        tracking_token: registered.tracking_token,
        status: DocumentStatus::Registered,
        holder_office_id: registered.registry_office,
        in_transit_to_id: None,
        custody_since: at,
        custody_ordinal: 0,
        returned_ordinal: None,
        routed_at: None,
        observations: Vec::new(),
        not_filed_at: None,
        links: Vec::new(),
        attended_at: None,
        attended_office_id: None,
        outcome: None,
        attended_note: None,
        archived_at: None,
        archive: None,
        voided_at: None,
        void_reason: None,
        restriction: None,
        remarks: 0,
        version: 0,
        last_seq: 0,
        last_activity_at: at,
    }
}

/// A document that was handed in at the digital desk.
pub(super) fn submitted(
    submitted: &DocumentSubmitted,
    by: UserId,
    at: DateTime<Utc>,
) -> DocumentRow {
    let submitted = submitted.clone();
    DocumentRow {
        id: submitted.document,
        number: None,
        document_type_id: submitted.document_type,
        category: None,
        external_number: submitted.external_number,
        sender: submitted.sender,
        subject: submitted.subject,
        folios: submitted.folios,
        has_annexes: submitted.has_annexes,
        priority: Priority::Normal,
        channel: submitted.channel,
        tags: [].into(),
        notes: submitted.notes,
        answer_required: submitted.answer_required,
        presented_at: instant(submitted.presented_at),
        filed_on: submitted.filed_on,
        submitted_at: Some(at),
        submitted_by: Some(by),
        registered_at: at,
        registered_by: by,
        registry_office_id: submitted.registry_office,
        deadline: None,
        related_document_id: submitted.related_document,
        origin: submitted.origin,
        tracking_token: submitted.tracking_token,
        status: DocumentStatus::Submitted,
        holder_office_id: submitted.registry_office,
        in_transit_to_id: None,
        custody_since: at,
        custody_ordinal: 0,
        returned_ordinal: None,
        routed_at: None,
        observations: Vec::new(),
        not_filed_at: None,
        links: Vec::new(),
        attended_at: None,
        attended_office_id: None,
        outcome: None,
        attended_note: None,
        archived_at: None,
        archive: None,
        voided_at: None,
        void_reason: None,
        restriction: None,
        remarks: 0,
        version: 0,
        last_seq: 0,
        last_activity_at: at,
    }
}

/// What was submitted is in the register now. Its legal date, and what happened at the desk, stay.
pub(super) fn enter(
    row: &mut DocumentRow,
    event: &DocumentRegistered,
    by: UserId,
    at: DateTime<Utc>,
) {
    let before = std::mem::replace(row, registered(event, by, at));
    row.presented_at = before.presented_at;
    row.filed_on = before.filed_on;
    row.submitted_at = before.submitted_at;
    row.submitted_by = before.submitted_by;
    row.observations = before.observations;
    row.links = before.links;
    row.remarks = before.remarks;
    row.version = before.version;
}

/// Something is to be corrected (O1).
pub(super) fn observe(
    row: &mut DocumentRow,
    observed: &DocumentObserved,
    by: UserId,
    at: DateTime<Utc>,
) {
    row.status = DocumentStatus::Observed;
    row.observations.push(Observation {
        items: observed.items.clone(),
        observed_at: at,
        observed_by: by,
        correct_by_on: observed.correct_by_on,
        corrected_at: None,
        corrected_by: None,
        corrected_items: Vec::new(),
        note: None,
    });
}

/// It was corrected, and is where it was (O2).
pub(super) fn correct(
    row: &mut DocumentRow,
    corrected: &ObservationCorrected,
    by: UserId,
    at: DateTime<Utc>,
) {
    row.status = match row.number {
        Some(_) => DocumentStatus::Registered,
        None => DocumentStatus::Submitted,
    };
    if let Some(observation) = row.observations.last_mut() {
        observation.corrected_at = Some(at);
        observation.corrected_by = Some(by);
        observation.corrected_items.clone_from(&corrected.items);
        observation.note.clone_from(&corrected.note);
    }
}

/// It has to do with another.
pub(super) fn link(row: &mut DocumentRow, linked: DocumentLinked, by: UserId, at: DateTime<Utc>) {
    row.links.push(Link {
        document_id: linked.other,
        kind: linked.kind,
        linked_at: at,
        linked_by: by,
    });
}

/// It was not corrected in time (O2).
pub(super) fn not_file(row: &mut DocumentRow, at: DateTime<Utc>) {
    row.status = DocumentStatus::NotFiled;
    row.not_filed_at = Some(at);
}

/// It is due by `term` from now on; its clock stands since `stopped_on`, if it does.
pub(super) fn due(row: &mut DocumentRow, term: &Term, stopped_on: Option<NaiveDate>) {
    row.deadline = Some(Deadline::of(term.clone(), stopped_on));
}

/// It is due by `term` from now on. What is corrected while the clock stands does not let it go on.
pub(super) fn reschedule(row: &mut DocumentRow, term: &Term) {
    let stopped_on = row.deadline.as_ref().and_then(|it| it.suspended_on);
    due(row, term, stopped_on);
}

/// Its clock stands since `on`.
pub(super) fn stop(row: &mut DocumentRow, on: NaiveDate) {
    if let Some(deadline) = &mut row.deadline {
        deadline.suspended_on = Some(on);
    }
}
