//! What rows of `documents` hold of the desk: observations, links, numbers that are not there yet.

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::LinkKind;
use events::desk::ObservedItem;
use events::{DocumentId, RegistryNumber, UserId};
use serde::{Deserialize, Serialize};

/// One observation of the desk, and what came of it (O1, O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Observation {
    /// What was to be corrected.
    pub items: Vec<ObservedItem>,
    /// When it was observed.
    pub observed_at: DateTime<Utc>,
    /// Who observed it.
    pub observed_by: UserId,
    /// The last day to correct it.
    pub correct_by_on: NaiveDate,
    /// When it was corrected.
    pub corrected_at: Option<DateTime<Utc>>,
    /// Who said what was corrected.
    pub corrected_by: Option<UserId>,
    /// The names of the items that were corrected.
    pub corrected_items: Vec<String>,
    /// What was said to it.
    pub note: Option<String>,
}

/// What one document is to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Link {
    /// The other one.
    pub document_id: DocumentId,
    /// What this one is to it.
    pub kind: LinkKind,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// Who said so.
    pub linked_by: UserId,
}

/// A registry number as it is stored: one that is not there yet is empty, and sorts before all.
pub fn number_text(number: Option<&RegistryNumber>) -> String {
    number.map_or_else(String::new, ToString::to_string)
}

/// The list that a column holds as JSON; null when it is empty.
///
/// # Errors
///
/// The text is not what [`list_text`] writes.
pub fn list_of<T: for<'de> Deserialize<'de>>(text: Option<&str>) -> serde_json::Result<Vec<T>> {
    text.map_or_else(|| Ok(Vec::new()), serde_json::from_str)
}

/// A list as a column holds it.
pub fn list_text<T: Serialize>(list: &[T]) -> Option<String> {
    let text = (!list.is_empty()).then(|| serde_json::to_string(list))?;
    text.ok()
}
