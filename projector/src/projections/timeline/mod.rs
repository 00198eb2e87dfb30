//! The `timeline` projection: the steps of the *hoja de ruta* that an event adds.

pub mod sql;
#[cfg(test)]
mod tests;

use events::restriction::{DocumentRestricted, DocumentUnrestricted};
use events::{DocumentEvent, OfficeId};
use readmodel::TimelineRow;

use super::documents::Told;

/// Adds the steps of one event to `rows`: one, or one for each office a document is sent to.
pub fn project(told: &Told<'_>, rows: &mut Vec<TimelineRow>) {
    let holder = Some(told.view.row.holder_office_id);
    let by_office = told.envelope.by.office;
    let noted = |note: &str| step(told, 0, by_office, None, Some(note));
    match &told.envelope.event {
        DocumentEvent::Submitted(submitted) => {
            let note = submitted.notes.as_deref();
            rows.push(step(told, 0, by_office, holder, note));
        }
        DocumentEvent::Observed(observed) => {
            let details = observed.items.iter().map(|item| item.detail.as_str());
            let note = details.collect::<Vec<_>>().join("\n");
            rows.push(step(told, 0, by_office, None, Some(&note)));
        }
        DocumentEvent::Corrected(corrected) => {
            let items = corrected.items.join(", ");
            let note = corrected.note.as_deref().unwrap_or(&items);
            rows.push(step(told, 0, by_office, holder, Some(note)));
        }
        DocumentEvent::NotFiled(not_filed) => {
            let note = not_filed.items.join(", ");
            rows.push(step(told, 0, by_office, None, Some(&note)));
        }
        DocumentEvent::Linked(linked) => {
            let note = format!("{} {}", linked.kind, linked.other);
            rows.push(step(told, 0, by_office, None, Some(&note)));
        }
        DocumentEvent::Registered(registered) => {
            let note = registered.notes.as_deref();
            rows.push(step(told, 0, by_office, holder, note));
        }
        DocumentEvent::Derived(derived) => {
            for sent in &derived.derivations {
                let note = sent.instructions.as_deref().or(derived.reopens.as_deref());
                let (from, to) = (Some(sent.from_office), Some(sent.to_office));
                rows.push(step(told, sent.ordinal, from, to, note));
            }
        }
        DocumentEvent::DerivationReceived(touched) | DocumentEvent::CopyAcknowledged(touched) => {
            rows.push(forth(told, touched.ordinal, None));
        }
        DocumentEvent::DerivationAssigned(assigned) => {
            rows.push(forth(told, assigned.ordinal, None));
        }
        DocumentEvent::DerivationAttended(attended) => {
            rows.push(forth(told, attended.ordinal, attended.note.as_deref()));
        }
        DocumentEvent::DerivationRejected(refused)
        | DocumentEvent::DerivationReturned(refused)
        | DocumentEvent::DerivationRecalled(refused) => {
            let (origin, target) = ends(told, refused.ordinal);
            let note = Some(refused.reason.as_str());
            rows.push(step(told, refused.ordinal, target, origin, note));
        }
        DocumentEvent::Classified(_) => rows.push(step(told, 0, by_office, None, None)),
        DocumentEvent::Amended(amended) => rows.push(noted(&amended.reason)),
        DocumentEvent::Attended(attended) => {
            let note = attended.note.as_deref();
            rows.push(step(told, 0, Some(attended.office), None, note));
        }
        DocumentEvent::Archived(archived) => rows.push(noted(&archived.location)),
        DocumentEvent::Restored(restored) => rows.push(noted(&restored.reason)),
        DocumentEvent::Voided(voided) => rows.push(noted(&voided.reason)),
        DocumentEvent::FileAttached(attached) => rows.push(noted(&attached.file_name)),
        DocumentEvent::AttachmentWithdrawn(withdrawn) => rows.push(noted(&withdrawn.reason)),
        DocumentEvent::DeadlineExtended(extended) => rows.push(noted(&extended.reason)),
        DocumentEvent::Rescheduled(rescheduled) => {
            let due_on = rescheduled.deadline.due_on;
            let note = format!("{due_on}: {}", rescheduled.cause.sentence());
            rows.push(step(told, 0, by_office, None, Some(&note)));
        }
        DocumentEvent::DeadlineApproaching(near) => rows.push(noted(&near.sentence())),
        DocumentEvent::DeadlineMissed(missed) => rows.push(noted(&missed.sentence())),
        DocumentEvent::ClockSuspended(suspended) => rows.push(noted(&suspended.reason)),
        DocumentEvent::ClockResumed(resumed) => rows.push(noted(&resumed.reason)),
        DocumentEvent::Restricted(DocumentRestricted { reason })
        | DocumentEvent::Unrestricted(DocumentUnrestricted { reason }) => rows.push(noted(reason)),
        DocumentEvent::NoteAdded(note) => rows.push(noted(&note.text)),
    }
}

/// A step of a derivation, in its own direction.
fn forth(told: &Told<'_>, ordinal: u32, note: Option<&str>) -> TimelineRow {
    let (origin, target) = ends(told, ordinal);
    step(told, ordinal, origin, target, note)
}

fn ends(told: &Told<'_>, ordinal: u32) -> (Option<OfficeId>, Option<OfficeId>) {
    let derivation = told.view.derivation(ordinal);
    derivation.map_or((None, None), |found| {
        (Some(found.from_office_id), Some(found.to_office_id))
    })
}

fn step(
    told: &Told<'_>,
    ordinal: u32,
    from: Option<OfficeId>,
    to: Option<OfficeId>,
    note: Option<&str>,
) -> TimelineRow {
    let row = &told.view.row;
    TimelineRow {
        document_id: row.id,
        event_number: row.version,
        ordinal,
        seq: told.seq,
        at: told.at,
        event: told.envelope.event.kind().to_owned(),
        from_office_id: from,
        to_office_id: to,
        by_user_id: told.envelope.by.user,
        by_office_id: told.envelope.by.office,
        note: note.map(ToOwned::to_owned),
        folios: row.folios,
    }
}
