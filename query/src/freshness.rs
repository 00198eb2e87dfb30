//! What this process knows about how far the views are, and which of its cached answers still
//! hold.
//!
//! The projector says on core NATS what each batch changed, and that nothing changed. Its notices
//! are numbered: as long as none is missing and the last one is young, this process knows all
//! that changed since it began to listen (it is *live*). Whatever it knows less than that, it
//! does not use what it has cached itself.
//!
//! For each scope there is a counter that moves when a notice says that something of it changed.
//! A cached answer is kept under the counters of its scopes, so it is found exactly as long as
//! none has moved. Scopes share 65,536 counters by hash: two that share one are forgotten
//! together, which costs a read and nothing else.
//!
//! The counters and the position belong together: a notice moves both at once, and a reader takes
//! both at once ([`Freshness::now`]). So what is kept under counters was read at a position that they
//! cover, and holds at every position they are found at. The checkpoint says more than was told, when
//! notices are late: then there are no counters to look under.

#[cfg(test)]
mod tests;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_nats::Client;
use futures::StreamExt;
use readmodel::notice::SILENCE;
use readmodel::{Notice, Position, Scope};
use tokio::sync::{broadcast, watch};

use crate::store::{Store, StoreError, checkpoint};

/// Counters that scopes share.
const COUNTERS: usize = 1 << 16;

/// How long a request waits for the views to reach the position it wants.
pub(crate) const PATIENCE: Duration = Duration::from_millis(500);

/// While nothing is heard: how often somebody who waits looks at the checkpoint.
const LOOK: Duration = Duration::from_millis(50);

/// Before listening again after the subscription ended.
const AGAIN: Duration = Duration::from_millis(200);

/// Stirs that one who follows may be behind before anything may have changed.
const STIRS: usize = 1024;

/// Something that those who follow the views have to look at.
#[derive(Clone, Debug)]
pub(crate) enum Stir {
    /// What a notice names has changed.
    Named(Arc<Notice>),
    /// Anything may have changed: notices were missed, or are heard no longer, or again.
    Anything,
}

/// How far the views are, and what has changed.
#[derive(Debug)]
pub(crate) struct Freshness {
    stream: String,
    known: watch::Sender<u64>,
    told: AtomicU64,
    live: AtomicBool,
    heard: AtomicU64,
    moved: Box<[AtomicU64]>,
    /// Held while a notice moves the counters and the position, and while both are taken.
    together: RwLock<()>,
    stirs: broadcast::Sender<Stir>,
}

impl Freshness {
    /// Knows nothing yet of the views of `stream`.
    pub(crate) fn new(stream: String) -> Self {
        Self {
            stream,
            known: watch::Sender::new(0),
            told: AtomicU64::new(0),
            live: AtomicBool::new(false),
            heard: AtomicU64::new(0),
            moved: (0..COUNTERS).map(|_| AtomicU64::new(0)).collect(),
            together: RwLock::new(()),
            stirs: broadcast::Sender::new(STIRS),
        }
    }

    /// The stream whose positions these are.
    pub(crate) fn stream(&self) -> &str {
        &self.stream
    }

    /// The sequence the views are known to include.
    pub(crate) fn known(&self) -> u64 {
        *self.known.borrow()
    }

    /// The sequence the views are known to include, and the counter of `scopes` taken together, which
    /// has moved for all that changed up to it; none where that was not told.
    pub(crate) fn now(&self, scopes: &[Scope]) -> (u64, Option<u64>) {
        let _still = self.together.read().unwrap_or_else(PoisonError::into_inner);
        let known = self.known();
        let was_told = self.told.load(Ordering::Acquire) >= known;
        let counter = was_told.then(|| self.counter(scopes)).flatten();
        (known, counter)
    }

    /// `sequence` as a position.
    pub(crate) fn position(&self, sequence: u64) -> Position {
        Position::new(self.stream.clone(), sequence)
    }

    /// Whether every change is known up to [`Freshness::known`], and that is a moment ago.
    pub(crate) fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    /// The counter of `scopes` taken together; none while this process is not live.
    fn counter(&self, scopes: &[Scope]) -> Option<u64> {
        if !self.is_live() {
            return None;
        }
        let all = self.of(Scope::All).load(Ordering::Acquire);
        let moved = scopes
            .iter()
            .map(|scope| self.of(*scope).load(Ordering::Acquire));
        Some(moved.fold(all, u64::max))
    }

    /// What stirs from now on.
    pub(crate) fn stirs(&self) -> broadcast::Receiver<Stir> {
        self.stirs.subscribe()
    }

    /// Takes in that the views include `sequence`.
    pub(crate) fn learn(&self, sequence: u64) {
        self.known.send_if_modified(|known| {
            let newer = sequence > *known;
            *known = sequence.max(*known);
            newer
        });
    }

    /// Looks at the checkpoint, and gives the sequence that answers may count on. While notices are
    /// heard, it is they who say that it has moved: before, what is kept may lack what is new.
    pub(crate) async fn look(&self, store: &Store) -> Result<u64, StoreError> {
        let reached = store
            .read(async |pool| checkpoint::reached(&pool, &self.stream).await)
            .await?;
        if !self.is_live() {
            self.learn(reached);
        }
        Ok(self.known())
    }

    /// Waits, for as long as anybody should, until the views include `wanted`; says whether they
    /// do. While the database is away nobody waits for what cannot come.
    pub(crate) async fn wait_for(&self, wanted: u64, store: &Store) -> bool {
        let mut known = self.known.subscribe();
        // The projector may still reach the database, and be heard.
        let patience = if store.is_away() { LOOK } else { PATIENCE };
        let there = async {
            loop {
                if *known.borrow_and_update() >= wanted {
                    return true;
                }
                let looked = if self.is_live() {
                    self.known()
                } else if store.is_away() {
                    return false;
                } else {
                    self.look(store).await.unwrap_or_default()
                };
                if looked < wanted {
                    let _ = tokio::time::timeout(LOOK, known.changed()).await;
                }
            }
        };
        let there = tokio::time::timeout(patience, there).await;
        there.unwrap_or_default()
    }

    /// Listens on `subject` for ever. When that is given up, nothing that is kept is trusted.
    pub(crate) async fn listen(&self, client: &Client, subject: &str) {
        let _deaf = Deaf(self);
        let mut before = None;
        loop {
            match client.subscribe(subject.to_owned()).await {
                Ok(mut notices) => loop {
                    match tokio::time::timeout(SILENCE, notices.next()).await {
                        Ok(Some(message)) => self.hear(&message.payload, &mut before),
                        Ok(None) => break,
                        Err(_) => self.doubt("nothing was heard from the projector"),
                    }
                },
                Err(error) => tracing::warn!(%error, "cannot listen to the projector"),
            }
            self.doubt("the subscription ended");
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn hear(&self, payload: &[u8], before: &mut Option<Notice>) {
        match Notice::decode(payload) {
            Ok(notice) if notice.position.stream == self.stream => {
                self.take(&notice, before.as_ref());
                *before = Some(notice);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "a notice of the projector cannot be read");
                *before = None;
                self.doubt("a notice was not understood");
            }
        }
    }

    /// Takes in a notice. One that does not follow the one before says that others were missed,
    /// so anything may have changed.
    pub(crate) fn take(&self, notice: &Notice, before: Option<&Notice>) {
        let heard = self.heard.fetch_add(1, Ordering::AcqRel) + 1;
        let follows = before.is_some_and(|before| notice.follows(before));
        let still = self
            .together
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if !follows {
            self.of(Scope::All).store(heard, Ordering::Release);
        }
        for scope in &notice.scopes {
            self.of(*scope).store(heard, Ordering::Release);
        }
        for document in &notice.documents {
            self.of(Scope::Document(*document))
                .store(heard, Ordering::Release);
        }
        let moved = notice.position.sequence > self.known();
        self.told
            .fetch_max(notice.position.sequence, Ordering::AcqRel);
        self.learn(notice.position.sequence);
        let was_live = self.live.swap(true, Ordering::AcqRel);
        drop(still);
        if !was_live {
            tracing::info!("the projector is heard; answers are kept in this process again");
        }
        if !follows || !was_live || notice.scopes.contains(&Scope::All) {
            self.stir(Stir::Anything);
        } else if moved || !notice.is_heartbeat() || !notice.documents.is_empty() {
            self.stir(Stir::Named(Arc::new(notice.clone())));
        }
    }

    fn doubt(&self, why: &'static str) {
        if self.live.swap(false, Ordering::AcqRel) {
            tracing::info!(why, "answers are not kept in this process for now");
            self.stir(Stir::Anything);
        }
    }

    fn stir(&self, stir: Stir) {
        // Without anybody who follows, there is nobody to tell.
        let _ = self.stirs.send(stir);
    }

    fn of(&self, scope: Scope) -> &AtomicU64 {
        // A counter of its own for what every answer depends on.
        if scope == Scope::All {
            return &self.moved[0];
        }
        let mut hasher = DefaultHasher::new();
        scope.hash(&mut hasher);
        let place = hasher.finish() % (COUNTERS as u64 - 1) + 1;
        &self.moved[usize::try_from(place).unwrap_or_default()]
    }
}

/// Dropped, it says that nobody listens any more.
struct Deaf<'a>(&'a Freshness);

impl Drop for Deaf<'_> {
    fn drop(&mut self) {
        self.0.doubt("the role is stopping");
    }
}
