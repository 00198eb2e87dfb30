//! The header of a document: its class, what is put right, remarks.

use std::mem::discriminant;

use super::decide::{Outcome, done};
use super::{Amend, Classify, DocumentRefusal, Dossier, FieldAmendment, check};
use crate::refusal::Faults;
use crate::{Context, Decided};
use events::classify::LinkKind;
use events::desk::DocumentLinked;
use events::document::{Amendment, Changed, DocumentAmended, DocumentClassified, NoteAdded};
use events::{DocumentEvent, DocumentId, OfficeId, Permission};

impl Dossier {
    pub(super) fn classify(&self, command: &Classify, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        let known = context.directory.document_type(command.document_type);
        let same = command.document_type == self.document_type;
        faults.check(
            same || known.is_some_and(|document_type| document_type.active),
            "/document_type_id",
            "unknown",
            "is no document type in use",
        );
        faults.optional("/category", command.category.as_deref(), 100);
        check::tags(&mut faults, &command.tags);
        faults.found(DocumentRefusal::Invalid)?;
        let office = self.desk_or_holder(context)?;
        self.must_be_open()?;
        let unchanged = same
            && command.category == self.category
            && command.tags == self.tags
            && command.priority == self.priority;
        if unchanged {
            return Ok(Decided::nothing());
        }
        done(
            office,
            DocumentEvent::Classified(DocumentClassified {
                document_type: command.document_type,
                category: command.category.clone(),
                tags: command.tags.clone(),
                priority: command.priority,
            }),
        )
    }

    pub(super) fn amend_with(&self, command: &Amend, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.text("/reason", &command.reason, 1, 1000);
        faults.check(
            !command.changes.is_empty(),
            "",
            "nothing",
            "names no field to put right",
        );
        for (index, change) in command.changes.iter().enumerate() {
            let same = |other: &FieldAmendment| discriminant(other) == discriminant(change);
            let twice = command.changes[..index].iter().any(same);
            faults.check(!twice, "", "twice", "names a field twice");
            match change {
                FieldAmendment::Subject(subject) => faults.text("/subject", subject, 1, 2000),
                FieldAmendment::Sender(sender) => check::sender(&mut faults, "/sender", sender),
                FieldAmendment::ExternalNumber(number) => {
                    faults.optional("/external_number", number.as_deref(), 100);
                }
                FieldAmendment::Folios(folios) => check::folios(&mut faults, "/folios", *folios),
                FieldAmendment::Notes(notes) => faults.optional("/notes", notes.as_deref(), 4000),
                FieldAmendment::HasAnnexes(_) | FieldAmendment::AnswerRequired(_) => {}
            }
        }
        faults.found(DocumentRefusal::Invalid)?;
        let office = self.desk_or_holder(context)?;
        self.must_be_open()?;
        if !self.derivations.is_empty() && !context.user.may_in(office, Permission::DocumentsHead) {
            return Err(DocumentRefusal::NeedsHead);
        }
        let changes: Vec<_> = command
            .changes
            .iter()
            .filter_map(|c| self.change(c))
            .collect();
        if changes.is_empty() {
            return Ok(Decided::nothing());
        }
        done(
            office,
            DocumentEvent::Amended(DocumentAmended {
                changes,
                reason: command.reason.clone(),
            }),
        )
    }

    /// What a field amendment changes; `None` when it stands there already.
    fn change(&self, change: &FieldAmendment) -> Option<Amendment> {
        fn changed<T: Clone + PartialEq>(old: &T, new: &T) -> Option<Changed<T>> {
            (old != new).then(|| Changed {
                old: old.clone(),
                new: new.clone(),
            })
        }
        match change {
            FieldAmendment::Subject(new) => changed(&self.subject, new).map(Amendment::Subject),
            FieldAmendment::Sender(new) => changed(&self.sender, new)
                .map(Box::new)
                .map(Amendment::Sender),
            FieldAmendment::ExternalNumber(new) => {
                changed(&self.external_number, new).map(Amendment::ExternalNumber)
            }
            FieldAmendment::Folios(new) => changed(&self.folios, new).map(Amendment::Folios),
            FieldAmendment::HasAnnexes(new) => {
                changed(&self.has_annexes, new).map(Amendment::HasAnnexes)
            }
            FieldAmendment::AnswerRequired(new) => {
                changed(&self.answer_required, new).map(Amendment::AnswerRequired)
            }
            FieldAmendment::Notes(new) => changed(&self.notes, new).map(Amendment::Notes),
        }
    }

    pub(super) fn link(&self, other: DocumentId, kind: LinkKind, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        let itself = other == self.id;
        faults.check(!itself, "/document_id", "itself", "is the document itself");
        faults.found(DocumentRefusal::Invalid)?;
        if self.links.contains(&(other, kind)) {
            return Ok(Decided::nothing());
        }
        let event = DocumentEvent::Linked(DocumentLinked { other, kind });
        Ok(Decided::by(self.office_of(context), vec![event]))
    }

    /// The office in whose name a user acts who need not be of any.
    fn office_of(&self, context: &Context<'_>) -> Option<OfficeId> {
        let usual = context.user.offices.first().copied();
        context
            .acting_for(&[self.holder, self.registry_office])
            .or(usual)
    }

    pub(super) fn note(&self, text: &str, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.text("/text", text, 1, 4000);
        faults.found(DocumentRefusal::Invalid)?;
        let event = DocumentEvent::NoteAdded(NoteAdded {
            text: text.to_owned(),
        });
        Ok(Decided::by(self.office_of(context), vec![event]))
    }
}
