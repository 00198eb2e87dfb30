//! What a receipt says (R3): date, hour, place, folios and attachments, and who stands for it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Everything that stands on a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The institution's name.
    pub institution: String,
    /// Its RUC, eleven digits.
    pub ruc: Option<String>,
    /// Where it is.
    pub address: Option<String>,
    /// What the institution has written at the foot of its receipts.
    pub lines: Vec<String>,
    /// The office that received the document, by name: where it was.
    pub place: String,
    /// The facts that are sealed.
    pub facts: Facts,
    /// The name of the document's type.
    pub document_type: String,
    /// Who registered it, by name.
    pub registrar: String,
    /// By when it must be attended, where that is known.
    pub due_on: Option<NaiveDate>,
    /// The 128-bit token of the public page, 32 hex digits (P1).
    pub tracking_token: String,
    /// Where receipts are checked, without a fragment: `https://mesa.example.pe/verificar`.
    pub verify_at: Option<String>,
}

/// What the seal covers: a change of any of it makes another receipt.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Facts {
    /// The registry number.
    pub number: String,
    /// When it was handed in.
    pub presented_at: DateTime<Utc>,
    /// The legal date of presentation (R5).
    pub filed_on: NaiveDate,
    /// The sender's name.
    pub sender: String,
    /// The sender's identity, as `DNI 12345678`.
    pub identity: Option<String>,
    /// What it is about.
    pub subject: String,
    /// How many sheets.
    pub folios: u32,
    /// The files that belong to it, in the order they were added.
    pub attachments: Vec<Attachment>,
}

/// A file, as the receipt names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Attachment {
    /// The name it came with.
    pub file_name: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes, 64 hex digits.
    pub sha256: String,
}

impl Facts {
    /// The SHA-256 of the facts in their one written form: JSON in the order of the fields.
    pub fn digest(&self) -> [u8; 32] {
        // Texts, numbers and dates always have a JSON form.
        let written = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(written).into()
    }
}
