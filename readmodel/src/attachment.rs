//! The files of a document, as they are listed.

use chrono::{DateTime, Utc};
use events::classify::AttachmentKind;
use events::{AttachmentId, DocumentId, Hash, UserId};
use serde::{Deserialize, Serialize};

/// A row of `attachments`: one file of a document. Its bytes lie in the object store, under
/// [`sha256`](Self::sha256).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct AttachmentRow {
    /// The document.
    pub document_id: DocumentId,
    /// Its place among the files of the document, from 1.
    pub ordinal: u32,
    /// Its id.
    pub id: AttachmentId,
    /// The name it came with.
    pub file_name: String,
    /// What it is, read from its first bytes.
    pub media_type: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Hash,
    /// What it is to the document.
    pub kind: AttachmentKind,
    /// What it shows.
    pub description: Option<String>,
    /// The first sheet of the document that it is.
    pub folios_from: Option<u32>,
    /// The last sheet of the document that it is.
    pub folios_to: Option<u32>,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// Who added it.
    pub added_by: UserId,
    /// When it was withdrawn (A1).
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Who withdrew it.
    pub withdrawn_by: Option<UserId>,
    /// Why it was withdrawn.
    pub withdrawn_reason: Option<String>,
    /// The sequence in the log of the last record that changed it.
    pub last_seq: u64,
}
