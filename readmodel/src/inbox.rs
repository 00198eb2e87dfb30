//! The `inbox_items`, `inbox_counters` and `inbox_due` views: what waits in each office.
//!
//! Every item is in one tray of one office. A document whose custody an office holds is in
//! `in_office`, or in `returned` when it came back, or its pending principal derivation is in
//! `sent_pending`: together they add up to the open documents (I16).
//!
//! Due soon and overdue are no trays: they are the items of the trays to be worked on
//! ([`Tray::is_work`]) whose `due_on` is near or past, counted by day in `inbox_due`, so that
//! midnight changes the answer without changing a row.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{DerivationKind, Priority};
use events::{DocumentId, DocumentTypeId, OfficeId, RegistryNumber};
use serde::{Deserialize, Serialize};

use crate::SeenBy;

events::words! {
    /// A part of an office's inbox.
    pub enum Tray {
        /// Documents handed in at the digital desk that the office is to register.
        Submitted = "submitted",
        /// Documents whose sender is to correct what the office observed (O1).
        Observed = "observed",
        /// Principal and parallel derivations sent to the office, not yet received.
        ToReceive = "to_receive",
        /// Open documents in the office's custody, and parallel derivations it has received.
        InOffice = "in_office",
        /// Copies sent to the office that it has not acknowledged.
        Copies = "copies",
        /// Open documents in custody again after being rejected or returned.
        Returned = "returned",
        /// Principal and parallel derivations the office sent that nobody has received yet.
        SentPending = "sent_pending",
    }
}

impl Tray {
    /// Whether the office itself is to act on what lies there: such items count as due.
    pub const fn is_work(self) -> bool {
        match self {
            Self::ToReceive | Self::InOffice | Self::Returned => true,
            Self::Submitted | Self::Observed | Self::Copies | Self::SentPending => false,
        }
    }
}

/// A row of `inbox_items`: one thing in one tray, with what a list shows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct InboxRow {
    /// The office.
    pub office_id: OfficeId,
    /// The tray.
    pub tray: Tray,
    /// The document.
    pub document_id: DocumentId,
    /// The derivation; 0 for a document that never left its registry office.
    pub ordinal: u32,
    /// What the derivation asks; none where `ordinal` is 0.
    pub kind: Option<DerivationKind>,
    /// Since when it lies there.
    pub since: DateTime<Utc>,
    /// The day of the derivation, else of the document; of what is observed, the last one to
    /// correct it.
    pub due_on: Option<NaiveDate>,
    /// Whether the derivation, or the document, is urgent.
    pub urgent: bool,
    /// How pressing the document is. The column holds its rank.
    pub priority: Priority,
    /// The registry number, once there is one.
    pub number: Option<RegistryNumber>,
    /// The type of the document.
    pub document_type_id: DocumentTypeId,
    /// What it is about, the first 200 characters.
    pub subject: String,
    /// Who presented it.
    pub sender_name: String,
    /// The other office: the one that sent, or the one it was sent to.
    pub other_office_id: Option<OfficeId>,
    /// The offices that alone see the document.
    #[serde(default)]
    pub seen_by: SeenBy,
    /// The sequence in the log of the document's last record.
    pub last_seq: u64,
}

/// How much lies in each tray of an office: rows of `inbox_counters`, and its hot view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrayCounters {
    /// Items by tray; an absent tray is empty.
    pub trays: BTreeMap<Tray, i64>,
}

impl TrayCounters {
    /// Items in `tray`.
    pub fn in_tray(&self, tray: Tray) -> i64 {
        self.trays.get(&tray).copied().unwrap_or(0)
    }
}
