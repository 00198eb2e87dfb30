//! Facts about the organisation: offices, document types, users and their keys.

use std::collections::BTreeSet;

use calendar::{OfficeHours, Period, Place};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::classify::Role;
use crate::macros::stored_events;
use crate::{ApiKeyId, DocumentTypeId, OfficeId, Permissions, UserId};

stored_events! {
    /// A fact about one office.
    pub enum OfficeEvent {
        /// It was set up.
        Created(OfficeCreated) = "office.created" v 1,
        /// It got another name or place in the organisation.
        Changed(OfficeChanged) = "office.changed" v 1,
        /// It takes no more documents.
        Closed(Closed) = "office.closed" v 1,
        /// It takes documents again.
        Reopened(Closed) = "office.reopened" v 1,
        /// Where it stands, and when its desk is open, are said anew.
        Situated(OfficeSituated) = "office.situated" v 1,
    }
}

stored_events! {
    /// A fact about one type of document.
    pub enum DocumentTypeEvent {
        /// It was set up.
        Created(DocumentTypeCreated) = "document_type.created" v 1,
        /// It got another name or series.
        Changed(DocumentTypeChanged) = "document_type.changed" v 1,
        /// It is used for no new documents.
        Retired(Closed) = "document_type.retired" v 1,
        /// It is used again.
        Reinstated(Closed) = "document_type.reinstated" v 1,
        /// How long its documents may take is said anew.
        TermSet(TermSet) = "document_type.term_set" v 1,
    }
}

stored_events! {
    /// A fact about one user.
    pub enum UserEvent {
        /// The user was set up.
        Created(UserCreated) = "user.created" v 1,
        /// Name, offices or roles are others now.
        Changed(UserChanged) = "user.changed" v 1,
        /// The user may do nothing more.
        Deactivated(Closed) = "user.deactivated" v 1,
        /// The user may act again.
        Activated(Closed) = "user.activated" v 1,
        /// Single permissions were granted or denied, beside the roles.
        PermissionsChanged(UserPermissionsChanged) = "user.permissions_changed" v 1,
    }
}

stored_events! {
    /// A fact about one API key. Its secret is in no event; its hash is in the key bucket (I18).
    pub enum ApiKeyEvent {
        /// A user got a key.
        Issued(ApiKeyIssued) = "api_key.issued" v 2,
        /// The key opens nothing any more.
        Revoked(Closed) = "api_key.revoked" v 1,
    }
}

/// An office was set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeCreated {
    /// The office.
    pub office: OfficeId,
    /// Its short code, unique, 1 to 20 characters.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The office it belongs to.
    pub parent: Option<OfficeId>,
}

/// An office's description as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeChanged {
    /// Its name.
    pub name: String,
    /// The office it belongs to.
    pub parent: Option<OfficeId>,
}

/// Where an office stands and when its desk is open, from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeSituated {
    /// Its province: whose days off are its own (T1). Only those of the nation, if absent.
    pub place: Option<Place>,
    /// Its hours on business days; the usual ones, if absent.
    pub hours: Option<OfficeHours>,
}

/// How long documents of a type, or of one category of it, may take from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermSet {
    /// The category; the whole type, if absent.
    pub category: Option<String>,
    /// How long; no rule of its own any more, if absent.
    pub period: Option<Period>,
}

/// A document type was set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTypeCreated {
    /// The type.
    pub document_type: DocumentTypeId,
    /// Its short code, unique, 1 to 20 characters.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The code of the series its documents are numbered in.
    pub series: String,
}

/// A document type's description as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTypeChanged {
    /// Its name.
    pub name: String,
    /// The code of the series its documents are numbered in.
    pub series: String,
}

/// A user was set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserCreated {
    /// The user.
    pub user: UserId,
    /// The unique login, 1 to 60 characters.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The offices the user acts for; the first is the usual one.
    pub offices: Vec<OfficeId>,
    /// What the user may do.
    pub roles: BTreeSet<Role>,
}

/// A user's description as it is from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserChanged {
    /// The name shown.
    pub name: String,
    /// The offices the user acts for; the first is the usual one.
    pub offices: Vec<OfficeId>,
    /// What the user may do.
    pub roles: BTreeSet<Role>,
}

/// A user's single permissions as they are from now on, beside those of the roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPermissionsChanged {
    /// What the user may do whatever the roles.
    pub grants: Permissions,
    /// What the user may not do whatever the roles and grants.
    pub denials: Permissions,
}

/// A user got an API key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyIssued {
    /// The key.
    pub key: ApiKeyId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// What it opens of what its user may do; everything, when not said. Since version 2.
    pub scopes: Option<Permissions>,
}

/// Something ended or began again, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Why.
    pub reason: String,
}
