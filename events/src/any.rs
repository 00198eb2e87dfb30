//! A record of any aggregate, read by its subject.

use crate::classify::{Channel, Role};
use crate::wire::{DecodeError, decode};
use crate::{
    Aggregate, ApiKeyEvent, ApiKeyId, CalendarEvent, DocumentEvent, DocumentId, DocumentTypeEvent,
    DocumentTypeId, InstitutionEvent, IntakePolicyEvent, Namespace, OfficeEvent, OfficeId, Record,
    RoleEvent, RoutingRuleEvent, RoutingRuleId, SeriesEvent, SeriesId, SubstitutionEvent,
    SubstitutionId, UserEvent, UserId,
};

/// A record, and the aggregate whose history it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyRecord {
    /// Of a document.
    Document(DocumentId, Record<DocumentEvent>),
    /// Of a series.
    Series(SeriesId, Record<SeriesEvent>),
    /// Of an office.
    Office(OfficeId, Record<OfficeEvent>),
    /// Of a document type.
    DocumentType(DocumentTypeId, Record<DocumentTypeEvent>),
    /// Of a user.
    User(UserId, Record<UserEvent>),
    /// Of an API key.
    ApiKey(ApiKeyId, Record<ApiKeyEvent>),
    /// Of a role.
    Role(Role, Record<RoleEvent>),
    /// Of a substitution.
    Substitution(SubstitutionId, Record<SubstitutionEvent>),
    /// Of the calendar.
    Calendar(Record<CalendarEvent>),
    /// Of how a channel takes documents in.
    IntakePolicy(Channel, Record<IntakePolicyEvent>),
    /// Of the institution.
    Institution(Record<InstitutionEvent>),
    /// Of a routing rule.
    RoutingRule(RoutingRuleId, Record<RoutingRuleEvent>),
}

impl AnyRecord {
    /// Reads the message `bytes` that stands on `subject`.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] when the subject or the bytes are not known to this program.
    pub fn decode(names: &Namespace, subject: &str, bytes: &[u8]) -> Result<Self, DecodeError> {
        let aggregate = names
            .aggregate(subject)
            .ok_or_else(|| DecodeError::UnknownSubject(subject.to_owned()))?;
        Ok(match aggregate {
            Aggregate::Document(id) => Self::Document(id, decode(bytes)?),
            Aggregate::Series(id) => Self::Series(id, decode(bytes)?),
            Aggregate::Office(id) => Self::Office(id, decode(bytes)?),
            Aggregate::DocumentType(id) => Self::DocumentType(id, decode(bytes)?),
            Aggregate::User(id) => Self::User(id, decode(bytes)?),
            Aggregate::ApiKey(id) => Self::ApiKey(id, decode(bytes)?),
            Aggregate::Role(code) => Self::Role(code, decode(bytes)?),
            Aggregate::Substitution(id) => Self::Substitution(id, decode(bytes)?),
            Aggregate::Calendar => Self::Calendar(decode(bytes)?),
            Aggregate::IntakePolicy(channel) => Self::IntakePolicy(channel, decode(bytes)?),
            Aggregate::Institution => Self::Institution(decode(bytes)?),
            Aggregate::RoutingRule(id) => Self::RoutingRule(id, decode(bytes)?),
        })
    }
}
