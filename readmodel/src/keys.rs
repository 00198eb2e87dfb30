//! Names and forms in Redis. No other file spells one out, but for `{ns}:limit:…`: counts that have
//! nothing to do with what is read (`platform/src/limit/shared.rs`).
//!
//! * `{ns}:hot:position` — up to which sequence the hot views are complete, as a plain number.
//!   Written last. A reader takes it together with a view (one `MGET`): it is the position of that
//!   answer. Missing, or behind what is wanted: the hot views are not to be believed, and nothing
//!   is to be put there.
//! * `{ns}:hot:fence` — which rows they are of. When the views were changed beside the projector, it is
//!   another, and they are begun anew.
//! * `{ns}:hot:document:{id}`, `{ns}:hot:inbox:{office}`, `{ns}:hot:totals` — hot views, each as
//!   [`encode`] writes it: a version, then JSON. An empty body says only that older ones are wrong.
//! * `{ns}:gen:{scope}` — the generation of a scope: it changes when something of the scope does.
//!   Keys of cached lists contain the generations of the scopes they depend on, always that of
//!   [`Scope::All`] among them. A missing one is a generation of its own: it lives longer
//!   ([`GENERATION_TTL`]) than anything cached under it. Missing `all`: nothing is to be cached.
//! * `{ns}:cache:…` — the query side's own.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use events::{DocumentId, Namespace, OfficeId};
use serde::{Deserialize, Serialize};

use events::classify::UnknownWord;

/// How long a hot or cached document lives.
pub const DOCUMENT_TTL: Duration = Duration::from_mins(10);
/// How long the counters of an inbox, and the totals, live.
pub const COUNTERS_TTL: Duration = Duration::from_mins(10);
/// How long a cached list lives.
pub const LIST_TTL: Duration = Duration::from_mins(2);
/// How long cached statistics live.
pub const STATISTICS_TTL: Duration = Duration::from_mins(5);
/// How long cached metrics live.
pub const METRICS_TTL: Duration = Duration::from_mins(10);
/// How long a cached receipt lives.
pub const RECEIPT_TTL: Duration = Duration::from_hours(1);
/// How long a generation lives after its last change; longer than everything that is cached.
pub const GENERATION_TTL: Duration = Duration::from_hours(2);

/// Digits of the version before the body of a hot view; all of it sorts as text.
const VERSION_DIGITS: usize = 20;

/// What a change touches, and what a cached answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// Everything: changes when nothing older is to be believed.
    All,
    /// Any list of documents or derivations.
    Documents,
    /// One document.
    Document(DocumentId),
    /// The inbox of one office.
    Office(OfficeId),
    /// Statistics and totals.
    Statistics,
    /// The series of numbers.
    Series,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Documents => f.write_str("documents"),
            Self::Document(id) => write!(f, "document/{id}"),
            Self::Office(id) => write!(f, "office/{id}"),
            Self::Statistics => f.write_str("statistics"),
            Self::Series => f.write_str("series"),
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Ok(match (text, text.split_once('/')) {
            ("all", _) => Self::All,
            ("documents", _) => Self::Documents,
            ("statistics", _) => Self::Statistics,
            ("series", _) => Self::Series,
            (_, Some(("document", id))) => Self::Document(id.parse().map_err(|_| UnknownWord)?),
            (_, Some(("office", id))) => Self::Office(id.parse().map_err(|_| UnknownWord)?),
            _ => return Err(UnknownWord),
        })
    }
}

impl TryFrom<String> for Scope {
    type Error = UnknownWord;

    fn try_from(text: String) -> Result<Self, UnknownWord> {
        text.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

/// The keys of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    prefix: String,
}

impl Keys {
    /// The keys that begin with `names`.
    pub fn new(names: &Namespace) -> Self {
        Self {
            prefix: names.as_str().to_owned(),
        }
    }

    /// Up to which sequence the hot views are complete.
    pub fn hot_position(&self) -> String {
        format!("{}:hot:position", self.prefix)
    }

    /// Which rows the hot views are of: the fence of the checkpoint.
    pub fn hot_fence(&self) -> String {
        format!("{}:hot:fence", self.prefix)
    }

    /// A document ([`crate::DocumentDetail`]).
    pub fn hot_document(&self, document: DocumentId) -> String {
        format!("{}:hot:document:{document}", self.prefix)
    }

    /// The counters of an inbox ([`crate::TrayCounters`]).
    pub fn hot_inbox(&self, office: OfficeId) -> String {
        format!("{}:hot:inbox:{office}", self.prefix)
    }

    /// How many documents there are: an object from status to number.
    pub fn hot_totals(&self) -> String {
        format!("{}:hot:totals", self.prefix)
    }

    /// The generation of a scope.
    pub fn generation(&self, scope: Scope) -> String {
        format!("{}:gen:{scope}", self.prefix)
    }

    /// An entry of the query side's cache.
    pub fn cache(&self, name: &str) -> String {
        format!("{}:cache:{name}", self.prefix)
    }

    /// Every key of the installation, as a pattern for `SCAN`.
    pub fn pattern(&self) -> String {
        format!("{}:*", self.prefix)
    }

    /// Every hot view, as a pattern for `SCAN`.
    pub fn hot_pattern(&self) -> String {
        format!("{}:hot:*", self.prefix)
    }

    /// Every generation, as a pattern for `SCAN`.
    pub fn generation_pattern(&self) -> String {
        format!("{}:gen:*", self.prefix)
    }

    /// Every hot inbox, as a pattern for `SCAN`.
    pub fn hot_inbox_pattern(&self) -> String {
        format!("{}:hot:inbox:*", self.prefix)
    }

    /// What the keys of hot documents begin with.
    pub fn hot_document_prefix(&self) -> String {
        format!("{}:hot:document:", self.prefix)
    }
}

/// The value of a hot view: its version in 20 digits, then its body.
pub fn encode(version: u64, body: &str) -> String {
    format!("{version:0VERSION_DIGITS$}{body}")
}

/// The version and the body of a hot view; no body when only the version is known.
pub fn decode(value: &str) -> Option<(u64, Option<&str>)> {
    let version = value.get(..VERSION_DIGITS)?.parse().ok()?;
    let body = value.get(VERSION_DIGITS..)?;
    Some((version, (!body.is_empty()).then_some(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_begin_with_the_namespace() {
        let keys = Keys::new(&Namespace::default());
        let office = OfficeId::of_code("MP");
        assert_eq!(keys.hot_totals(), "mesa:hot:totals");
        assert_eq!(
            keys.generation(Scope::Office(office)),
            format!("mesa:gen:office/{office}")
        );
    }

    #[test]
    fn a_scope_reads_back_as_written() {
        for scope in [
            Scope::All,
            Scope::Documents,
            Scope::Document(DocumentId(uuid::Uuid::nil())),
            Scope::Office(OfficeId::of_code("MP")),
            Scope::Statistics,
            Scope::Series,
        ] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert_eq!("office/x".parse::<Scope>(), Err(UnknownWord));
    }

    #[test]
    fn a_hot_value_gives_back_version_and_body() {
        assert_eq!(decode(&encode(7, "{}")), Some((7, Some("{}"))));
        assert_eq!(decode(&encode(u64::MAX, "")), Some((u64::MAX, None)));
        assert_eq!(decode("7{}"), None);
        assert!(encode(9, "") < encode(10, ""), "versions compare as text");
    }
}
