//! What has happened: the facts every other crate speaks about.
//!
//! The ground of the workspace: identifiers, event types, subjects, and the one form in which a
//! record is stored. It holds values and nothing that can fail for reasons of the outside world:
//! no clock, no network, no database.
//!
//! The path of a fact: a typed event ([`DocumentEvent`], [`SeriesEvent`], [`OfficeEvent`] …) is
//! wrapped in an [`Envelope`] (who, when), the envelopes that one command caused form a
//! [`Record`], and [`wire`] turns a record into the bytes of one message and back.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod any;
pub mod attachment;
pub mod classify;
pub mod clock;
pub mod deadline;
pub mod desk;
pub mod directory;
pub mod document;
pub mod envelope;
pub mod fingerprint;
pub mod ids;
pub mod institution;
pub mod legal_date;
mod macros;
pub mod people;
pub mod permission;
pub mod restriction;
pub mod role;
pub mod routing;
#[cfg(feature = "openapi")]
mod schema;
pub mod series;
pub mod subject;
pub mod upcast;
pub mod wire;

pub use any::AnyRecord;
pub use clock::{CalendarEvent, IntakePolicyEvent};
pub use directory::{ApiKeyEvent, DocumentTypeEvent, OfficeEvent, UserEvent};
pub use document::DocumentEvent;
pub use envelope::{ActingFor, Actor, Envelope, Record};
pub use fingerprint::{Fingerprint, Hash};
pub use ids::{
    ApiKeyId, AttachmentId, CommandId, DocumentId, DocumentTypeId, EventId, OfficeId,
    RegistryNumber, RoutingRuleId, SeriesId, SubstitutionId, UserId,
};
pub use institution::InstitutionEvent;
pub use legal_date::{legal_date, legal_time};
pub use people::{RoleEvent, SubstitutionEvent};
pub use permission::{Permission, Permissions};
pub use routing::RoutingRuleEvent;
pub use series::SeriesEvent;
pub use subject::{Aggregate, Namespace};
