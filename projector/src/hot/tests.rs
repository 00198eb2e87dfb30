use events::DocumentEvent;
use uuid::Uuid;

use super::*;
use crate::testing::{Stage, office, registered, view_of};

/// A change of the one document between two sequences.
fn change(from: u64, to: u64, subject: &str) -> HotChanges {
    let id = DocumentId(Uuid::nil());
    let begun = DocumentEvent::Registered(Box::new(registered(id, 1)));
    let mut view = view_of(vec![(0, begun)], |_| {});
    subject.clone_into(&mut view.row.subject);
    HotChanges {
        from,
        to,
        documents: vec![(id, to, Some(view.detail()))],
        counters: BTreeMap::from([(office(1), TrayCounters::default())]),
        totals: BTreeMap::from([(DocumentStatus::Registered, 1)]),
        scopes: BTreeSet::from([Scope::Documents]),
    }
}

struct Kept {
    stage: Stage,
    keys: Keys,
}

impl Kept {
    async fn new(name: &str) -> Self {
        let stage = Stage::new(name, 1, 0).await;
        let keys = Keys::new(&stage.names);
        Self { stage, keys }
    }

    async fn hot(&self, sequence: u64) -> Hot {
        let mut hot = Hot::new(self.stage.redis.clone(), &self.stage.names);
        assert!(hot.repair(&self.stage.pool, sequence, 1).await);
        hot
    }

    async fn get(&self, key: String) -> Option<String> {
        self.stage.redis.ask(&redis::Cmd::get(key)).await.unwrap()
    }

    /// The subject in the hot document; none when it is outdated or missing.
    async fn subject(&self) -> Option<String> {
        let id = DocumentId(Uuid::nil());
        let value = self.get(self.keys.hot_document(id)).await?;
        let (_, body) = readmodel::keys::decode(&value).unwrap();
        let detail: DocumentDetail = serde_json::from_str(body?).unwrap();
        Some(detail.document.subject)
    }

    async fn position(&self) -> Option<String> {
        self.get(self.keys.hot_position()).await
    }
}

#[tokio::test]
async fn what_is_written_can_be_read_with_its_position() {
    let kept = Kept::new("hot_written").await;
    let mut hot = kept.hot(0).await;
    hot.write(&change(0, 3, "uno")).await;
    assert!(hot.is_complete());
    assert_eq!(kept.subject().await.as_deref(), Some("uno"));
    assert_eq!(kept.position().await.as_deref(), Some("3"));
    let totals = kept.get(kept.keys.hot_totals()).await.unwrap();
    assert_eq!(totals, encode(3, "{\"registered\":1}"));
    let all = kept.get(kept.keys.generation(Scope::All)).await;
    assert_eq!(all, Some(encode(1, "")));
}

#[tokio::test]
async fn a_writer_that_slept_writes_nothing_even_where_nothing_is() {
    let kept = Kept::new("hot_slept").await;
    let mut slept = kept.hot(0).await;
    let mut awake = kept.hot(0).await;
    awake.write(&change(0, 5, "nuevo")).await;
    let id = DocumentId(Uuid::nil());
    let gone = redis::Cmd::unlink(kept.keys.hot_document(id));
    kept.stage.redis.ask::<()>(&gone).await.unwrap();
    slept.write(&change(0, 3, "viejo")).await;
    assert!(!slept.is_complete());
    assert_eq!(kept.subject().await, None);
    assert_eq!(kept.position().await.as_deref(), Some("5"));
}

#[tokio::test]
async fn older_never_overwrites_newer() {
    let kept = Kept::new("hot_older").await;
    let mut hot = kept.hot(0).await;
    hot.write(&change(0, 7, "nuevo")).await;
    let mut older = change(7, 8, "viejo");
    older.documents[0].1 = 6;
    hot.write(&older).await;
    assert_eq!(kept.subject().await.as_deref(), Some("nuevo"));
    assert_eq!(kept.position().await.as_deref(), Some("8"));
}

#[tokio::test]
async fn what_was_missed_is_outdated_after_the_repair() {
    let mut kept = Kept::new("hot_missed").await;
    kept.stage.publish().await;
    let running = kept.stage.start().await;
    kept.stage.caught_up().await;
    kept.stage.hot_caught_up().await;
    running.stop().await;
    let back = redis::Cmd::set(kept.keys.hot_position(), 1);
    kept.stage.redis.ask::<()>(&back).await.unwrap();
    let id = DocumentId(Uuid::from_u128((1 << 64) | 7));
    let before = kept.get(kept.keys.hot_document(id)).await.unwrap();
    assert!(readmodel::keys::decode(&before).unwrap().1.is_some());
    let hot = kept.hot(2).await;
    assert!(hot.is_complete());
    let after = kept.get(kept.keys.hot_document(id)).await.unwrap();
    assert_eq!(readmodel::keys::decode(&after), Some((2, None)));
    assert_eq!(kept.get(kept.keys.hot_totals()).await, None);
}

#[tokio::test]
async fn hot_views_ahead_of_the_rows_are_begun_anew() {
    let kept = Kept::new("hot_ahead").await;
    let mut hot = kept.hot(0).await;
    hot.write(&change(0, 90, "de otra vida")).await;
    let hot = kept.hot(4).await;
    assert!(hot.is_complete());
    assert_eq!(kept.subject().await, None);
    assert_eq!(kept.position().await.as_deref(), Some("4"));
}
