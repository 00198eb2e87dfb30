//! Facts of the desk before a document is under way: submitted, observed, corrected, not filed; and
//! what ties one document to another. Parts of [`crate::DocumentEvent`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::classify::{Channel, DuplicateKind, LinkKind};
use crate::document::{Origin, Sender};
use crate::{DocumentId, DocumentTypeId, OfficeId};

/// A document was handed in at the digital desk; it has no number yet (R1, R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentSubmitted {
    /// The document; it keeps this id when it is registered.
    pub document: DocumentId,
    /// The type that was said; the desk may choose another when it registers.
    pub document_type: DocumentTypeId,
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
    /// Where it came in.
    pub channel: Channel,
    /// What the sender says beside it.
    pub notes: Option<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// When it was handed in.
    pub presented_at: DateTime<Utc>,
    /// The legal date of presentation; never changes, also not when it is registered (R5, I9).
    pub filed_on: NaiveDate,
    /// The desk that is to register it.
    pub registry_office: OfficeId,
    /// Another document it belongs to.
    pub related_document: Option<DocumentId>,
    /// Where it came from, if from another system.
    pub origin: Option<Origin>,
    /// The 128-bit token of the public page, 32 hex digits (P1).
    pub tracking_token: String,
}

/// The desk found something to be corrected (O1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentObserved {
    /// What, at least one, each with a name of its own.
    pub items: Vec<ObservedItem>,
    /// The last day on which the sender may correct it.
    pub correct_by_on: NaiveDate,
}

/// One thing to be corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ObservedItem {
    /// A short name, unique among the items of the document: a second observation repeats it (O3).
    pub item: String,
    /// What is wrong, and how it is put right.
    pub detail: String,
}

/// The sender corrected in time (O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationCorrected {
    /// The names of the items that were corrected, at least one.
    pub items: Vec<String>,
    /// What was done.
    pub note: Option<String>,
}

/// It was not corrected in time and counts as not presented (O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentNotFiled {
    /// The items that were not corrected.
    pub items: Vec<String>,
    /// The day that passed.
    pub correct_by_on: NaiveDate,
}

/// It has to do with another document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLinked {
    /// The other one.
    pub other: DocumentId,
    /// What this one is to the other.
    pub kind: LinkKind,
}

/// A document that looked like the one to be registered; the desk registered it all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AcknowledgedWarning {
    /// What is alike.
    pub kind: DuplicateKind,
    /// The one that was there.
    pub document: DocumentId,
}
