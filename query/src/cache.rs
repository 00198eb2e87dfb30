//! Answers that are kept: in this process, then in Redis, then read from the database.
//!
//! * **This process** (L1) keeps an answer under the counters of its scopes
//!   ([`Freshness`]), while it is live. Those who ask for the same at the same moment wait for one
//!   reading.
//! * **Redis** (L2) is believed when its own position has reached what this process knows. A
//!   document is the projector's hot view; a list is kept under the generations of its scopes.
//!   Without Redis everything is read from the database: slower, never wrong.
//! * **The last answer** to each question is kept apart, and given, marked stale, when the
//!   database is away and nothing better is left.
//!
//! Every answer has a position that its data is sure to include: for a reading the position known
//! before it began; for what is kept, the one up to which it is known not to have changed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::HeaderValue;
use events::{DocumentId, Fingerprint};
use moka::Expiry;
use moka::future::Cache as Kept;
use moka::policy::EvictionPolicy;
use platform::http::etag;
use readmodel::Scope;
use readmodel::keys::{DOCUMENT_TTL, LIST_TTL, STATISTICS_TTL};
use serde::Deserialize;

use crate::freshness::Freshness;
use crate::hot::{Hot, Looked, Slot};
use crate::seen::{self, Seen};
use crate::source::{Source, told};
use crate::store::{Store, StoreError};

/// How long the last answer to a question is kept for when the database is away.
const LAST_TTL: Duration = Duration::from_hours(1);

/// How long a reading is shared after its end while nothing may be kept: not at all, nearly.
const FLIGHT_TTL: Duration = Duration::from_millis(1);

/// Bytes an answer costs beside its body.
const OVERHEAD: usize = 400;

/// What kind of answer it is: where it is kept in Redis, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A document, whose hot view the projector writes too.
    Document(DocumentId),
    /// The steps of a document, shown to whom it is.
    Timeline,
    /// A list, or anything else about documents.
    List,
    /// Sums of cells.
    Statistics,
}

impl Kind {
    pub(crate) const fn ttl(self) -> Duration {
        match self {
            Self::Document(_) => DOCUMENT_TTL,
            Self::List | Self::Timeline => LIST_TTL,
            Self::Statistics => STATISTICS_TTL,
        }
    }
}

/// A question: what tells it from all others, and what its answer depends on.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
}

/// An answer that is kept. Without a body, what was asked for is not there.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) body: Option<Bytes>,
    pub(crate) tag: HeaderValue,
    pub(crate) position: u64,
    pub(crate) seen: Arc<Seen>,
    ttl: Duration,
}

impl Entry {
    pub(crate) fn new(kind: Kind, body: Option<Bytes>, position: u64) -> Self {
        let tag = tag(kind, body.as_deref().unwrap_or_default());
        let seen = seen::shared(kind, body.as_ref());
        Self {
            body,
            tag,
            position,
            seen,
            ttl: kind.ttl(),
        }
    }
}

/// An answer, and what may be said about it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) body: Option<Bytes>,
    pub(crate) tag: HeaderValue,
    /// The sequence its data is sure to include.
    pub(crate) position: u64,
    /// Whether it is older than asked for, or could not be checked.
    pub(crate) stale: bool,
    /// To whom it is shown.
    pub(crate) seen: Arc<Seen>,
    /// Whether it is all that its tag stands for.
    pub(crate) is_whole: bool,
}

impl Answer {
    fn of(entry: &Entry, position: u64, stale: bool) -> Self {
        Self {
            body: entry.body.clone(),
            tag: entry.tag.clone(),
            position,
            stale,
            seen: Arc::clone(&entry.seen),
            is_whole: true,
        }
    }
}

/// The kept answers.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    kept: Kept<(String, u64), Arc<Entry>>,
    flights: Kept<String, Arc<Entry>>,
    last: Kept<String, Arc<Entry>>,
    hot: Hot,
    freshness: Arc<Freshness>,
    store: Store,
}

impl Cache {
    /// Keeps up to `mebibytes` of answers, and half as much again for when the database is away.
    pub(crate) fn new(mebibytes: u64, hot: Hot, freshness: Arc<Freshness>, store: Store) -> Self {
        let room = mebibytes * 1024 * 1024;
        let kept = Kept::builder()
            .max_capacity(room)
            .weigher(|key: &(String, u64), entry: &Arc<Entry>| weight(&key.0, entry))
            // The newest are kept: an answer under counters that have moved is never found again.
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(ByKind)
            .build();
        let flights = Kept::builder()
            .max_capacity(10_000)
            .time_to_live(FLIGHT_TTL)
            .build();
        let last = Kept::builder()
            .max_capacity(room / 2)
            .weigher(|name: &String, entry: &Arc<Entry>| weight(name, entry))
            .time_to_live(LAST_TTL)
            .build();
        Self {
            kept,
            flights,
            last,
            hot,
            freshness,
            store,
        }
    }

    /// The answer to `question`, which includes the sequence `wanted` if that can be had in a
    /// moment; `load` reads it from the database.
    ///
    /// # Errors
    ///
    /// The database does not answer and nothing is kept, or the reading went wrong.
    pub(crate) async fn answer<F, R>(
        &self,
        question: &Question,
        wanted: Option<u64>,
        load: F,
    ) -> Result<Answer, Arc<StoreError>>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Option<Vec<u8>>, StoreError>>,
    {
        if let Some(wanted) = wanted {
            self.freshness.wait_for(wanted, &self.store).await;
        }
        let mut found = self.current(question, &load).await;
        if let (Ok((_, position, _)), Some(wanted)) = (&found, wanted)
            && *position < wanted
            && self.freshness.known() >= wanted
        {
            // A reading that began before the wanted position was known was shared.
            self.flights.invalidate(&question.name).await;
            found = self.current(question, &load).await;
        }
        match found {
            Ok((entry, position, source)) => {
                let stale = self.is_stale(position, wanted);
                Ok(told(source, Answer::of(&entry, position, stale)))
            }
            Err(error) => match self.leftover(question).await {
                Some(entry) if matches!(*error, StoreError::Away(_)) => Ok(told(
                    Source::Leftover,
                    Answer::of(&entry, entry.position, true),
                )),
                _ => Err(error),
            },
        }
    }

    /// Whether an answer that includes `position` may be older than whoever asks believes: it lacks
    /// what is wanted; or nothing is wanted, and how far the log is beyond it nobody knows, because
    /// the projector is not heard.
    fn is_stale(&self, position: u64, wanted: Option<u64>) -> bool {
        let quiet = !self.freshness.is_live();
        match wanted {
            Some(wanted) => position < wanted || (quiet && self.store.is_away()),
            None => quiet,
        }
    }

    /// What is left when the database is away: the last answer of this process, or one that Redis
    /// has, however far it has come. Of a document, and who sees it, the newer of both.
    async fn leftover(&self, question: &Question) -> Option<Arc<Entry>> {
        let last = self.last.get(&question.name).await;
        let is_document = matches!(question.kind, Kind::Document(_) | Kind::Timeline);
        if last.is_some() && !is_document {
            return last;
        }
        let reached = last.as_ref().map_or(0, |entry| entry.position);
        match self.hot.look(question, reached).await {
            Looked::Found(entry) => Some(Arc::new(entry)),
            Looked::Missing(_) => last,
        }
    }

    /// The best answer there is, and the position it is sure to include.
    async fn current<F, R>(
        &self,
        question: &Question,
        load: &F,
    ) -> Result<(Arc<Entry>, u64, Source), Arc<StoreError>>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Option<Vec<u8>>, StoreError>>,
    {
        let (known, counter) = self.freshness.now(&question.scopes);
        let key = counter.map(|counter| (question.name.clone(), counter));
        if let Some(key) = &key
            && let Some(entry) = self.kept.get(key).await
        {
            let position = entry.position.max(known);
            return Ok((entry, position, Source::Process));
        }
        // Unless the reading below is run for this question, the answer was here.
        let mut source = Source::Process;
        let reading = async {
            let (entry, from) = self.fill(question, known, load).await?;
            source = from;
            Ok(entry)
        };
        if let Some(key) = key {
            let entry = self.kept.try_get_with(key, reading).await?;
            let position = entry.position.max(known);
            return Ok((entry, position, source));
        }
        let name = question.name.clone();
        let entry = self.flights.try_get_with(name, reading).await?;
        let position = entry.position;
        Ok((entry, position, source))
    }

    /// One reading: from Redis if it has come as far as `known`, else from the database.
    async fn fill<F, R>(
        &self,
        question: &Question,
        known: u64,
        load: &F,
    ) -> Result<(Arc<Entry>, Source), StoreError>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Option<Vec<u8>>, StoreError>>,
    {
        let looked = self.hot.look(question, known).await;
        let (entry, source) = match looked {
            Looked::Found(entry) => (entry, Source::Redis),
            Looked::Missing(slot) => {
                let position = if self.freshness.is_live() {
                    known
                } else {
                    self.freshness.look(&self.store).await?
                };
                let body = load().await?.map(Bytes::from);
                let entry = Entry::new(question.kind, body, position);
                self.keep_hot(slot, &entry).await;
                (entry, Source::Database)
            }
        };
        let entry = Arc::new(entry);
        if entry.body.is_some() {
            self.last
                .insert(question.name.clone(), Arc::clone(&entry))
                .await;
        }
        Ok((entry, source))
    }

    async fn keep_hot(&self, slot: Option<Slot>, entry: &Entry) {
        if let (Some(slot), Some(body)) = (slot, &entry.body) {
            self.hot.keep(slot, body, entry.position).await;
        }
    }
}

/// The tag of an answer: a document's version, as commands know it; else a digest.
fn tag(kind: Kind, body: &[u8]) -> HeaderValue {
    #[derive(Deserialize)]
    struct Versioned {
        version: u64,
    }
    if let Kind::Document(_) = kind
        && let Ok(document) = serde_json::from_slice::<Versioned>(body)
    {
        return etag(document.version);
    }
    let digest = Fingerprint::of("answer", body);
    HeaderValue::try_from(format!("\"{digest}\"")).unwrap_or_else(|_| etag(0))
}

fn weight(name: &str, entry: &Entry) -> u32 {
    let body = entry.body.as_ref().map_or(0, Bytes::len);
    u32::try_from(name.len() + body + OVERHEAD).unwrap_or(u32::MAX)
}

/// Each answer lives as long as its kind says.
struct ByKind;

impl<K> Expiry<K, Arc<Entry>> for ByKind {
    fn expire_after_create(&self, _: &K, entry: &Arc<Entry>, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_tag_of_a_document_is_its_version() {
        let kind = Kind::Document(DocumentId(Uuid::nil()));
        assert_eq!(tag(kind, br#"{"id":1,"version":7}"#), etag(7));
        assert_ne!(tag(Kind::List, br#"{"version":7}"#), etag(7));
    }

    #[test]
    fn the_tag_of_a_list_changes_with_its_body() {
        assert_eq!(tag(Kind::List, b"[1]"), tag(Kind::List, b"[1]"));
        assert_ne!(tag(Kind::List, b"[1]"), tag(Kind::List, b"[2]"));
    }
}
