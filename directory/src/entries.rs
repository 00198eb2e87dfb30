//! The things a directory holds.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::classify::Role;
use events::{ApiKeyId, DocumentTypeId, OfficeId, UserId};
use serde::Serialize;

/// An office that documents can be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Office {
    /// Its id.
    pub id: OfficeId,
    /// Its unique short code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The office it belongs to.
    pub parent: Option<OfficeId>,
    /// Whether it takes documents.
    pub active: bool,
}

/// A type of document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentType {
    /// Its id.
    pub id: DocumentTypeId,
    /// Its unique short code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The code of the series its documents are numbered in.
    pub series: String,
    /// Whether new documents may have it.
    pub active: bool,
}

/// A person or program that acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The unique login.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The offices the user acts for; the first is the usual one.
    pub offices: Vec<OfficeId>,
    /// What the user may do.
    pub roles: BTreeSet<Role>,
    /// Whether the user may act at all.
    pub active: bool,
}

impl User {
    /// Mesa itself: set-up and imports. It belongs to no office and to every one.
    pub fn system() -> Self {
        Self {
            id: UserId::system(),
            login: "system".to_owned(),
            name: "Mesa".to_owned(),
            offices: Vec::new(),
            roles: Role::ALL.iter().copied().collect(),
            active: true,
        }
    }

    /// Whether this is Mesa itself.
    pub fn is_system(&self) -> bool {
        self.id == UserId::system()
    }

    /// Whether the user may act in the name of `office` (I10).
    pub fn belongs_to(&self, office: OfficeId) -> bool {
        self.is_system() || self.offices.contains(&office)
    }

    /// Whether the user has `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A key that lets a program act for a user. Its secret is nowhere in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiKey {
    /// Its public half.
    pub id: ApiKeyId,
    /// Whose it is.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether it opens nothing any more.
    pub revoked: bool,
}

impl ApiKey {
    /// Whether the key opens anything at `now`.
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.expires_at.is_none_or(|end| now < end)
    }
}
