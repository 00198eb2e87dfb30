//! Identifiers: one type for each thing that has a name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// The `UUIDv5` namespace under which Mesa derives identifiers. Never changes.
const ROOT: Uuid = Uuid::from_u128(0x6d65_7361_2d64_452d_7061_7274_6573_2d31);

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(
    /// Names one document for ever.
    DocumentId
);
id!(
    /// Names one office of the institution; derived from its code, so that a code is unique.
    OfficeId
);
id!(
    /// Names one person or program that acts; derived from its login.
    UserId
);
id!(
    /// Names one type of document; derived from its code.
    DocumentTypeId
);
id!(
    /// Names one API key. It is the public half of the key.
    ApiKeyId
);
id!(
    /// Names one file of a document; derived from the command that attached it.
    AttachmentId
);
id!(
    /// Names one substitution: somebody acts for somebody for some days.
    SubstitutionId
);
id!(
    /// Names one routing rule; derived from its code.
    RoutingRuleId
);
id!(
    /// Names one command: the unit of idempotency (I15).
    CommandId
);
id!(
    /// Names one event; derived from its command, its aggregate and its place among the events
    /// the command caused.
    EventId
);

fn derived(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&ROOT, parts.join("\u{0}").as_bytes())
}

impl CommandId {
    /// The command that `user` names by `key` within `scope` (an aggregate, or a collection).
    ///
    /// The same three always give the same command; another user, or another scope, never does.
    pub fn derive(user: UserId, scope: &str, key: &str) -> Self {
        Self(derived(&["command", &user.to_string(), scope, key]))
    }
}

impl DocumentId {
    /// The document that `command` registers, so that a repeated registration finds itself.
    pub fn registered_by(command: CommandId) -> Self {
        Self(derived(&["document", &command.to_string()]))
    }
}

impl AttachmentId {
    /// The file that `command` attaches, so that a repeated upload finds itself.
    pub fn attached_by(command: CommandId) -> Self {
        Self(derived(&["attachment", &command.to_string()]))
    }
}

impl SubstitutionId {
    /// The substitution that `command` sets up.
    pub const fn set_up_by(command: CommandId) -> Self {
        Self(command.0)
    }
}

impl OfficeId {
    /// The office with this code.
    pub fn of_code(code: &str) -> Self {
        Self(derived(&["office", code]))
    }
}

impl UserId {
    /// The user with this login.
    pub fn of_login(login: &str) -> Self {
        Self(derived(&["user", login]))
    }

    /// Mesa itself, acting without a person: first set-up, imports.
    pub fn system() -> Self {
        Self(derived(&["system"]))
    }
}

impl DocumentTypeId {
    /// The document type with this code.
    pub fn of_code(code: &str) -> Self {
        Self(derived(&["document-type", code]))
    }
}

impl RoutingRuleId {
    /// The routing rule with this code.
    pub fn of_code(code: &str) -> Self {
        Self(derived(&["routing-rule", code]))
    }
}

impl EventId {
    /// The `index`-th event that `command` caused on the aggregate with this key.
    pub fn derive(command: CommandId, aggregate: &str, index: usize) -> Self {
        Self(derived(&[
            "event",
            &command.to_string(),
            aggregate,
            &index.to_string(),
        ]))
    }
}

/// One numbering: a code and a year of `America/Lima`. Written `EXP-2026`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SeriesId {
    code: String,
    year: i32,
}

/// Why a text is not a series or a registry number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NumberError {
    /// The code is not 1 to 12 capital letters or digits, beginning with a letter.
    #[error("a series code is 1 to 12 capital letters or digits and begins with a letter")]
    Code,
    /// The year is not four digits.
    #[error("the year is not four digits")]
    Year,
    /// The value is not a positive number of six or more digits.
    #[error("the value is not a positive number of at least six digits")]
    Value,
}

impl SeriesId {
    /// The series `code` of `year`.
    ///
    /// # Errors
    ///
    /// [`NumberError`] when the code or the year is not well formed.
    pub fn new(code: &str, year: i32) -> Result<Self, NumberError> {
        let letters = code.starts_with(|c: char| c.is_ascii_uppercase())
            && code.len() <= 12
            && code
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !letters {
            return Err(NumberError::Code);
        }
        if !(1000..=9999).contains(&year) {
            return Err(NumberError::Year);
        }
        Ok(Self {
            code: code.to_owned(),
            year,
        })
    }

    /// Its code, `EXP`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Its year.
    pub const fn year(&self) -> i32 {
        self.year
    }
}

impl fmt::Display for SeriesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.code, self.year)
    }
}

impl FromStr for SeriesId {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (code, year) = text.rsplit_once('-').ok_or(NumberError::Year)?;
        if year.len() != 4 {
            return Err(NumberError::Year);
        }
        Self::new(code, year.parse().map_err(|_| NumberError::Year)?)
    }
}

/// A registry number, `EXP-2026-000123`: the place of a document in its series (R2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistryNumber {
    /// The series it belongs to.
    pub series: SeriesId,
    /// Its place, from 1.
    pub value: u64,
}

impl fmt::Display for RegistryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06}", self.series, self.value)
    }
}

impl FromStr for RegistryNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let (series, value) = text.rsplit_once('-').ok_or(NumberError::Value)?;
        if value.len() < 6 || !value.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Value);
        }
        let value = value.parse().map_err(|_| NumberError::Value)?;
        if value == 0 {
            return Err(NumberError::Value);
        }
        Ok(Self {
            series: series.parse()?,
            value,
        })
    }
}

macro_rules! as_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = NumberError;

            fn try_from(text: String) -> Result<Self, NumberError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}
as_text!(SeriesId);
as_text!(RegistryNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_number_reads_back_as_written() {
        let number: RegistryNumber = "EXP-2026-000123".parse().unwrap();
        assert_eq!(number.series.code(), "EXP");
        assert_eq!(number.value, 123);
        assert_eq!(number.to_string(), "EXP-2026-000123");
        let large: RegistryNumber = "EXP-2026-1234567".parse().unwrap();
        assert_eq!(large.to_string(), "EXP-2026-1234567");
    }

    #[test]
    fn a_malformed_number_is_refused() {
        for text in [
            "",
            "EXP-2026-0",
            "EXP-2026-000000",
            "exp-2026-000001",
            "EXP-26-000001",
        ] {
            assert!(text.parse::<RegistryNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_key_of_another_user_is_another_command() {
        let one = CommandId::derive(UserId::of_login("ana"), "documents", "k");
        assert_eq!(
            one,
            CommandId::derive(UserId::of_login("ana"), "documents", "k")
        );
        assert_ne!(
            one,
            CommandId::derive(UserId::of_login("eva"), "documents", "k")
        );
        assert_ne!(
            one,
            CommandId::derive(UserId::of_login("ana"), "other", "k")
        );
    }
}
