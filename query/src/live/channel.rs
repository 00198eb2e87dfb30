//! What everyone who reads the same thing shares: its state, and its last changes.
//!
//! A reader holds a number, the revision it has come to. The changes are here, once, however many
//! read them and however slow they are; the oldest are dropped, and whoever needed them gets the
//! whole state instead. So a slow reader costs nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use events::{DocumentId, OfficeId};
use readmodel::{Position, SeenBy};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::Topic;
use super::delta;
use super::frame::{Kind, Whole, event, place};
use crate::seen::Seen;

/// Changes kept at most.
pub(crate) const MOST_CHANGES: usize = 1_000;

/// Bytes of changes of the feed kept at most.
const FEED_BYTES: usize = 1024 * 1024;

/// Changes of a state are kept while they are not much longer than the state: who is further
/// behind is better served with that.
const STATES: usize = 4;

/// Bytes of changes of a state kept at least, if there are as many.
const LEAST_BYTES: usize = 8 * 1024;

/// A change, as it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) bytes: Bytes,
    /// The sequence that is complete with it.
    pub(crate) sequence: u64,
    /// The offices it touches, where it matters to whom it is shown.
    pub(crate) offices: Arc<[OfficeId]>,
    /// The documents it is about, with the offices that alone see them. Of a state it is the one
    /// after the change, under no id.
    pub(crate) about: Vec<(DocumentId, SeenBy)>,
    /// The documents that the state after it names.
    pub(crate) names: Vec<DocumentId>,
}

/// What comes after a revision.
#[derive(Debug)]
pub(crate) enum Next {
    /// Nothing yet.
    Nothing,
    /// This change, which leads to the next revision.
    Change(Change),
    /// What came next is not kept any more: the whole state, and its revision.
    Whole(Arc<Whole>, u64),
}

/// Where a channel stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) revision: u64,
    /// The sequence that the last reading is sure to include.
    pub(crate) sequence: u64,
    /// There is a state.
    pub(crate) ready: bool,
    /// It was looked for, and is not there.
    pub(crate) missing: bool,
    /// It could not be read, or it is not known whether it has changed.
    pub(crate) stale: bool,
}

#[derive(Debug, Default)]
struct Shared {
    standing: Standing,
    /// To whom the state is shown.
    seen: Arc<Seen>,
    whole: Option<Arc<Whole>>,
    changes: VecDeque<Change>,
    bytes: usize,
    /// All changes after this sequence are kept.
    since: u64,
}

/// What the readers of one topic share.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) topic: Topic,
    shared: Mutex<Shared>,
    moved: watch::Sender<u64>,
    wake: Arc<Notify>,
}

impl Channel {
    pub(crate) fn new(topic: Topic, wake: Arc<Notify>) -> Self {
        Self {
            topic,
            shared: Mutex::default(),
            moved: watch::Sender::new(0),
            wake,
        }
    }

    /// Moves whenever there is something to look at.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    pub(crate) fn standing(&self) -> Standing {
        self.lock().standing
    }

    /// The whole state, and its revision.
    pub(crate) fn whole(&self) -> Option<(Arc<Whole>, u64)> {
        let shared = self.lock();
        let whole = shared.whole.clone()?;
        Some((whole, shared.standing.revision))
    }

    /// To whom the state is shown now.
    pub(crate) fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.lock().seen)
    }

    /// What comes after `revision`.
    pub(crate) fn after(&self, revision: u64) -> Next {
        let shared = self.lock();
        let behind = shared.standing.revision.saturating_sub(revision);
        if behind == 0 {
            return Next::Nothing;
        }
        let place = usize::try_from(behind)
            .ok()
            .and_then(|behind| shared.changes.len().checked_sub(behind));
        match (
            place.and_then(|place| shared.changes.get(place)),
            &shared.whole,
        ) {
            (Some(change), _) => Next::Change(change.clone()),
            (None, Some(whole)) => Next::Whole(Arc::clone(whole), shared.standing.revision),
            (None, None) => Next::Nothing,
        }
    }

    /// The revision of who has every change up to `sequence`; none when that cannot be told from
    /// the changes that are kept.
    pub(crate) fn revision_at(&self, sequence: u64) -> Option<u64> {
        let shared = self.lock();
        let known = shared.since..=shared.standing.sequence;
        let had = |change: &Change| change.sequence <= sequence;
        let missed = shared.changes.len() - shared.changes.partition_point(had);
        known
            .contains(&sequence)
            .then(|| shared.standing.revision - missed as u64)
    }

    /// Takes in a reading: `body`, which includes `position` and is shown to whom `seen` says.
    pub(crate) fn take_state(
        &self,
        position: &Position,
        body: Option<Bytes>,
        seen: Arc<Seen>,
        stale: bool,
    ) {
        let mut shared = self.lock();
        shared.standing.stale = stale;
        let newer = position.sequence >= shared.standing.sequence;
        match body {
            None => shared.standing.missing = !shared.standing.ready,
            // A kept answer given because nothing else is left may be older than the last.
            Some(_) if !newer => {}
            Some(body) => shared.turn_to(position, &body, seen),
        }
        shared.standing.sequence = shared.standing.sequence.max(position.sequence);
        self.tell(shared);
    }

    /// Takes in the changes of a topic that has no other state than where it stands: those up to
    /// `position`. The first time, they are the last of those that happened before, and `since` is
    /// the sequence after which they are all there.
    pub(crate) fn take_changes(
        &self,
        position: Position,
        since: u64,
        changes: Vec<Change>,
        stale: bool,
    ) {
        let mut shared = self.lock();
        if !shared.standing.ready {
            shared.since = since;
        }
        shared.show(&changes);
        for change in changes {
            shared.push(change, FEED_BYTES);
        }
        let standing = &mut shared.standing;
        standing.stale = stale;
        standing.ready = true;
        standing.sequence = position.sequence;
        let place = place(&position);
        shared.whole = Some(Arc::new(Whole::new(position, place.as_bytes())));
        self.tell(shared);
    }

    /// Takes in that nothing could be read, or that nobody knows whether it should be.
    pub(crate) fn doubt(&self) {
        let mut shared = self.lock();
        shared.standing.stale = true;
        self.tell(shared);
    }

    fn tell(&self, shared: MutexGuard<'_, Shared>) {
        drop(shared);
        self.moved.send_modify(|moved| *moved += 1);
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Channel {
    /// The last reader is gone: who follows for them may stop.
    fn drop(&mut self) {
        self.wake.notify_one();
    }
}

impl Shared {
    /// To whom documents are shown that something happened to: what is kept of them from before
    /// is shown to nobody else any more.
    fn show(&mut self, changes: &[Change]) {
        let about = changes.iter().flat_map(|change| &change.about);
        let newest: HashMap<_, _> = about.map(|(id, seen_by)| (*id, seen_by)).collect();
        let kept = self.changes.iter_mut().flat_map(|kept| &mut kept.about);
        for (id, seen_by) in kept {
            if let Some(newer) = newest.get(id) {
                seen_by.clone_from(newer);
            }
        }
    }

    fn turn_to(&mut self, position: &Position, body: &[u8], seen: Arc<Seen>) {
        self.seen = Arc::clone(&seen);
        if let Some(whole) = &self.whole {
            match delta::between(whole.data(), body) {
                Ok(Some(delta)) => {
                    let change = Change {
                        bytes: event(Kind::Change, Some(position), &delta),
                        sequence: position.sequence,
                        offices: Arc::default(),
                        about: vec![(DocumentId(Uuid::nil()), seen.by.clone())],
                        names: seen.names.clone(),
                    };
                    self.push(change, (body.len() * STATES).max(LEAST_BYTES));
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(%error, "a state that is no object cannot be followed");
                    return;
                }
            }
        }
        self.standing.ready = true;
        self.standing.missing = false;
        let whole = Whole::new(position.clone(), body);
        self.whole = Some(Arc::new(whole.shown_to(seen)));
    }

    fn push(&mut self, change: Change, most_bytes: usize) {
        self.standing.revision += 1;
        self.bytes += change.bytes.len();
        self.changes.push_back(change);
        while self.changes.len() > MOST_CHANGES || self.bytes > most_bytes {
            let Some(oldest) = self.changes.pop_front() else {
                break;
            };
            self.bytes -= oldest.bytes.len();
            self.since = oldest.sequence;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel() -> Channel {
        Channel::new(Topic::Totals, Arc::default())
    }

    fn take(channel: &Channel, sequence: u64, body: &str) {
        let position = Position::new("MESA_LOG", sequence);
        let body = Bytes::copy_from_slice(body.as_bytes());
        channel.take_state(&position, Some(body), Arc::default(), false);
    }

    #[test]
    fn a_state_that_is_the_same_is_no_change() {
        let channel = channel();
        take(&channel, 1, r#"{"a":1}"#);
        take(&channel, 2, r#"{"a":1}"#);
        assert_eq!(channel.standing().revision, 0);
        assert_eq!(channel.standing().sequence, 2);
        assert!(matches!(channel.after(0), Next::Nothing));
    }

    #[test]
    fn each_change_is_given_in_its_turn() {
        let channel = channel();
        for n in 1..=3 {
            take(&channel, n, &format!(r#"{{"a":{n}}}"#));
        }
        let of = |revision| match channel.after(revision) {
            Next::Change(change) => change.sequence,
            other => panic!("{other:?}"),
        };
        assert_eq!((of(0), of(1)), (2, 3));
        assert!(matches!(channel.after(2), Next::Nothing));
    }

    #[test]
    fn who_is_too_far_behind_gets_the_whole_state_and_memory_has_a_bound() {
        let channel = channel();
        for n in 0..3_000 {
            take(&channel, n, &format!(r#"{{"a":{n}}}"#));
        }
        assert!(channel.lock().bytes <= LEAST_BYTES);
        assert!(matches!(channel.after(2_998), Next::Change(_)));
        let Next::Whole(whole, revision) = channel.after(5) else {
            panic!("expected the whole state");
        };
        assert_eq!(revision, 2_999);
        assert_eq!(whole.data(), br#"{"a":2999}"#);
        let long = "x".repeat(300_000);
        for n in 3_000..3_010 {
            take(&channel, n, &format!(r#"{{"a":"{n}{long}"}}"#));
        }
        assert!(channel.lock().bytes <= 301_000 * STATES);
        assert!(channel.lock().changes.len() >= STATES - 1);
    }

    fn step(sequence: u64) -> Change {
        Change {
            bytes: Bytes::from_static(b"."),
            sequence,
            offices: Arc::default(),
            about: Vec::new(),
            names: Vec::new(),
        }
    }

    #[test]
    fn a_feed_knows_where_each_sequence_of_its_last_changes_is() {
        let channel = Channel::new(Topic::Feed, Arc::default());
        let at = |n| Position::new("MESA_LOG", n);
        channel.take_changes(at(20), 10, vec![step(12), step(15), step(20)], false);
        let revisions = [9, 10, 12, 14, 15, 19, 20, 21].map(|n| channel.revision_at(n));
        let expected = [
            None,
            Some(0),
            Some(1),
            Some(1),
            Some(2),
            Some(2),
            Some(3),
            None,
        ];
        assert_eq!(revisions, expected);
        let later = (21..=1_020).map(step).collect();
        channel.take_changes(at(1_020), 20, later, false);
        assert_eq!(channel.lock().changes.len(), MOST_CHANGES);
        assert_eq!(channel.revision_at(19), None);
        assert_eq!(channel.revision_at(20), Some(3));
        assert_eq!(channel.revision_at(1_020), Some(1_003));
    }

    #[test]
    fn an_older_answer_never_takes_the_place_of_a_newer() {
        let channel = channel();
        take(&channel, 5, r#"{"a":5}"#);
        take(&channel, 3, r#"{"a":3}"#);
        assert!(matches!(channel.after(0), Next::Nothing));
        assert_eq!(channel.standing().sequence, 5);
    }
}
