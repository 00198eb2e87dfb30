//! Names in NATS: streams, subjects, buckets. No other file spells one out.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::classify::{Channel, Role};
use crate::{
    ApiKeyId, DocumentId, DocumentTypeId, OfficeId, RoutingRuleId, SeriesId, SubstitutionId, UserId,
};

/// What all names of one installation begin with, `mesa` by default; tests take their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namespace(String);

/// A text that cannot be a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "a namespace is 1 to 32 lower-case letters, digits or underscores and begins with a letter"
)]
pub struct BadNamespace;

impl FromStr for Namespace {
    type Err = BadNamespace;

    fn from_str(text: &str) -> Result<Self, BadNamespace> {
        let fits = (1..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadNamespace)
        }
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self("mesa".to_owned())
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Namespace {
    /// The text itself, `mesa`; also the first part of Redis keys.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The stream of documents and series, `MESA_LOG`.
    pub fn log_stream(&self) -> String {
        format!("{}_LOG", self.0.to_ascii_uppercase())
    }

    /// The stream of the organisation, `MESA_DIRECTORY`.
    pub fn directory_stream(&self) -> String {
        format!("{}_DIRECTORY", self.0.to_ascii_uppercase())
    }

    /// The key-value bucket of API key hashes, `MESA_KEYS`.
    pub fn key_bucket(&self) -> String {
        format!("{}_KEYS", self.0.to_ascii_uppercase())
    }

    /// The key-value bucket of password hashes, signing keys and refresh tokens, `MESA_SECRETS`:
    /// read and written by the command side alone.
    pub fn secret_bucket(&self) -> String {
        format!("{}_SECRETS", self.0.to_ascii_uppercase())
    }

    /// All subjects of the log stream, `mesa.log.>`.
    pub fn log_subjects(&self) -> String {
        format!("{}.log.>", self.0)
    }

    /// All subjects of the directory stream, `mesa.directory.>`.
    pub fn directory_subjects(&self) -> String {
        format!("{}.directory.>", self.0)
    }

    /// The core subject of the projector's notices, `mesa.notice`.
    pub fn notice_subject(&self) -> String {
        format!("{}.notice", self.0)
    }

    /// The one literal subject of `aggregate`.
    pub fn subject(&self, aggregate: &Aggregate) -> String {
        format!("{}.{aggregate}", self.0)
    }

    /// The aggregate whose subject this is.
    pub fn aggregate(&self, subject: &str) -> Option<Aggregate> {
        subject
            .strip_prefix(self.0.as_str())?
            .strip_prefix('.')?
            .parse()
            .ok()
    }
}

/// One consistency boundary: one history, one subject. Written `log.document.<id>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aggregate {
    /// A document.
    Document(DocumentId),
    /// A series of numbers.
    Series(SeriesId),
    /// An office.
    Office(OfficeId),
    /// A document type.
    DocumentType(DocumentTypeId),
    /// A user.
    User(UserId),
    /// An API key.
    ApiKey(ApiKeyId),
    /// A role.
    Role(Role),
    /// A substitution.
    Substitution(SubstitutionId),
    /// The calendar, of which there is one.
    Calendar,
    /// How a channel takes documents in.
    IntakePolicy(Channel),
    /// The institution, of which there is one.
    Institution,
    /// A routing rule.
    RoutingRule(RoutingRuleId),
}

/// A text that names no aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the subject names no known aggregate")]
pub struct UnknownAggregate;

impl Aggregate {
    /// Whether its history is in the log stream; else it is in the directory stream.
    pub const fn is_in_log(&self) -> bool {
        match self {
            Self::Document(_) | Self::Series(_) => true,
            Self::Office(_)
            | Self::DocumentType(_)
            | Self::User(_)
            | Self::ApiKey(_)
            | Self::Role(_)
            | Self::Substitution(_)
            | Self::Calendar
            | Self::IntakePolicy(_)
            | Self::Institution
            | Self::RoutingRule(_) => false,
        }
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(id) => write!(f, "log.document.{id}"),
            Self::Series(id) => write!(f, "log.series.{id}"),
            Self::Office(id) => write!(f, "directory.office.{id}"),
            Self::DocumentType(id) => write!(f, "directory.document_type.{id}"),
            Self::User(id) => write!(f, "directory.user.{id}"),
            Self::ApiKey(id) => write!(f, "directory.api_key.{id}"),
            Self::Role(code) => write!(f, "directory.role.{code}"),
            Self::Substitution(id) => write!(f, "directory.substitution.{id}"),
            Self::Calendar => f.write_str("directory.calendar.days"),
            Self::IntakePolicy(channel) => write!(f, "directory.intake_policy.{channel}"),
            Self::Institution => f.write_str("directory.institution.self"),
            Self::RoutingRule(id) => write!(f, "directory.routing_rule.{id}"),
        }
    }
}

impl FromStr for Aggregate {
    type Err = UnknownAggregate;

    fn from_str(text: &str) -> Result<Self, UnknownAggregate> {
        let (kind, id) = text.rsplit_once('.').ok_or(UnknownAggregate)?;
        let uuid = || id.parse::<uuid::Uuid>().map_err(|_| UnknownAggregate);
        Ok(match kind {
            "log.document" => Self::Document(DocumentId(uuid()?)),
            "log.series" => Self::Series(id.parse().map_err(|_| UnknownAggregate)?),
            "directory.office" => Self::Office(OfficeId(uuid()?)),
            "directory.document_type" => Self::DocumentType(DocumentTypeId(uuid()?)),
            "directory.user" => Self::User(UserId(uuid()?)),
            "directory.api_key" => Self::ApiKey(ApiKeyId(uuid()?)),
            "directory.role" => Self::Role(id.parse().map_err(|_| UnknownAggregate)?),
            "directory.substitution" => Self::Substitution(SubstitutionId(uuid()?)),
            "directory.calendar" if id == "days" => Self::Calendar,
            "directory.intake_policy" => {
                Self::IntakePolicy(id.parse().map_err(|_| UnknownAggregate)?)
            }
            "directory.institution" if id == "self" => Self::Institution,
            "directory.routing_rule" => Self::RoutingRule(RoutingRuleId(uuid()?)),
            _ => return Err(UnknownAggregate),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_leads_back_to_its_aggregate() {
        let names = Namespace::default();
        for aggregate in [
            Aggregate::Document(DocumentId(uuid::Uuid::nil())),
            Aggregate::Series("EXP-2026".parse().unwrap()),
            Aggregate::Office(OfficeId::of_code("MP")),
            Aggregate::DocumentType(DocumentTypeId::of_code("SOL")),
            Aggregate::User(UserId::of_login("ana")),
            Aggregate::ApiKey(ApiKeyId(uuid::Uuid::nil())),
            Aggregate::Role(Role::HEAD),
            Aggregate::Substitution(SubstitutionId(uuid::Uuid::nil())),
            Aggregate::Calendar,
            Aggregate::IntakePolicy(Channel::Web),
            Aggregate::Institution,
            Aggregate::RoutingRule(RoutingRuleId::of_code("LIC")),
        ] {
            let subject = names.subject(&aggregate);
            assert_eq!(names.aggregate(&subject), Some(aggregate), "{subject}");
        }
        assert_eq!(names.aggregate("other.log.series.EXP-2026"), None);
    }

    #[test]
    fn names_are_as_documented() {
        let names = Namespace::default();
        assert_eq!(names.log_stream(), "MESA_LOG");
        assert_eq!(names.log_subjects(), "mesa.log.>");
        let series = Aggregate::Series("EXP-2026".parse().unwrap());
        assert_eq!(names.subject(&series), "mesa.log.series.EXP-2026");
    }
}
