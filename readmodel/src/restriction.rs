//! What rows hold of a restriction: why, and which offices see the document all the same.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::{OfficeId, UserId};
use serde::{Deserialize, Serialize};

/// That only the offices that work on a document see it (articles 15 to 17 of the TUO of Law
/// 27806). The column `restriction` holds it as JSON; `seen_by` has the offices once more, for
/// lists to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Restriction {
    /// Why.
    pub reason: String,
    /// Since when.
    pub restricted_at: DateTime<Utc>,
    /// Who said so.
    pub restricted_by: UserId,
    /// The offices that see it.
    #[serde(default)]
    pub seen_by: BTreeSet<OfficeId>,
}

/// The offices that alone see a document; null when everybody who reads documents does.
pub type SeenBy = Option<BTreeSet<OfficeId>>;

/// Offices as the text of an array of uuids.
pub fn seen_by_text(offices: Option<&BTreeSet<OfficeId>>) -> Option<String> {
    let ids = offices?.iter().map(|office| office.0.to_string());
    Some(format!("{{{}}}", ids.collect::<Vec<_>>().join(",")))
}

/// A restriction as its column holds it.
pub fn restriction_text(restriction: Option<&Restriction>) -> Option<String> {
    restriction.and_then(|restriction| serde_json::to_string(restriction).ok())
}

/// The restriction that the columns `restriction` and `seen_by` hold.
///
/// # Errors
///
/// The text is not what [`restriction_text`] writes.
pub fn restriction_of(
    text: Option<&str>,
    seen_by: SeenBy,
) -> serde_json::Result<Option<Restriction>> {
    let found: Option<Restriction> = text.map(serde_json::from_str).transpose()?;
    Ok(found.map(|restriction| Restriction {
        seen_by: seen_by.unwrap_or_default(),
        ..restriction
    }))
}
