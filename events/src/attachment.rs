//! Facts about the files of a document. Their bytes lie in the object store, named by their hash.
//!
//! The names below are the storage format. Add fields in a new version; never rename one.

use serde::{Deserialize, Serialize};

use crate::classify::AttachmentKind;
use crate::{AttachmentId, Hash};

/// A file was added to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAttached {
    /// The file.
    pub attachment: AttachmentId,
    /// The name it came with, 1 to 255 characters; shown, never a path.
    pub file_name: String,
    /// What it is, read from its first bytes and not from its name: `application/pdf`.
    pub media_type: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Hash,
    /// What it is to the document.
    pub kind: AttachmentKind,
    /// What it shows, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The sheets of the document that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folios: Option<Folios>,
}

/// Some sheets of a document, first and last, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folios {
    /// The first.
    pub from: u32,
    /// The last.
    pub to: u32,
}

/// A file does not belong to its document any more (A1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentWithdrawn {
    /// The file.
    pub attachment: AttachmentId,
    /// Why.
    pub reason: String,
}
