//! What each event changes in a document and its derivations.

use chrono::{DateTime, Utc};
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus};
use events::document::{Amendment, DerivationAttended, DerivationSent, DocumentDerived};
use events::{DocumentEvent, DocumentId, Envelope, UserId};
use readmodel::{Archive, DerivationRow, DocumentRow};

use super::{DocumentView, Misfit, desk, files, restriction};

/// Takes in one event.
pub(super) fn evolve<'v>(
    view: &'v mut Option<DocumentView>,
    id: DocumentId,
    envelope: &Envelope<DocumentEvent>,
    at: DateTime<Utc>,
    seq: u64,
) -> Result<&'v DocumentView, Misfit> {
    let by = envelope.by.user;
    if view.is_none() {
        *view = Some(begin(&envelope.event, id, by, at)?);
    } else if let Some(view) = view {
        Change { view, at, seq }.take(&envelope.event, by)?;
        restriction::follow(view, seq);
    }
    let Some(view) = view else {
        return Err(out_of_place(&envelope.event, 0));
    };
    view.row.version += 1;
    view.row.last_seq = seq;
    view.row.last_activity_at = at;
    Ok(view)
}

/// A history begins with its registration, or its submission.
fn begin(
    event: &DocumentEvent,
    id: DocumentId,
    by: UserId,
    at: DateTime<Utc>,
) -> Result<DocumentView, Misfit> {
    let row = if let DocumentEvent::Registered(registered) = event {
        desk::registered(registered, by, at)
    } else if let DocumentEvent::Submitted(submitted) = event {
        desk::submitted(submitted, by, at)
    } else {
        return Err(out_of_place(event, 0));
    };
    if row.id != id {
        let kind = event.kind();
        return Err(Misfit::OtherAggregate { kind });
    }
    Ok(DocumentView {
        row,
        derivations: Vec::new(),
        attachments: Vec::new(),
    })
}

fn out_of_place(event: &DocumentEvent, version: u64) -> Misfit {
    let kind = event.kind();
    Misfit::OutOfPlace { kind, version }
}

struct Change<'v> {
    view: &'v mut DocumentView,
    at: DateTime<Utc>,
    seq: u64,
}

impl Change<'_> {
    fn take(&mut self, event: &DocumentEvent, by: UserId) -> Result<(), Misfit> {
        let kind = event.kind();
        let (at, row) = (self.at, &mut self.view.row);
        match event {
            DocumentEvent::Registered(registered) if row.status == DocumentStatus::Submitted => {
                if registered.document != row.id {
                    return Err(Misfit::OtherAggregate { kind });
                }
                desk::enter(row, registered, by, at);
            }
            DocumentEvent::Submitted(_) | DocumentEvent::Registered(_) => {
                return Err(out_of_place(event, row.version));
            }
            DocumentEvent::Observed(observed) => desk::observe(row, observed, by, at),
            DocumentEvent::Corrected(corrected) => desk::correct(row, corrected, by, at),
            DocumentEvent::NotFiled(_) => desk::not_file(row, at),
            DocumentEvent::DeadlineExtended(extended) => desk::due(row, &extended.deadline, None),
            DocumentEvent::Rescheduled(moved) => desk::reschedule(row, &moved.deadline),
            DocumentEvent::ClockSuspended(suspended) => desk::stop(row, suspended.on),
            DocumentEvent::ClockResumed(resumed) => desk::due(row, &resumed.deadline, None),
            DocumentEvent::Linked(linked) => desk::link(row, *linked, by, at),
            DocumentEvent::Classified(classified) => {
                row.document_type_id = classified.document_type;
                row.category.clone_from(&classified.category);
                row.tags.clone_from(&classified.tags);
                row.priority = classified.priority;
            }
            DocumentEvent::Amended(amended) => {
                amended.changes.iter().for_each(|change| amend(row, change));
            }
            DocumentEvent::Derived(derived) => self.derive(derived, by)?,
            DocumentEvent::DerivationReceived(touched) => {
                self.receive(touched.ordinal, kind, by)?;
            }
            DocumentEvent::DerivationRejected(refused) => {
                let status = DerivationStatus::Rejected;
                self.give_back(refused.ordinal, kind, status, &refused.reason)?;
            }
            DocumentEvent::DerivationReturned(refused) => {
                let status = DerivationStatus::Returned;
                self.give_back(refused.ordinal, kind, status, &refused.reason)?;
            }
            DocumentEvent::DerivationRecalled(refused) => {
                let status = DerivationStatus::Recalled;
                self.give_back(refused.ordinal, kind, status, &refused.reason)?;
            }
            DocumentEvent::CopyAcknowledged(touched) => {
                let copy = self.close(touched.ordinal, kind, DerivationStatus::Acknowledged)?;
                copy.received_at = Some(at);
                copy.received_by = Some(by);
            }
            DocumentEvent::DerivationAssigned(assigned) => {
                self.find(assigned.ordinal, kind)?.to_user_id = Some(assigned.user);
            }
            DocumentEvent::DerivationAttended(attended) => self.attend(attended, kind, by)?,
            DocumentEvent::Attended(attended) => {
                row.status = DocumentStatus::Attended;
                row.attended_at = Some(at);
                row.attended_office_id = Some(attended.office);
                row.outcome = attended.outcome;
                row.attended_note.clone_from(&attended.note);
                row.returned_ordinal = None;
            }
            DocumentEvent::Archived(archived) => {
                row.status = DocumentStatus::Archived;
                row.archived_at = Some(at);
                row.archive = Some(Archive {
                    classification: archived.classification.clone(),
                    retention_years: archived.retention_years,
                    location: archived.location.clone(),
                });
            }
            DocumentEvent::Restored(_) => {
                row.status = match (row.voided_at, row.not_filed_at) {
                    (Some(_), _) => DocumentStatus::Voided,
                    (None, Some(_)) => DocumentStatus::NotFiled,
                    (None, None) => DocumentStatus::Attended,
                };
                row.archived_at = None;
                row.archive = None;
            }
            DocumentEvent::Voided(voided) => {
                row.status = DocumentStatus::Voided;
                row.voided_at = Some(at);
                row.void_reason = Some(voided.reason.clone());
                row.returned_ordinal = None;
                row.in_transit_to_id = None;
            }
            DocumentEvent::FileAttached(attached) => {
                files::add(self.view, attached, at, by, self.seq)?;
            }
            DocumentEvent::AttachmentWithdrawn(withdrawn) => {
                files::withdraw(self.view, withdrawn, at, by, self.seq)?;
            }
            DocumentEvent::DeadlineApproaching(_) | DocumentEvent::DeadlineMissed(_) => {}
            DocumentEvent::Restricted(told) => restriction::restrict(row, told, at, by),
            DocumentEvent::Unrestricted(_) => row.restriction = None,
            DocumentEvent::NoteAdded(_) => row.remarks += 1,
        }
        Ok(())
    }

    fn derive(&mut self, derived: &DocumentDerived, by: UserId) -> Result<(), Misfit> {
        if let Some(ordinal) = derived.forwards {
            self.close(ordinal, "document.derived", DerivationStatus::Forwarded)?;
        }
        for sent in &derived.derivations {
            if usize::try_from(sent.ordinal) != Ok(self.view.derivations.len() + 1) {
                return Err(Misfit::Derivation {
                    kind: "document.derived",
                    ordinal: sent.ordinal,
                });
            }
            let row = &mut self.view.row;
            match sent.kind {
                DerivationKind::Copy => {}
                DerivationKind::Principal => {
                    row.in_transit_to_id = Some(sent.to_office);
                    row.returned_ordinal = None;
                    route(row, self.at);
                }
                DerivationKind::Parallel => route(row, self.at),
            }
            let derivation = self.sent(sent, by);
            self.view.derivations.push(derivation);
        }
        Ok(())
    }

    fn sent(&self, sent: &DerivationSent, by: UserId) -> DerivationRow {
        DerivationRow {
            document_id: self.view.row.id,
            ordinal: sent.ordinal,
            number: sent.number.clone(),
            kind: sent.kind,
            status: DerivationStatus::Pending,
            from_office_id: sent.from_office,
            to_office_id: sent.to_office,
            to_user_id: sent.to_user,
            sent_by: by,
            received_by: None,
            attended_by: None,
            sent_at: self.at,
            received_at: None,
            attended_at: None,
            closed_at: None,
            instructions: sent.instructions.clone(),
            reason: None,
            note: None,
            outcome: None,
            urgent: sent.urgent,
            answer_required: sent.answer_required,
            due_on: sent.due_on,
            seen_by: None,
            last_seq: self.seq,
        }
    }

    fn receive(&mut self, ordinal: u32, kind: &'static str, by: UserId) -> Result<(), Misfit> {
        let at = self.at;
        let derivation = self.find(ordinal, kind)?;
        derivation.status = DerivationStatus::Received;
        derivation.received_at = Some(at);
        derivation.received_by = Some(by);
        let holder = derivation.to_office_id;
        if derivation.kind == DerivationKind::Principal {
            let row = &mut self.view.row;
            row.holder_office_id = holder;
            row.in_transit_to_id = None;
            row.custody_since = at;
            row.custody_ordinal = ordinal;
        }
        Ok(())
    }

    fn attend(
        &mut self,
        attended: &DerivationAttended,
        kind: &'static str,
        by: UserId,
    ) -> Result<(), Misfit> {
        let at = self.at;
        if self.find(attended.ordinal, kind)?.received_at.is_none() {
            self.receive(attended.ordinal, kind, by)?;
        }
        let derivation = self.close(attended.ordinal, kind, DerivationStatus::Attended)?;
        derivation.attended_at = Some(at);
        derivation.attended_by = Some(by);
        derivation.note.clone_from(&attended.note);
        derivation.outcome = attended.outcome;
        Ok(())
    }

    /// Ends a derivation without its being attended; custody of a principal one is the origin's
    /// again (D2).
    fn give_back(
        &mut self,
        ordinal: u32,
        kind: &'static str,
        status: DerivationStatus,
        reason: &str,
    ) -> Result<(), Misfit> {
        let at = self.at;
        let derivation = self.close(ordinal, kind, status)?;
        derivation.reason = Some(reason.to_owned());
        if derivation.kind != DerivationKind::Principal {
            return Ok(());
        }
        let origin = derivation.from_office_id;
        let brought_by = self.brought_to(origin, ordinal);
        let row = &mut self.view.row;
        row.in_transit_to_id = None;
        if row.holder_office_id != origin {
            row.holder_office_id = origin;
            row.custody_since = at;
            row.custody_ordinal = brought_by;
        }
        if status != DerivationStatus::Recalled {
            row.returned_ordinal = Some(ordinal);
        }
        Ok(())
    }

    /// The principal derivation before `ordinal` that brought the document to `office`; 0 when it
    /// was registered there.
    fn brought_to(&self, office: events::OfficeId, ordinal: u32) -> u32 {
        let brought = |earlier: &&DerivationRow| {
            earlier.ordinal < ordinal
                && earlier.kind == DerivationKind::Principal
                && earlier.to_office_id == office
                && earlier.received_at.is_some()
        };
        let found = self.view.derivations.iter().rev().find(brought);
        found.map_or(0, |earlier| earlier.ordinal)
    }

    fn close(
        &mut self,
        ordinal: u32,
        kind: &'static str,
        status: DerivationStatus,
    ) -> Result<&mut DerivationRow, Misfit> {
        let at = self.at;
        let derivation = self.find(ordinal, kind)?;
        derivation.status = status;
        derivation.closed_at = Some(at);
        Ok(derivation)
    }

    fn find(&mut self, ordinal: u32, kind: &'static str) -> Result<&mut DerivationRow, Misfit> {
        let seq = self.seq;
        let index = usize::try_from(ordinal).unwrap_or(0).wrapping_sub(1);
        let found = self.view.derivations.get_mut(index);
        let derivation = found.ok_or(Misfit::Derivation { kind, ordinal })?;
        derivation.last_seq = seq;
        Ok(derivation)
    }
}

/// The document is under way: for the first time, or again.
fn route(row: &mut DocumentRow, at: DateTime<Utc>) {
    row.status = DocumentStatus::InProcess;
    row.routed_at.get_or_insert(at);
    row.attended_at = None;
    row.attended_office_id = None;
    row.outcome = None;
    row.attended_note = None;
}

fn amend(row: &mut DocumentRow, change: &Amendment) {
    match change {
        Amendment::Subject(changed) => row.subject.clone_from(&changed.new),
        Amendment::Sender(changed) => row.sender = changed.new.clone(),
        Amendment::ExternalNumber(changed) => row.external_number.clone_from(&changed.new),
        Amendment::Folios(changed) => row.folios = changed.new,
        Amendment::HasAnnexes(changed) => row.has_annexes = changed.new,
        Amendment::AnswerRequired(changed) => row.answer_required = changed.new,
        Amendment::Notes(changed) => row.notes.clone_from(&changed.new),
    }
}
