//! What changes, told while it changes (architecture §7): streams of server-sent events.
//!
//! Everything that can be read as a stream is a [`Topic`]. Those who read the same topic share a
//! channel: whatever a notice says has changed is read once for all of them, through the caches
//! that plain questions use, and is turned into bytes once. A connection holds its place in the
//! channel, and no bytes.
//!
//! 1. A reader joins the channel, and only then is its state looked at: nothing falls between.
//! 2. It is sent the state (`snapshot`), then each difference (`change`). Whoever is too slow for
//!    the changes that a channel keeps is sent the state again (`resync`).
//! 3. While the projector is not heard or the database does not answer, the stream stays open and
//!    says `stale`; afterwards it goes on, and says `fresh`.
//! 4. Whenever the directory moves, the key and what it opens are checked again; if it opens the
//!    stream no longer, the stream says `end`.

mod channel;
mod delta;
mod follow;
mod frame;
mod reader;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use directory::{Act, Sight};
use events::{DocumentId, OfficeId};
use futures::stream;
use platform::clock::Clock;
use platform::http::{Presented, Problem};
use platform::tasks::Tasks;
use readmodel::{Notice, Position, Scope};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, Semaphore, broadcast};

use crate::cache::Cache;
use crate::directory::Members;
use crate::freshness::{Freshness, PATIENCE, Stir};
use crate::routes::problem;
use crate::store::Store;
use crate::store::inbox::Part;
use channel::Channel;
use follow::follow;
use reader::{Reader, Resume};

/// Channels that read at the same moment.
const TURNS: usize = 8;

/// While the projector is not heard: how often somebody looks whether the views have moved.
const LOOK: Duration = Duration::from_millis(500);

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells proxies not to keep events back.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Something that can be read as a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// A document, as `GET /documents/{id}` has it.
    Document(DocumentId),
    /// A part of an inbox, as `GET /offices/{id}/inbox` has its first page.
    /// Whether restricted documents are in it, the third says.
    Inbox(OfficeId, Part, bool),
    /// Figures of the usual period, as `GET /statistics` has them.
    Totals,
    /// Every step of every document.
    Feed,
}

/// What streams stand on.
#[derive(Debug)]
pub(crate) struct Around {
    pub(crate) cache: Cache,
    pub(crate) store: Store,
    pub(crate) freshness: Arc<Freshness>,
    pub(crate) members: Members,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) tasks: Tasks,
    /// Between signs of life.
    pub(crate) heartbeat: Duration,
}

#[derive(Debug)]
struct Joined {
    channel: Weak<Channel>,
    wake: Arc<Notify>,
}

/// What all streams share.
#[derive(Debug)]
pub(crate) struct Inner {
    around: Around,
    topics: Mutex<HashMap<Topic, Joined>>,
    /// Every part of an inbox.
    parts: Vec<Part>,
    turns: Semaphore,
    open: AtomicU64,
}

/// The streams of this process. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Live(Arc<Inner>);

impl Live {
    /// Begins to listen to what stirs.
    pub(crate) fn new(around: Around) -> Self {
        let inner = Arc::new(Inner {
            around,
            topics: Mutex::default(),
            parts: Part::all(),
            turns: Semaphore::new(TURNS),
            open: AtomicU64::new(0),
        });
        let (tasks, stirs) = (&inner.around.tasks, inner.around.freshness.stirs());
        let listening = Arc::clone(&inner);
        tasks.spawn_until_stop(async move { listening.listen(stirs).await });
        Self(inner)
    }

    /// How many streams are open.
    pub(crate) fn open(&self) -> u64 {
        self.0.open.load(Ordering::Relaxed)
    }

    /// Opens a stream of `topic` for the owner of `key`, who was allowed `act` and sees `sight`; it
    /// includes the sequence `wanted` from its beginning, if that can be had in a moment.
    ///
    /// # Errors
    ///
    /// There is no such document, or none that is shown.
    pub(crate) async fn stream(
        &self,
        topic: Topic,
        act: Act,
        (key, sight): (Presented, Sight),
        wanted: Option<u64>,
        headers: &HeaderMap,
    ) -> Result<Response, Problem> {
        let around = &self.0.around;
        let resume = resumed(headers, around.freshness.stream());
        let after = match resume {
            Some(Resume::After(sequence)) => Some(sequence),
            Some(Resume::Anew) | None => None,
        };
        let wanted = wanted.max(after).unwrap_or_default();
        if wanted > around.freshness.known() {
            around.freshness.wait_for(wanted, &around.store).await;
        }
        let channel = self.join(topic);
        let missing = is_missing(&channel, wanted.min(around.freshness.known())).await;
        if missing || !channel.seen().shows(&sight) {
            return Err(problem::missing());
        }
        let reader = Reader::new(Arc::clone(&self.0), channel, key, act, resume);
        let events = stream::unfold(reader, |mut reader: Reader| async move {
            let bytes = reader.next().await?;
            Some((Ok::<_, Infallible>(bytes), reader))
        });
        let said = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/event-stream"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (BUFFERING, HeaderValue::from_static("no")),
        ];
        Ok((said, Body::from_stream(events)).into_response())
    }

    /// The channel of `topic`, with somebody who follows for it.
    fn join(&self, topic: Topic) -> Arc<Channel> {
        let mut topics = self.0.topics();
        if let Some(channel) = topics
            .get(&topic)
            .and_then(|joined| joined.channel.upgrade())
        {
            return channel;
        }
        let wake = Arc::<Notify>::default();
        let channel = Arc::new(Channel::new(topic, Arc::clone(&wake)));
        let (inner, weak) = (Arc::clone(&self.0), Arc::downgrade(&channel));
        let joined = Joined {
            channel: Weak::clone(&weak),
            wake: Arc::clone(&wake),
        };
        topics.insert(topic, joined);
        drop(topics);
        self.0.around.tasks.spawn_until_stop(async move {
            follow(&inner.around, &weak, &wake, &inner.turns).await;
            inner.forget(topic);
        });
        channel
    }
}

impl Inner {
    fn topics(&self) -> MutexGuard<'_, HashMap<Topic, Joined>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever follows what has stirred, for ever.
    async fn listen(&self, mut stirs: broadcast::Receiver<Stir>) {
        let freshness = &self.around.freshness;
        loop {
            let before = freshness.known();
            match tokio::time::timeout(LOOK, stirs.recv()).await {
                Ok(Ok(Stir::Named(notice))) => self.wake(&notice),
                Ok(Ok(Stir::Anything) | Err(RecvError::Lagged(_))) => self.wake_all(),
                Ok(Err(RecvError::Closed)) => return,
                Err(_) if freshness.is_live() || self.topics().is_empty() => {}
                Err(_) => {
                    if let Ok(reached) = freshness.look(&self.around.store).await
                        && reached > before
                    {
                        self.wake_all();
                    }
                }
            }
        }
    }

    fn wake(&self, notice: &Notice) {
        let topics = self.topics();
        let wake = |topic| {
            if let Some(joined) = topics.get(&topic) {
                joined.wake.notify_one();
            }
        };
        for document in &notice.documents {
            wake(Topic::Document(*document));
        }
        for scope in &notice.scopes {
            match scope {
                Scope::Document(id) => wake(Topic::Document(*id)),
                Scope::Office(id) => {
                    for part in &self.parts {
                        wake(Topic::Inbox(*id, *part, true));
                        wake(Topic::Inbox(*id, *part, false));
                    }
                }
                Scope::Statistics => wake(Topic::Totals),
                Scope::All | Scope::Documents | Scope::Series => {}
            }
        }
        wake(Topic::Feed);
    }

    fn wake_all(&self) {
        for joined in self.topics().values() {
            joined.wake.notify_one();
        }
    }

    /// Forgets a channel that nobody reads, unless somebody has joined anew meanwhile.
    fn forget(&self, topic: Topic) {
        let mut topics = self.topics();
        if topics
            .get(&topic)
            .is_some_and(|joined| joined.channel.strong_count() == 0)
        {
            topics.remove(&topic);
        }
    }
}

/// Whether what `channel` shows was looked for, as of `wanted`, and is not there.
async fn is_missing(channel: &Channel, wanted: u64) -> bool {
    let mut moved = channel.moved();
    let looked = async {
        loop {
            let standing = channel.standing();
            if standing.ready || (standing.missing && standing.sequence >= wanted) {
                return standing.missing;
            }
            if moved.changed().await.is_err() {
                return false;
            }
        }
    };
    let looked = tokio::time::timeout(PATIENCE, looked).await;
    looked.unwrap_or_default()
}

/// Where an earlier connection ended, if there was one.
fn resumed(headers: &HeaderMap, stream: &str) -> Option<Resume> {
    let text = headers.get(LAST_EVENT_ID)?.to_str().unwrap_or_default();
    let position: Option<Position> = text.parse().ok();
    Some(match position {
        Some(position) if position.stream == stream => Resume::After(position.sequence),
        Some(_) | None => Resume::Anew,
    })
}
