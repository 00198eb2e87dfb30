//! Facts about a document: its history is its *hoja de ruta*.
//!
//! The names below are the storage format. Add variants; never rename or repurpose one.

use std::collections::BTreeSet;

use calendar::Term;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::attachment::{AttachmentWithdrawn, FileAttached};
use crate::classify::{Channel, DerivationKind, Outcome, Priority, SenderKind};
use crate::deadline::{
    ClockResumed, ClockSuspended, DeadlineApproaching, DeadlineExtended, DeadlineMissed,
    DeadlineRescheduled,
};
use crate::desk::{
    AcknowledgedWarning, DocumentLinked, DocumentNotFiled, DocumentObserved, DocumentSubmitted,
    ObservationCorrected,
};
use crate::macros::stored_events;
use crate::restriction::{DocumentRestricted, DocumentUnrestricted};
use crate::{CommandId, DocumentId, DocumentTypeId, OfficeId, RegistryNumber, UserId};

stored_events! {
    /// A fact about one document.
    pub enum DocumentEvent {
        /// It was handed in at the digital desk and waits for its number (R1).
        Submitted(Box<DocumentSubmitted>) = "document.submitted" v 1,
        /// It was entered in the register and got its number (R2).
        Registered(Box<DocumentRegistered>) = "document.registered" v 3,
        /// The desk found something to be corrected (O1).
        Observed(DocumentObserved) = "document.observed" v 1,
        /// The sender corrected in time (O2).
        Corrected(ObservationCorrected) = "document.corrected" v 1,
        /// It was not corrected in time (O2).
        NotFiled(DocumentNotFiled) = "document.not_filed" v 1,
        /// It has to do with another document.
        Linked(DocumentLinked) = "document.linked" v 1,
        /// Its deadline is later.
        DeadlineExtended(Box<DeadlineExtended>) = "deadline.extended" v 1,
        /// Its deadline was computed anew (T2, O2).
        Rescheduled(Box<DeadlineRescheduled>) = "deadline.rescheduled" v 2,
        /// Its last day is near (T5).
        DeadlineApproaching(DeadlineApproaching) = "deadline.approaching" v 1,
        /// Its last day is over (T5).
        DeadlineMissed(DeadlineMissed) = "deadline.missed" v 1,
        /// Its clock stands.
        ClockSuspended(ClockSuspended) = "clock.suspended" v 1,
        /// Its clock goes on.
        ClockResumed(Box<ClockResumed>) = "clock.resumed" v 1,
        /// Its type, category, tags or priority are others now.
        Classified(DocumentClassified) = "document.classified" v 1,
        /// What was written at registration was put right.
        Amended(DocumentAmended) = "document.amended" v 1,
        /// It was sent to one or more offices (D1).
        Derived(DocumentDerived) = "document.derived" v 1,
        /// The target office took it in.
        DerivationReceived(DerivationTouched) = "derivation.received" v 1,
        /// The target office refused it; custody is the origin's again (D2).
        DerivationRejected(DerivationRefused) = "derivation.rejected" v 1,
        /// The target office has seen its copy.
        CopyAcknowledged(DerivationTouched) = "copy.acknowledged" v 1,
        /// The head gave it to somebody of the office.
        DerivationAssigned(DerivationAssigned) = "derivation.assigned" v 1,
        /// The target office sent it back after receiving; custody is the origin's again (D2).
        DerivationReturned(DerivationRefused) = "derivation.returned" v 1,
        /// The origin office took it back before it was received (D2).
        DerivationRecalled(DerivationRefused) = "derivation.recalled" v 1,
        /// The target office did what was asked.
        DerivationAttended(DerivationAttended) = "derivation.attended" v 1,
        /// The document is finished (D4).
        Attended(DocumentAttended) = "document.attended" v 1,
        /// It was put away (A1).
        Archived(DocumentArchived) = "document.archived" v 1,
        /// It was taken out of the archive (A1).
        Restored(DocumentRestored) = "document.restored" v 1,
        /// It was taken out of use; its number stays used (R2, A1).
        Voided(DocumentVoided) = "document.voided" v 1,
        /// Somebody wrote a remark.
        NoteAdded(NoteAdded) = "document.note_added" v 1,
        /// A file was added to it.
        FileAttached(FileAttached) = "attachment.added" v 1,
        /// A file does not belong to it any more; its bytes stay (A1).
        AttachmentWithdrawn(AttachmentWithdrawn) = "attachment.withdrawn" v 1,
        /// Only the offices that work on it see it from now on.
        Restricted(DocumentRestricted) = "document.restricted" v 1,
        /// Everybody who reads documents sees it again.
        Unrestricted(DocumentUnrestricted) = "document.unrestricted" v 1,
    }
}

/// Who presented a document. Personal data: never logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Sender {
    /// Name or business name, 1 to 300 characters.
    pub name: String,
    /// What kind of identity is given.
    pub kind: SenderKind,
    /// The identity's number; absent exactly when `kind` is `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Who acts for the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
    /// Where to write.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where to send.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Where a document came from, when another system had it first (I12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Origin {
    /// The system or log it came from.
    pub integration: String,
    /// Its name there.
    pub external_id: String,
}

impl Origin {
    /// The command by which Mesa itself brings in what came from there.
    pub fn command(&self) -> CommandId {
        let scope = format!("import:{}", self.integration);
        CommandId::derive(UserId::system(), &scope, &self.external_id)
    }

    /// The one document that comes from there, whoever brings it in, and however often (I12).
    pub fn document(&self) -> DocumentId {
        DocumentId::registered_by(self.command())
    }
}

/// A document entered the register (R2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRegistered {
    /// The document.
    pub document: DocumentId,
    /// Its number; the series' history holds the same pair.
    pub number: RegistryNumber,
    /// Its type.
    pub document_type: DocumentTypeId,
    /// A finer class within the type.
    pub category: Option<String>,
    /// The number the sender gave it.
    pub external_number: Option<String>,
    /// Who presented it.
    pub sender: Sender,
    /// What it is about, 1 to 2,000 characters.
    pub subject: String,
    /// How many sheets.
    pub folios: u32,
    /// Whether something is enclosed.
    pub has_annexes: bool,
    /// How pressing.
    pub priority: Priority,
    /// Where it came in.
    pub channel: Channel,
    /// Words to find it by, at most 10.
    pub tags: BTreeSet<String>,
    /// Remarks of the desk.
    pub notes: Option<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// When it was handed in.
    pub presented_at: DateTime<Utc>,
    /// The legal date of presentation; never changes (R5, I9).
    pub filed_on: NaiveDate,
    /// The office that registered it.
    pub registry_office: OfficeId,
    /// By when it must be attended, where a rule or the sender says so.
    pub deadline: Option<Term>,
    /// Another document it belongs to.
    pub related_document: Option<DocumentId>,
    /// Where it came from, if from another system.
    pub origin: Option<Origin>,
    /// The 128-bit token of the public page, 32 hex digits (P1).
    pub tracking_token: String,
    /// What it looked like, and was registered all the same.
    pub acknowledged_warnings: BTreeSet<AcknowledgedWarning>,
}

/// The document's class as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentClassified {
    /// Its type.
    pub document_type: DocumentTypeId,
    /// A finer class within the type.
    pub category: Option<String>,
    /// Words to find it by.
    pub tags: BTreeSet<String>,
    /// How pressing.
    pub priority: Priority,
}

/// Something written at registration was put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAmended {
    /// What changed, each field once.
    pub changes: Vec<Amendment>,
    /// Why.
    pub reason: String,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed<T> {
    /// What stood there.
    pub old: T,
    /// What stands there now.
    pub new: T,
}

/// A field put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum Amendment {
    /// The subject.
    Subject(Changed<String>),
    /// The sender.
    Sender(Box<Changed<Sender>>),
    /// The number the sender gave.
    ExternalNumber(Changed<Option<String>>),
    /// How many sheets.
    Folios(Changed<u32>),
    /// Whether something is enclosed.
    HasAnnexes(Changed<bool>),
    /// Whether an answer is expected.
    AnswerRequired(Changed<bool>),
    /// Remarks of the desk.
    Notes(Changed<Option<String>>),
}

/// The document was sent on. `by` of the envelope sent it, at `at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentDerived {
    /// One for each target, 1 to 10, ordinals consecutive (D1).
    pub derivations: Vec<DerivationSent>,
    /// The received principal derivation that this closes as forwarded (D2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwards: Option<u32>,
    /// Why an attended document is open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopens: Option<String>,
}

/// One routing from one office to another (D1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivationSent {
    /// Its place among the derivations of the document, from 1.
    pub ordinal: u32,
    /// `<registry number>-D01`.
    pub number: String,
    /// What it asks.
    pub kind: DerivationKind,
    /// The office that sends.
    pub from_office: OfficeId,
    /// The office that is to act.
    pub to_office: OfficeId,
    /// The person who is to act, if named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_user: Option<UserId>,
    /// What to do (*proveído*).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Whether it cannot wait.
    #[serde(default)]
    pub urgent: bool,
    /// Whether the origin expects an answer.
    #[serde(default)]
    pub answer_required: bool,
    /// By when, if said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// Something happened to one derivation that needs no more words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivationTouched {
    /// Which.
    pub ordinal: u32,
}

/// A derivation ended without being attended, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivationRefused {
    /// Which.
    pub ordinal: u32,
    /// Why.
    pub reason: String,
}

/// A derivation has somebody to act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivationAssigned {
    /// Which.
    pub ordinal: u32,
    /// Who.
    pub user: UserId,
}

/// The target office did what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DerivationAttended {
    /// Which.
    pub ordinal: u32,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How it ended, if that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// The document is finished (D4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentAttended {
    /// The office at which it ended.
    pub office: OfficeId,
    /// How it ended, if that can be said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The document was put away (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentArchived {
    /// The archival class.
    pub classification: String,
    /// How many years it is kept.
    pub retention_years: u32,
    /// Where it lies.
    pub location: String,
}

/// The document was taken out of the archive (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRestored {
    /// Why, at least 10 characters.
    pub reason: String,
}

/// The document was taken out of use (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVoided {
    /// Why.
    pub reason: String,
}

/// A remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteAdded {
    /// What it says, 1 to 4,000 characters.
    pub text: String,
}
