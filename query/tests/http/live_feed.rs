//! The feed: every step once, to those who may see it, however often they come back.

use crate::support::{Stage, id, office, step};
use events::classify::Role;
use kit::live::Events;
use readmodel::Scope;

const FEED: &str = "/api/v1/stream/feed";

/// Puts a step between two offices into the timeline and tells it.
async fn happen(stage: &Stage, seq: u64, from: &str, to: &str) {
    step(&stage.pool, 1, seq, office(from), office(to)).await;
    stage.voice.tell(seq, &[Scope::Documents], &[id(1)]).await;
}

#[tokio::test]
async fn steps_come_as_they_happen_each_record_as_one_event() {
    let stage = Stage::new("feed").await;
    let mut events = Events::open(&stage.viewer(), FEED, None).await;
    let first = events.expect("snapshot").await;
    let at = |sequence: u64| format!("{}:{sequence}", stage.names.log_stream());
    assert_eq!(first.data["position"], at(1));
    step(&stage.pool, 2, 5, office("A"), office("B")).await;
    happen(&stage, 6, "A", "B").await;
    let second = events.expect("change").await;
    assert_eq!(second.id, Some(at(5)));
    assert_eq!(second.data["document_id"], id(2).0.to_string());
    assert_eq!(second.data["steps"][0]["event"], "document.derived");
    assert_eq!(events.expect("change").await.id, Some(at(6)));
    stage.end().await;
}

#[tokio::test]
async fn five_hundred_steps_are_seen_once_each_by_one_who_is_cut_off_again_and_again() {
    let stage = Stage::new("feed_cut").await;
    let start = format!("{}:1", stage.names.log_stream());
    let reading = async {
        let (mut seen, mut last, mut dice) = (Vec::new(), start, 88_172_645_u32);
        while seen.len() < 500 {
            let mut events = Events::open(&stage.viewer(), FEED, Some(&last)).await;
            dice ^= dice << 13;
            dice ^= dice >> 17;
            dice ^= dice << 5;
            for _ in 0..=(dice % 20) {
                if seen.len() == 500 {
                    break;
                }
                let event = events.expect("change").await;
                seen.push(event.sequence());
                last = event.id.unwrap();
            }
        }
        seen
    };
    let writing = async {
        for seq in 2..=501 {
            happen(&stage, seq, "A", "B").await;
        }
    };
    let (seen, ()) = tokio::join!(reading, writing);
    assert_eq!(seen, (2..=501).collect::<Vec<u64>>());
    stage.end().await;
}

#[tokio::test]
async fn who_missed_too_much_or_comes_from_elsewhere_begins_anew() {
    let stage = Stage::new("feed_resync").await;
    for seq in 2..=1_100 {
        step(&stage.pool, 1, seq, office("A"), office("B")).await;
    }
    stage.voice.tell(1_100, &[Scope::All], &[]).await;
    let http = stage.viewer().with(
        "mesa-min-position",
        &format!("{}:1100", stage.names.log_stream()),
    );
    let at = |sequence: u64| format!("{}:{sequence}", stage.names.log_stream());
    for last in [
        at(1),
        at(99_999),
        "OTHER_LOG:7".to_owned(),
        "junk".to_owned(),
    ] {
        let mut events = Events::open(&http, FEED, Some(&last)).await;
        assert_eq!(events.expect("resync").await.sequence(), 1_100, "{last}");
    }
    // A thousand and not one more are caught up with.
    let mut events = Events::open(&http, FEED, Some(&at(100))).await;
    for seq in 101..=1_100 {
        assert_eq!(events.expect("change").await.sequence(), seq);
    }
    stage.end().await;
}

#[tokio::test]
async fn those_who_come_back_at_once_ask_the_database_nothing() {
    let stage = Stage::new("feed_back").await;
    for seq in 2..=50 {
        step(&stage.pool, 1, seq, office("A"), office("B")).await;
    }
    stage.voice.tell(50, &[Scope::All], &[]).await;
    let last = format!("{}:10", stage.names.log_stream());
    let mut first = Events::open(&stage.viewer(), FEED, Some(&last)).await;
    assert_eq!(first.expect("change").await.sequence(), 11);
    let reads = stage.query.reads();
    for _ in 0..50 {
        let mut events = Events::open(&stage.viewer(), FEED, Some(&last)).await;
        for seq in 11..=50 {
            assert_eq!(events.expect("change").await.sequence(), seq);
        }
    }
    assert_eq!(stage.query.reads(), reads);
    stage.end().await;
}

#[tokio::test]
async fn steps_between_other_offices_are_shown_to_viewers_and_administrators_alone() {
    let stage = Stage::new("feed_isolation").await;
    let start = format!("{}:1", stage.names.log_stream());
    let mut live = Vec::new();
    for role in Role::ALL {
        let http = stage.as_role(*role);
        live.push((role, Events::open(&http, FEED, Some(&start)).await));
    }
    let (own, others) = (3, 2);
    happen(&stage, others, "B", "C").await;
    happen(&stage, own, "A", "C").await;
    for (role, events) in &mut live {
        let http = stage.as_role(**role);
        let mut late = Events::open(&http, FEED, Some(&start)).await;
        let sees_all = matches!(**role, Role::VIEWER | Role::ADMIN);
        for events in [events, &mut late] {
            if sees_all {
                assert_eq!(events.expect("change").await.sequence(), others, "{role}");
            }
            assert_eq!(events.expect("change").await.sequence(), own, "{role}");
        }
    }
    stage.end().await;
}
