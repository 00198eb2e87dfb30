//! The digital desk: handed in without a number, and entered in the register later (R1, R5).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::classify::{Channel, Priority};
use events::desk::{AcknowledgedWarning, DocumentSubmitted};
use events::document::{Origin, Sender};
use events::{DocumentEvent, DocumentId, DocumentTypeId, OfficeId, Permission};

use super::decide::Outcome;
use super::{Document, DocumentRefusal, Dossier, Draft, RegisterDocument, check};
use crate::refusal::Faults;
use crate::{Context, Decided};

/// A document handed in at the digital desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submit {
    /// The id it gets, and keeps.
    pub document: DocumentId,
    /// Its type, as far as the sender knows.
    pub document_type: DocumentTypeId,
    /// The desk that is to register it; the user's usual office when absent.
    pub office: Option<OfficeId>,
    /// The number the sender gave it, at most 100 characters.
    pub external_number: Option<String>,
    /// Who presents it.
    pub sender: Sender,
    /// What it is about, 1 to 2,000 characters.
    pub subject: String,
    /// How many sheets, 1 to 99,999.
    pub folios: u32,
    /// Whether something is enclosed.
    pub has_annexes: bool,
    /// Where the sender says it came in; it can only be where it did.
    pub channel: Option<Channel>,
    /// What the sender says beside it, at most 4,000 characters.
    pub notes: Option<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// Another document it belongs to.
    pub related_document: Option<DocumentId>,
    /// Where it came from, if from another system.
    pub origin: Option<Origin>,
    /// The token of its public page (P1).
    pub tracking_token: String,
}

/// What the desk says of a submitted document when it registers it; the rest stays as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterSubmitted {
    /// Its type; the one that was said when absent.
    pub document_type: Option<DocumentTypeId>,
    /// A finer class, at most 100 characters.
    pub category: Option<String>,
    /// How many sheets; what was said when absent.
    pub folios: Option<u32>,
    /// How pressing.
    pub priority: Priority,
    /// Words to find it by, at most 10.
    pub tags: BTreeSet<String>,
    /// Remarks of the desk, at most 4,000 characters; those of the sender when absent.
    pub notes: Option<String>,
    /// By when it must be attended, if the document says so.
    pub due_on: Option<NaiveDate>,
    /// What it looks like, and is registered all the same; at most 50.
    pub acknowledged_warnings: BTreeSet<AcknowledgedWarning>,
    /// Why only the offices that work on it see it from now on, if so.
    pub restricted: Option<String>,
}

impl Submit {
    /// The desk never turns anything away (R1): only what is not well formed is refused.
    pub(super) fn decide(&self, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        let known = context.directory.document_type(self.document_type);
        faults.check(
            known.is_some_and(|document_type| document_type.active),
            "/document_type_id",
            "unknown",
            "is no document type in use",
        );
        let usual = context.user.offices.first().copied();
        let office = check::office(&mut faults, self.office.or(usual), context);
        check::sender(&mut faults, "/sender", &self.sender);
        check::said(
            &mut faults,
            &self.subject,
            self.folios,
            self.external_number.as_deref(),
            self.notes.as_deref(),
        );
        check::origin(&mut faults, self.origin.as_ref());
        let channel = channel_of(context);
        let fits = self.channel.is_none_or(|said| said == channel);
        let detail = format!("follows from who submits: it is `{channel}`");
        faults.check(fits, "/channel", "channel", detail);
        faults.found(DocumentRefusal::Invalid)?;
        let Some(registry_office) = office else {
            return Err(DocumentRefusal::Invalid(Vec::new()));
        };
        let submitted = DocumentSubmitted {
            document: self.document,
            document_type: self.document_type,
            external_number: self.external_number.clone(),
            sender: self.sender.clone(),
            subject: self.subject.clone(),
            folios: self.folios,
            has_annexes: self.has_annexes,
            channel,
            notes: self.notes.clone(),
            answer_required: self.answer_required,
            presented_at: context.at,
            filed_on: context
                .directory
                .filed_on(registry_office, channel, context.at),
            registry_office,
            related_document: self.related_document,
            origin: self.origin.clone(),
            tracking_token: self.tracking_token.clone(),
        };
        // Who hands in is no part of the institution, unless the desk does it for somebody (I10).
        let acting = context.acting_for(&[registry_office]);
        let event = DocumentEvent::Submitted(Box::new(submitted));
        Ok(Decided::by(acting, vec![event]))
    }
}

/// Where a submission comes in (R5): from one who may exchange documents, by exchange; else at the
/// digital desk. Nobody chooses by it which policy gives the legal date.
fn channel_of(context: &Context<'_>) -> Channel {
    if context.user.may(Permission::IntegrationsUse) {
        Channel::Exchange
    } else {
        Channel::Web
    }
}

impl Dossier {
    /// The desk for which the user acts on what waits for its number: the one it was handed to. When
    /// that one is closed, any other at which the user does the work of a desk takes it over: the
    /// desk is never closed to what was presented (R1, R5).
    pub(super) fn desk(&self, context: &Context<'_>) -> Result<OfficeId, DocumentRefusal> {
        let own = self.registry_office;
        if self.number.is_none() && !context.takes_documents(own) {
            let offices = context.user.all_offices();
            let does = |office: &OfficeId| {
                context.takes_documents(*office)
                    && context.user.may_in(*office, Permission::DocumentsUpdate)
            };
            if let Some(other) = offices.into_iter().find(does) {
                return Ok(other);
            }
        }
        self.must_act_for(own, context)?;
        Ok(own)
    }
}

impl Document {
    /// Checks that this document, which was submitted, can be entered in the register as `command`
    /// says. When it was presented, and its legal date, stay those of the submission (R5, I9).
    ///
    /// # Errors
    ///
    /// [`DocumentRefusal`], as for [`RegisterDocument::check`]; also when it is not submitted.
    pub fn enter(
        &self,
        command: &RegisterSubmitted,
        context: &Context<'_>,
    ) -> Result<Draft, DocumentRefusal> {
        let shown = |dossier: &&Dossier| dossier.is_shown_to(context.user);
        let dossier = self.dossier().filter(shown);
        let dossier = dossier.ok_or(DocumentRefusal::NotFound)?;
        let desk = dossier.desk(context)?;
        let Some(said) = &dossier.submission else {
            return Err(dossier.wrong_status());
        };
        if dossier.phase != super::Phase::Submitted {
            return Err(dossier.wrong_status());
        }
        let register = RegisterDocument {
            document_type: command.document_type.unwrap_or(said.document_type),
            office: Some(desk),
            category: command.category.clone(),
            external_number: said.external_number.clone(),
            sender: said.sender.clone(),
            subject: said.subject.clone(),
            folios: command.folios.unwrap_or(said.folios),
            has_annexes: said.has_annexes,
            priority: command.priority,
            channel: said.channel,
            tags: command.tags.clone(),
            notes: command.notes.clone().or_else(|| said.notes.clone()),
            answer_required: said.answer_required,
            presented_at: Some(said.presented_at),
            due_on: command.due_on,
            related_document: said.related_document,
            origin: said.origin.clone(),
            acknowledged_warnings: command.acknowledged_warnings.clone(),
            restricted: command.restricted.clone(),
        };
        register.check_filed(context, Some(said.filed_on))
    }
}
