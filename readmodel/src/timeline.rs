//! The `timeline` view: the *hoja de ruta* of a document, step by step.

use chrono::{DateTime, Utc};
use events::{DocumentId, OfficeId, UserId};
use serde::{Deserialize, Serialize};

/// A row of `timeline`: one step. An event that sends to several offices has a row for each.
///
/// Ordered by `event_number`, then `ordinal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct TimelineRow {
    /// The document.
    pub document_id: DocumentId,
    /// The place of the event in the document's history, from 1.
    pub event_number: u64,
    /// The derivation it is about; 0 when it is about the document.
    pub ordinal: u32,
    /// The sequence in the log of its record.
    pub seq: u64,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The stored name of the event, such as `derivation.received`.
    pub event: String,
    /// The office it left, or where it happened.
    pub from_office_id: Option<OfficeId>,
    /// The office it went to.
    pub to_office_id: Option<OfficeId>,
    /// Who acted.
    pub by_user_id: UserId,
    /// For which office.
    pub by_office_id: Option<OfficeId>,
    /// Instructions, reason or remark, as the event has it.
    pub note: Option<String>,
    /// How many sheets the document had.
    pub folios: u32,
}
