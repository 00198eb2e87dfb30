//! Registration: checked whole before a number is taken, so that no number is ever lost (R2).

use std::collections::BTreeSet;

use calendar::{Count, Term};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use events::classify::{Channel, Priority};
use events::desk::AcknowledgedWarning;
use events::document::{DocumentRegistered, Origin, Sender};
use events::{
    DocumentEvent, DocumentId, DocumentTypeId, OfficeId, RegistryNumber, SeriesId, legal_date,
};

use super::{DocumentRefusal, check, restriction};
use crate::Context;
use crate::refusal::Faults;

/// A document to be entered in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterDocument {
    /// Its type.
    pub document_type: DocumentTypeId,
    /// The office that registers it; the user's usual one when absent.
    pub office: Option<OfficeId>,
    /// A finer class, at most 100 characters.
    pub category: Option<String>,
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
    /// How pressing.
    pub priority: Priority,
    /// Where it came in.
    pub channel: Channel,
    /// Words to find it by, at most 10.
    pub tags: BTreeSet<String>,
    /// Remarks of the desk, at most 4,000 characters.
    pub notes: Option<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// When it was handed in, 1900 or later; now when absent.
    pub presented_at: Option<DateTime<Utc>>,
    /// By when it must be attended, if the document says so; else the rules do (T3).
    pub due_on: Option<NaiveDate>,
    /// Another document it belongs to.
    pub related_document: Option<DocumentId>,
    /// Where it came from, if from another system.
    pub origin: Option<Origin>,
    /// What it looks like, and is registered all the same; at most 50.
    pub acknowledged_warnings: BTreeSet<AcknowledgedWarning>,
    /// Why only the offices that work on it see it, if so.
    pub restricted: Option<String>,
}

/// A registration that passed every check and waits for its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    series: SeriesId,
    office: OfficeId,
    filed_on: NaiveDate,
    presented_at: DateTime<Utc>,
    deadline: Option<Term>,
    command: RegisterDocument,
}

impl RegisterDocument {
    /// Checks the registration against the directory and the clock.
    ///
    /// # Errors
    ///
    /// [`DocumentRefusal::Invalid`] with every fault found, or
    /// [`DocumentRefusal::NotOfOffice`] when the user does not belong to the registering office.
    pub fn check(self, context: &Context<'_>) -> Result<Draft, DocumentRefusal> {
        self.check_filed(context, None)
    }

    /// As [`Self::check`], with the legal date `filed` that it has already, if it has one (I9).
    pub(super) fn check_filed(
        self,
        context: &Context<'_>,
        filed: Option<NaiveDate>,
    ) -> Result<Draft, DocumentRefusal> {
        let mut faults = Faults::default();
        let series = self.series(context, &mut faults);
        let usual = context.user.offices.first().copied();
        let office = check::office(&mut faults, self.office.or(usual), context);
        check::sender(&mut faults, "/sender", &self.sender);
        check::tags(&mut faults, &self.tags);
        faults.optional("/category", self.category.as_deref(), 100);
        check::said(
            &mut faults,
            &self.subject,
            self.folios,
            self.external_number.as_deref(),
            self.notes.as_deref(),
        );
        check::origin(&mut faults, self.origin.as_ref());
        restriction::said(&mut faults, self.restricted.as_deref());
        let warnings = self.acknowledged_warnings.len();
        let detail = format!("has {warnings} warnings; at most 50 are allowed");
        faults.check(warnings <= 50, "/acknowledged_warnings", "too_many", detail);
        let presented_at = self.presented_at.unwrap_or(context.at);
        faults.check(
            presented_at <= context.at,
            "/presented_at",
            "future",
            "a document cannot be presented after it is registered",
        );
        let plausible = presented_at.year() >= 1900;
        faults.check(plausible, "/presented_at", "past", "is before 1900");
        let at = if plausible { presented_at } else { context.at };
        let filed_on = filed.unwrap_or_else(|| self.filed_on(office, at, context));
        faults.check(
            self.due_on.is_none_or(|due_on| filed_on <= due_on),
            "/due_on",
            "before_filed",
            "is before the day of presentation",
        );
        faults.found(DocumentRefusal::Invalid)?;
        let (Some(series), Some(office)) = (series, office) else {
            return Err(DocumentRefusal::Invalid(Vec::new()));
        };
        let deadline = Some(self.deadline(office, filed_on, context));
        if !context.user.belongs_to(office) {
            return Err(DocumentRefusal::NotOfOffice { office });
        }
        Ok(Draft {
            series,
            office,
            filed_on,
            presented_at,
            deadline,
            command: self,
        })
    }

    /// The legal date, by the policy of the channel (R5).
    fn filed_on(
        &self,
        office: Option<OfficeId>,
        presented_at: DateTime<Utc>,
        context: &Context<'_>,
    ) -> NaiveDate {
        match office {
            Some(office) => context
                .directory
                .filed_on(office, self.channel, presented_at),
            None => legal_date(presented_at),
        }
    }

    /// The date that came with the document, else what the rules give (T3).
    fn deadline(&self, office: OfficeId, filed_on: NaiveDate, context: &Context<'_>) -> Term {
        let directory = context.directory;
        if let Some(due_on) = self.due_on {
            let days = directory.days_of(office);
            return days.term(Count::given(due_on, filed_on));
        }
        let category = self.category.as_deref();
        directory.term(office, self.document_type, category, filed_on)
    }

    fn series(&self, context: &Context<'_>, faults: &mut Faults) -> Option<SeriesId> {
        let pointer = "/document_type_id";
        let known = context.directory.document_type(self.document_type);
        let Some(document_type) = known.filter(|document_type| document_type.active) else {
            faults.add(pointer, "unknown", "is no document type in use");
            return None;
        };
        let series = SeriesId::new(&document_type.series, legal_date(context.at).year());
        if series.is_err() {
            faults.add(pointer, "series", "the document type has no usable series");
        }
        series.ok()
    }
}

impl Draft {
    /// The same, as it was in the past: no policy and no rule of today is put on what was filed
    /// before them. A date that came with the document stays.
    #[must_use]
    pub fn of_the_past(mut self) -> Self {
        self.filed_on = legal_date(self.presented_at);
        let due_on = self.command.due_on;
        self.deadline = due_on.map(|due_on| Term::given(due_on, self.filed_on));
        self
    }

    /// The series its number is to come from.
    pub const fn series(&self) -> &SeriesId {
        &self.series
    }

    /// The office that registers it.
    pub const fn office(&self) -> OfficeId {
        self.office
    }

    /// The facts, once there is a number: it is registered, and perhaps restricted at once.
    pub fn events(
        self,
        document: DocumentId,
        number: RegistryNumber,
        tracking_token: String,
    ) -> Vec<DocumentEvent> {
        let reason = self.command.restricted.as_deref();
        let restricted = reason.map(restriction::restricted);
        let registered = self.registered(document, number, tracking_token);
        [registered].into_iter().chain(restricted).collect()
    }

    /// The fact, once there is a number. Cannot fail, so that a number taken is a number used.
    pub fn registered(
        self,
        document: DocumentId,
        number: RegistryNumber,
        tracking_token: String,
    ) -> DocumentEvent {
        let command = self.command;
        DocumentEvent::Registered(Box::new(DocumentRegistered {
            document,
            number,
            document_type: command.document_type,
            category: command.category,
            external_number: command.external_number,
            sender: command.sender,
            subject: command.subject,
            folios: command.folios,
            has_annexes: command.has_annexes,
            priority: command.priority,
            channel: command.channel,
            tags: command.tags,
            notes: command.notes,
            answer_required: command.answer_required,
            presented_at: self.presented_at,
            filed_on: self.filed_on,
            registry_office: self.office,
            deadline: self.deadline,
            related_document: command.related_document,
            origin: command.origin,
            tracking_token,
            acknowledged_warnings: command.acknowledged_warnings,
        }))
    }
}
