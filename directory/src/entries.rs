//! The things a directory holds.

use calendar::{OfficeHours, Period};
use chrono::{DateTime, NaiveDate, Utc};
use events::classify::Role;
use events::people::Place;
use events::{ApiKeyId, DocumentTypeId, OfficeId, Permissions, SubstitutionId, UserId};
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
    /// The province it stands in, if that was said.
    pub place: Option<calendar::Place>,
    /// The hours of its desk, if they are not the usual ones.
    pub hours: Option<OfficeHours>,
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
    /// How long its documents may take, by category; the one for the whole type first.
    pub terms: Vec<TypeTerm>,
}

/// How long documents of a type may take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct TypeTerm {
    /// For this category only; for the whole type, if absent.
    pub category: Option<String>,
    /// How long.
    pub period: Period,
}

impl DocumentType {
    /// Says anew how long documents of `category` may take.
    pub(crate) fn set_term(&mut self, category: Option<&str>, period: Option<Period>) {
        self.terms
            .retain(|term| term.category.as_deref() != category);
        self.terms.extend(period.map(|period| TypeTerm {
            category: category.map(str::to_owned),
            period,
        }));
        self.terms.sort_by(|a, b| a.category.cmp(&b.category));
    }

    /// The term said for exactly this category, or for the whole type.
    pub fn term(&self, category: Option<&str>) -> Option<Period> {
        let mut terms = self.terms.iter();
        terms
            .find(|term| term.category.as_deref() == category)
            .map(|term| term.period)
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
    /// What it opens of what its user may do; everything, when not said.
    pub scopes: Option<Permissions>,
    /// Whether it opens nothing any more.
    pub revoked: bool,
}

impl ApiKey {
    /// Whether the key opens anything at `now`.
    pub fn is_valid_at(&self, now: DateTime<Utc>) -> bool {
        !self.revoked && self.expires_at.is_none_or(|end| now < end)
    }
}

/// A role: built in, or the institution's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleEntry {
    /// Its code.
    pub code: Role,
    /// The name shown.
    pub name: String,
    /// What it permits.
    pub permissions: Permissions,
    /// Whether it permits anything now.
    pub active: bool,
}

/// A substitution (*encargatura*): somebody acts in somebody's place for some days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Substitution {
    /// Its id.
    pub id: SubstitutionId,
    /// Who acts.
    pub substitute: UserId,
    /// In whose place.
    pub place: Place,
    /// The first day, a legal date.
    pub from_on: NaiveDate,
    /// The last day, a legal date.
    pub until_on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Whether it ended before its last day.
    pub ended: bool,
}

impl Substitution {
    /// Whether it lasts on the legal date `today`. It ends by itself: nobody has to do anything.
    pub fn lasts_on(&self, today: NaiveDate) -> bool {
        !self.ended && (self.from_on..=self.until_on).contains(&today)
    }
}
