//! The `documents` and `derivations` views, and the document as one answer.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{
    Channel, DerivationKind, DerivationStatus, DocumentStatus, Outcome, Priority,
};
use events::document::{Origin, Sender};
use events::{DocumentId, DocumentTypeId, OfficeId, RegistryNumber, UserId};
use serde::{Deserialize, Serialize};

use crate::desk::{Link, Observation};
use crate::{AttachmentRow, Deadline, Restriction, SeenBy};

/// A row of `documents`: the header, where it stands and who holds it.
///
/// Instants have microseconds, as the database keeps them. That a document is overdue is not
/// stored: it is `status` open and `due_on` before today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DocumentRow {
    /// The document.
    pub id: DocumentId,
    /// Its registry number, once it is registered. The column holds [`crate::desk::number_text`].
    pub number: Option<RegistryNumber>,
    /// Its type.
    pub document_type_id: DocumentTypeId,
    /// A finer class within the type.
    pub category: Option<String>,
    /// The number the sender gave it.
    pub external_number: Option<String>,
    /// Who presented it. Columns `sender_name`, `sender_kind`, `sender_number` and so on, and
    /// `sender_key`, its name as [`search_key`] writes it.
    pub sender: Sender,
    /// What it is about.
    pub subject: String,
    /// How many sheets.
    pub folios: u32,
    /// Whether something is enclosed.
    pub has_annexes: bool,
    /// How pressing. The column holds [`priority_rank`].
    pub priority: Priority,
    /// Where it came in.
    pub channel: Channel,
    /// Words to find it by.
    pub tags: BTreeSet<String>,
    /// Remarks of the desk.
    pub notes: Option<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// When it was handed in.
    pub presented_at: DateTime<Utc>,
    /// The legal date of presentation (R5).
    pub filed_on: NaiveDate,
    /// When it was handed in at the digital desk, if it was.
    pub submitted_at: Option<DateTime<Utc>>,
    /// Who handed it in there.
    pub submitted_by: Option<UserId>,
    /// When it was registered; until then, when it was submitted.
    pub registered_at: DateTime<Utc>,
    /// Who registered it; until then, who submitted it.
    pub registered_by: UserId,
    /// The office that registered it, or is to.
    pub registry_office_id: OfficeId,
    /// By when it must be attended.
    pub deadline: Option<Deadline>,
    /// Another document it belongs to.
    pub related_document_id: Option<DocumentId>,
    /// The system it came from. Columns `origin_integration`, `origin_external_id`.
    pub origin: Option<Origin>,
    /// The token of the public page (P1).
    pub tracking_token: String,
    /// Where it stands.
    pub status: DocumentStatus,
    /// The office that has custody (D2).
    pub holder_office_id: OfficeId,
    /// The office a pending principal derivation sends it to; custody is still the holder's.
    pub in_transit_to_id: Option<OfficeId>,
    /// Since when the holder has custody.
    pub custody_since: DateTime<Utc>,
    /// The principal derivation that brought it to the holder; 0 for the registry office.
    pub custody_ordinal: u32,
    /// The principal derivation that was last rejected or returned, until the next is sent.
    pub returned_ordinal: Option<u32>,
    /// When it was first sent for attention (R4).
    pub routed_at: Option<DateTime<Utc>>,
    /// What the desk observed, the first one first (O1). The column holds JSON.
    pub observations: Vec<Observation>,
    /// When it was declared not filed (O2).
    pub not_filed_at: Option<DateTime<Utc>>,
    /// What it has to do with, the first one first. The column holds JSON.
    pub links: Vec<Link>,
    /// When it was attended (D4).
    pub attended_at: Option<DateTime<Utc>>,
    /// The office at which it ended.
    pub attended_office_id: Option<OfficeId>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was done.
    pub attended_note: Option<String>,
    /// When it was put away.
    pub archived_at: Option<DateTime<Utc>>,
    /// How and where it was put away. Columns `archive_classification`,
    /// `archive_retention_years`, `archive_location`.
    pub archive: Option<Archive>,
    /// When it was taken out of use.
    pub voided_at: Option<DateTime<Utc>>,
    /// Why it was taken out of use.
    pub void_reason: Option<String>,
    /// That only the offices that work on it see it, if so.
    #[serde(default)]
    pub restriction: Option<Restriction>,
    /// How many remarks were added.
    pub remarks: u32,
    /// How many events its history has.
    pub version: u64,
    /// The sequence in the log of the last record applied.
    pub last_seq: u64,
    /// When the last event happened.
    pub last_activity_at: DateTime<Utc>,
}

/// How and where a document was put away (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Archive {
    /// The archival class.
    pub classification: String,
    /// How many years it is kept.
    pub retention_years: u32,
    /// Where it lies.
    pub location: String,
}

/// A row of `derivations`: one routing from one office to another (D1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DerivationRow {
    /// The document.
    pub document_id: DocumentId,
    /// Its place among the derivations of the document, from 1.
    pub ordinal: u32,
    /// `<registry number>-D01`.
    pub number: String,
    /// What it asks.
    pub kind: DerivationKind,
    /// Where it stands.
    pub status: DerivationStatus,
    /// The office that sent.
    pub from_office_id: OfficeId,
    /// The office that is to act.
    pub to_office_id: OfficeId,
    /// The person who is to act.
    pub to_user_id: Option<UserId>,
    /// Who sent it.
    pub sent_by: UserId,
    /// Who received it.
    pub received_by: Option<UserId>,
    /// Who attended it.
    pub attended_by: Option<UserId>,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When it was received (of a copy: seen).
    pub received_at: Option<DateTime<Utc>>,
    /// When it was attended.
    pub attended_at: Option<DateTime<Utc>>,
    /// When it stopped waiting for an act, however it ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// What to do (*proveído*).
    pub instructions: Option<String>,
    /// Why it was rejected, returned or recalled.
    pub reason: Option<String>,
    /// What was done.
    pub note: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether the origin expects an answer.
    pub answer_required: bool,
    /// By when, if said.
    pub due_on: Option<NaiveDate>,
    /// The offices that alone see the document.
    #[serde(default)]
    pub seen_by: SeenBy,
    /// The sequence in the log of the last record that changed it.
    pub last_seq: u64,
}

/// A document as one answer: `GET /documents/{id}`, and the body of its hot view.
///
/// Its position is at least `document.last_seq`; how fresh it is says the position read beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DocumentDetail {
    /// Header, status and custody.
    #[serde(flatten)]
    pub document: DocumentRow,
    /// Every derivation, by ordinal.
    pub derivations: Vec<DerivationRow>,
    /// Every file, in the order they were added, withdrawn ones too.
    #[serde(default)]
    pub attachments: Vec<AttachmentRow>,
}

impl DocumentRow {
    /// The observation that is to be corrected now.
    pub fn open_observation(&self) -> Option<&Observation> {
        let waits = self.status == DocumentStatus::Observed;
        self.observations.last().filter(|_| waits)
    }

    /// The last day, where there is one and the clock runs.
    pub fn due_on(&self) -> Option<NaiveDate> {
        self.deadline.as_ref().and_then(Deadline::due_on)
    }

    /// The offices that alone see it; none when everybody who reads documents does.
    pub fn seen_by(&self) -> Option<&BTreeSet<OfficeId>> {
        let restriction = self.restriction.as_ref();
        restriction.map(|restriction| &restriction.seen_by)
    }

    /// Whether it is open and was due before `today`.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.status.is_open() && self.due_on().is_some_and(|due| due < today)
    }
}

/// The rank a priority is stored as, so that more pressing sorts higher.
pub const fn priority_rank(priority: Priority) -> i16 {
    match priority {
        Priority::Normal => 0,
        Priority::High => 1,
        Priority::Urgent => 2,
    }
}

/// The priority of a stored rank.
pub fn priority_of_rank(rank: i16) -> Option<Priority> {
    Priority::ALL
        .iter()
        .copied()
        .find(|priority| priority_rank(*priority) == rank)
}

/// Text as it is searched: small letters, no accents, single blanks, at most 200 characters.
///
/// The column `sender_key` holds it, and a search puts what it looks for through it too.
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        let letters = word
            .chars()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c));
        key.extend(letters.flat_map(char::to_lowercase).map(plain));
    }
    key.chars().take(200).collect()
}

/// A letter without its accent.
const fn plain(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_lead_back_to_priorities_and_sort() {
        for priority in Priority::ALL {
            assert_eq!(priority_of_rank(priority_rank(*priority)), Some(*priority));
        }
        assert!(priority_rank(Priority::Urgent) > priority_rank(Priority::High));
        assert_eq!(priority_of_rank(9), None);
    }

    #[test]
    fn a_search_key_ignores_case_accents_and_blanks() {
        assert_eq!(search_key("  José  ÑAÑEZ "), "jose nanez");
        assert_eq!(search_key("Jose\u{301}"), "jose");
        assert_eq!(search_key(&"x".repeat(300)).len(), 200);
    }
}
