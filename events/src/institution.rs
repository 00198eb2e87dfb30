//! Facts about the institution itself: how it is called, and where the public finds it.

use serde::{Deserialize, Serialize};

use crate::macros::stored_events;

stored_events! {
    /// A fact about the institution, of which there is one.
    pub enum InstitutionEvent {
        /// It is described anew.
        Set(InstitutionSet) = "institution.set" v 1,
    }
}

/// How the institution is described.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Profile {
    /// Its name, 1 to 200 characters: it stands on receipts.
    pub name: String,
    /// Its acronym, 1 to 20 characters.
    #[serde(default)]
    pub acronym: Option<String>,
    /// Its RUC, eleven digits.
    #[serde(default)]
    pub ruc: Option<String>,
    /// Where it is, 1 to 200 characters.
    #[serde(default)]
    pub address: Option<String>,
    /// Where the public reaches this installation, as `https://mesa.example.pe`.
    #[serde(default)]
    pub public_url: Option<String>,
    /// Lines at the foot of receipts, three at most, each of 1 to 120 characters.
    #[serde(default)]
    pub receipt_lines: Vec<String>,
}

/// The institution, as it is described from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionSet {
    /// The description.
    pub profile: Profile,
    /// Why.
    pub reason: String,
}
