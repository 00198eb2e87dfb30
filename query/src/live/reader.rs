//! One connection: what it has been sent, and what comes next.

use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};

use axum::body::Bytes;
use directory::access::{allowed, reads_office};
use directory::{Act, Sight, User};
use events::{DocumentId, OfficeId, Permission};
use platform::http::Presented;
use platform::metrics::{Counter, catalogue};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::channel::{Change, Channel, Next};
use super::frame::{self, BEAT, Kind, Whole};
use super::{Inner, Topic};
use crate::routes::inbox::shows_restricted;
use crate::seen::{self, hidden};

/// States that were sent anew.
static RESYNCS: LazyLock<Counter> = LazyLock::new(|| catalogue::QUERY_RESYNCS.counter([]));

/// Which changes a reader is shown.
#[derive(Debug)]
enum Sees {
    Everything,
    Offices(Vec<OfficeId>),
}

/// What the reader has.
#[derive(Clone, Copy, Debug)]
enum Has {
    /// Nothing, or what an earlier connection was sent.
    Nothing(Option<Resume>),
    /// The channel's revision.
    Revision(u64),
}

/// Where an earlier connection ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resume {
    /// Complete up to this sequence.
    After(u64),
    /// At something that is no position of this log.
    Anew,
}

/// How a stream begins.
enum Greeting {
    /// With the state.
    State(Arc<Whole>, Kind),
    /// With the changes after what the reader has.
    Changes,
    /// Not before something has happened.
    NotYet,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Reader {
    inner: Arc<Inner>,
    channel: Arc<Channel>,
    key: Presented,
    act: Act,
    sees: Sees,
    /// What the reader sees of restricted documents.
    sight: Sight,
    /// The documents that the state names, and those of them that the reader is not shown.
    judged: Vec<DocumentId>,
    hidden: Vec<DocumentId>,
    members: watch::Receiver<u64>,
    moved: watch::Receiver<u64>,
    has: Has,
    /// The second part of an event whose first was given.
    rest: Option<Bytes>,
    told_stale: bool,
    beat_at: Instant,
    /// When the key is looked at again: it may run out without anybody saying so.
    check_at: Instant,
    over: bool,
}

impl Reader {
    pub(crate) fn new(
        inner: Arc<Inner>,
        channel: Arc<Channel>,
        key: Presented,
        act: Act,
        resume: Option<Resume>,
    ) -> Self {
        inner.open.fetch_add(1, Ordering::Relaxed);
        let mut members = inner.around.members.moved();
        // What the directory said between the check of the request and now counts too.
        members.mark_changed();
        let moved = channel.moved();
        let beat_at = Instant::now() + inner.around.heartbeat;
        Self {
            inner,
            channel,
            key,
            act,
            sees: Sees::Offices(Vec::new()),
            sight: Sight::Offices(Vec::new()),
            judged: Vec::new(),
            hidden: Vec::new(),
            members,
            moved,
            has: Has::Nothing(resume),
            rest: None,
            told_stale: false,
            beat_at,
            check_at: beat_at,
            over: false,
        }
    }

    /// What is to be sent next; none when the stream is over.
    pub(crate) async fn next(&mut self) -> Option<Bytes> {
        let inner = Arc::clone(&self.inner);
        let around = &inner.around;
        if let Some(rest) = self.rest.take() {
            return Some(rest);
        }
        loop {
            if self.over {
                return None;
            }
            if around.tasks.is_stopping() {
                return Some(self.end("stopping"));
            }
            if self.members.has_changed().unwrap_or(true) || self.check_at <= Instant::now() {
                self.members.mark_unchanged();
                self.check_at = Instant::now() + around.heartbeat;
                if let Err(reason) = self.check() {
                    return Some(self.end(reason));
                }
            }
            self.moved.mark_unchanged();
            self.judged.clone_from(&self.channel.seen().names);
            let names = &self.judged;
            self.hidden = hidden(&around.cache, &around.store, names, &self.sight).await;
            if let Some(bytes) = self.due() {
                self.beat_at = Instant::now() + around.heartbeat;
                return Some(bytes);
            }
            tokio::select! {
                () = around.tasks.stopping() => {}
                _ = self.members.changed() => self.members.mark_changed(),
                _ = self.moved.changed() => {}
                () = sleep_until(self.beat_at) => {
                    self.beat_at = Instant::now() + around.heartbeat;
                    return Some(BEAT);
                }
            }
        }
    }

    fn end(&mut self, reason: &'static str) -> Bytes {
        self.over = true;
        frame::end(reason)
    }

    /// Whether the key still opens this stream, and what of it.
    fn check(&mut self) -> Result<(), &'static str> {
        let user = self.inner.around.members.owner(&self.key);
        let user = user.ok_or("unauthenticated")?;
        let user = user.asking(self.act.permission());
        if !may_read(&user, self.act, self.channel.topic) {
            return Err("forbidden");
        }
        self.sight = Sight::of(&user);
        self.sees = if user.may(Permission::OfficesReadAll) {
            Sees::Everything
        } else {
            Sees::Offices(user.all_offices())
        };
        Ok(())
    }

    fn shows(&self, change: &Change) -> bool {
        let mut about = change.about.iter();
        if !about.all(|(_, seen_by)| seen::shows(&self.sight, seen_by.as_ref())) {
            return false;
        }
        match (&self.sees, self.channel.topic) {
            (Sees::Offices(own), Topic::Feed) => {
                change.offices.iter().any(|office| own.contains(office))
            }
            (Sees::Everything, _) | (_, Topic::Document(_) | Topic::Inbox(..) | Topic::Totals) => {
                !change.names.iter().any(|id| self.is_hidden(*id))
            }
        }
    }

    fn due(&mut self) -> Option<Bytes> {
        loop {
            let standing = self.channel.standing();
            if !self.channel.seen().shows(&self.sight) {
                return Some(self.end("not_found"));
            }
            match self.has {
                Has::Nothing(resume) if standing.ready => match self.greet(resume) {
                    Greeting::State(whole, kind) => return Some(self.begin(&whole, kind)),
                    Greeting::Changes => {}
                    Greeting::NotYet => return self.staleness(standing.stale),
                },
                Has::Nothing(_) => return self.staleness(standing.stale),
                Has::Revision(revision) => match self.channel.after(revision) {
                    Next::Nothing => return self.staleness(standing.stale),
                    Next::Change(change) => {
                        self.has = Has::Revision(revision + 1);
                        if self.shows(&change) {
                            return Some(change.bytes);
                        }
                        if let Topic::Document(_) = self.channel.topic
                            && let Some((whole, revision)) = self.channel.whole()
                        {
                            // What is not shown of a change is not in the state as it is shown.
                            self.has = Has::Revision(revision);
                            return Some(self.begin(&whole, Kind::Resync));
                        }
                    }
                    Next::Whole(whole, revision) => {
                        self.has = Has::Revision(revision);
                        return Some(self.begin(&whole, Kind::Resync));
                    }
                },
            }
        }
    }

    /// How the stream begins. On the feed, who comes back is sent what was missed, if it is still
    /// there; every other topic is its state, and begins with it.
    fn greet(&mut self, resume: Option<Resume>) -> Greeting {
        let feed = self.channel.topic == Topic::Feed;
        let known = self.inner.around.freshness.known();
        let kind = match resume {
            None => Kind::Snapshot,
            Some(Resume::Anew) => Kind::Resync,
            Some(Resume::After(after)) => {
                let sequence = self.channel.standing().sequence;
                if after > sequence.max(known) {
                    Kind::Resync
                } else if !feed {
                    Kind::Snapshot
                } else if after > sequence {
                    // The channel is about to come there.
                    return Greeting::NotYet;
                } else if let Some(revision) = self.channel.revision_at(after) {
                    self.has = Has::Revision(revision);
                    return Greeting::Changes;
                } else {
                    Kind::Resync
                }
            }
        };
        match self.channel.whole() {
            Some((whole, revision)) => {
                self.has = Has::Revision(revision);
                Greeting::State(whole, kind)
            }
            None => Greeting::NotYet,
        }
    }

    /// The first part of the event that sends a whole state; the second follows.
    fn begin(&mut self, whole: &Whole, kind: Kind) -> Bytes {
        if kind == Kind::Resync {
            RESYNCS.increment(1);
        }
        if !whole.seen.shows(&self.sight) {
            return self.end("not_found");
        }
        let names = whole.seen.names.iter().copied();
        let hidden: Vec<_> = names.filter(|id| self.is_hidden(*id)).collect();
        if !hidden.is_empty() {
            return whole.event_without(kind, &hidden);
        }
        let (head, tail) = whole.event(kind);
        self.rest = Some(tail);
        head
    }

    /// Whether a document that a state names is not shown; one that it began to name a moment ago
    /// is not until somebody has looked.
    fn is_hidden(&self, id: DocumentId) -> bool {
        self.hidden.contains(&id) || !self.judged.contains(&id)
    }

    /// Says that what was sent may be old, or holds again, when that has changed.
    fn staleness(&mut self, stale: bool) -> Option<Bytes> {
        if stale == self.told_stale {
            return None;
        }
        self.told_stale = stale;
        let kind = if stale { Kind::Stale } else { Kind::Fresh };
        let sequence = self.channel.standing().sequence;
        let position = self.inner.around.freshness.position(sequence);
        Some(frame::at(kind, &position))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.inner.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether `user` may read `topic` by `act`.
pub(crate) fn may_read(user: &User, act: Act, topic: Topic) -> bool {
    allowed(user, act)
        && match topic {
            Topic::Inbox(office, _, restricted) => {
                reads_office(user, office) && (!restricted || shows_restricted(user, office))
            }
            Topic::Document(_) | Topic::Totals | Topic::Feed => true,
        }
}
