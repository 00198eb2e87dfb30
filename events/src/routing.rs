//! Facts about routing rules: which office a document is usually meant for, and by what it is told.

use serde::{Deserialize, Serialize};

use crate::classify::{Channel, DerivationKind, SenderKind};
use crate::directory::Closed;
use crate::macros::stored_events;
use crate::{DocumentTypeId, OfficeId};

stored_events! {
    /// A fact about one routing rule.
    pub enum RoutingRuleEvent {
        /// It says so from now on.
        Set(RoutingRuleSet) = "routing_rule.set" v 1,
        /// It suggests nothing more.
        Retired(Closed) = "routing_rule.retired" v 1,
        /// It suggests again.
        Reinstated(Closed) = "routing_rule.reinstated" v 1,
    }
}

/// By what a document is told: all of what is said must hold. A rule that says nothing is the one
/// for everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "RoutingConditions"))]
pub struct Conditions {
    /// It is of this type.
    #[serde(default)]
    pub document_type_id: Option<DocumentTypeId>,
    /// It is of this category.
    #[serde(default)]
    pub category: Option<String>,
    /// Each of these begins a word of its subject, whatever case and accents.
    #[serde(default)]
    pub words: Vec<String>,
    /// The sender shows a document of this kind.
    #[serde(default)]
    pub sender_kind: Option<SenderKind>,
    /// The number of that document begins so.
    #[serde(default)]
    pub sender_prefix: Option<String>,
    /// It came through this channel.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// It is registered by this office.
    #[serde(default)]
    pub registry_office_id: Option<OfficeId>,
}

/// What is suggested then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "RoutingDestination"))]
pub struct Destination {
    /// The office.
    pub office_id: OfficeId,
    /// As what it gets the document; as the principal, if absent.
    #[serde(default)]
    pub kind: Option<DerivationKind>,
    /// What it is asked to do.
    #[serde(default)]
    pub instructions: Option<String>,
}

/// A routing rule, as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RoutingRuleSet {
    /// Its code, 1 to 20 characters, which never changes.
    pub code: String,
    /// What it goes by.
    pub when: Conditions,
    /// What it suggests.
    pub suggest: Destination,
    /// Its place among rules that say equally much: the smallest first.
    pub order: u32,
}
