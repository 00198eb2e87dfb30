//! The organisation: offices, document types, users and their keys.
//!
//! Codes and logins are unique because ids are derived from them: creating one twice meets the
//! history of the first.

mod api_key;
mod document_type;
mod office;
mod refusal;
mod user;

pub use api_key::{ApiKey, ApiKeyCommand};
pub use document_type::{DocumentType, DocumentTypeCommand};
pub use office::{Office, OfficeCommand};
pub use refusal::DirectoryRefusal;
pub use user::{User, UserCommand};

use events::directory::Closed;

use crate::refusal::Faults;

fn refuse_empty_reason(reason: &str) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 1, 1000);
    faults.found(DirectoryRefusal::Invalid)
}

fn closed(reason: &str) -> Closed {
    Closed {
        reason: reason.to_owned(),
    }
}

fn check_code(faults: &mut Faults, code: &str) {
    faults.text("/code", code, 1, 20);
    let blank = code.contains(char::is_whitespace);
    faults.check(!blank, "/code", "blank", "contains blanks");
}

#[cfg(test)]
mod tests;
