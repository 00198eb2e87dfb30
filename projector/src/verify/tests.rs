use events::classify::DocumentStatus;
use events::{AnyRecord, DocumentEvent};

use super::*;
use crate::testing::{Stage, random_log};

/// A log that was projected.
async fn projected(mut stage: Stage) -> Stage {
    stage.publish().await;
    let running = stage.start().await;
    stage.caught_up().await;
    stage.hot_caught_up().await;
    running.stop().await;
    stage
}

fn differing(report: &Report) -> Vec<(&'static str, u64)> {
    let views = report.views.iter().filter(|view| view.differing > 0);
    views.map(|view| (view.view, view.differing)).collect()
}

#[tokio::test]
async fn what_was_projected_is_what_the_log_says() {
    let projected = projected(Stage::new("verify_clean", 12, 300).await).await;
    let report = projected.compare().await;
    assert!(report.is_clean(), "{report:#?}");
    assert!(
        report
            .views
            .iter()
            .all(|view| view.expected_digest == view.found_digest)
    );
    assert_eq!(report.views.len(), 15);
    let documents = &report.views[0];
    assert_eq!(
        (documents.view, documents.expected, documents.found),
        ("documents", 12, 12)
    );
}

#[tokio::test]
async fn a_changed_row_and_a_missing_row_are_named() {
    let projected = projected(Stage::new("verify_changed", 12, 300).await).await;
    projected
        .change("update documents set folios = 777 where number = 'EXP-2026-000003'")
        .await;
    projected
        .change("delete from timeline where event = 'document.registered'")
        .await;
    projected
        .change("update inbox_counters set n = n + 1")
        .await;
    let report = projected.compare().await;
    let found = differing(&report);
    assert!(found.contains(&("documents", 1)), "{found:?}");
    assert!(found.contains(&("timeline", 12)), "{found:?}");
    assert!(
        found.iter().any(|(view, _)| *view == "inbox_counters"),
        "{found:?}"
    );
    let difference = &report.views[0].differences[0];
    assert!(
        difference
            .found
            .as_ref()
            .unwrap()
            .contains("\"folios\":777")
    );
    assert!(!report.is_clean());
}

#[tokio::test]
async fn a_hot_view_that_differs_from_its_row_is_named() {
    let projected = projected(Stage::new("verify_hot", 12, 300).await).await;
    let keys = readmodel::Keys::new(&projected.names);
    let totals = readmodel::keys::encode(1, "{\"registered\":1}");
    let set = redis::Cmd::set(keys.hot_totals(), totals);
    projected.redis.ask::<()>(&set).await.unwrap();
    let report = projected.compare().await;
    assert_eq!(differing(&report), [("hot", 1)]);
}

#[tokio::test]
async fn an_altered_record_breaks_the_chain_after_it() {
    let mut stage = Stage::new("verify_chain", 12, 300).await;
    let log = &mut stage.messages;
    let place = log.messages.len() - 100;
    let text = String::from_utf8(log.messages[place].1.to_vec()).unwrap();
    let altered = text.replacen("\"recorded_at\":\"20", "\"recorded_at\":\"19", 1);
    assert_ne!(text, altered);
    log.messages[place].1 = altered.into_bytes().into();
    let projected = projected(stage).await;
    let report = projected.compare().await;
    assert_eq!(differing(&report), []);
    let [broken] = report.broken.as_slice() else {
        panic!("{:?}", report.broken)
    };
    assert!(broken.error.contains("hash"), "{broken:?}");
}

#[test]
fn i16_held_documents_add_up_to_the_open_ones() {
    let names = Namespace::default();
    for seed in 0..20_u32 {
        let choices: Vec<_> = (0..200).map(|n| (n + seed) * 48_271).collect();
        let log = random_log(&names, 9, &choices);
        let mut refold = Refold::default();
        log.incoming()
            .iter()
            .for_each(|incoming| refold.take(incoming));
        let refolded = refold.finish();
        assert_eq!(refolded.broken, []);
        let changes = &refolded.changes;
        let open = changes
            .documents
            .iter()
            .filter(|view| view.row.status.is_open())
            .count();
        let held = changes.inbox.kept.iter().filter(|item| {
            use events::classify::DerivationKind::{Copy, Parallel};
            use readmodel::Tray::{InOffice, Returned, SentPending};
            matches!(item.tray, InOffice | Returned | SentPending)
                && !matches!(item.kind, Some(Parallel | Copy))
        });
        assert_eq!(held.count(), open, "seed {seed} (I16)");
        let totals = &changes.statistics.totals;
        let by_status = |status: DocumentStatus| totals.get(&status).copied().unwrap_or(0);
        let sum: i64 = DocumentStatus::ALL
            .iter()
            .map(|status| by_status(*status))
            .sum();
        assert_eq!(sum, 9);
    }
}

#[test]
fn every_kind_of_event_comes_in_the_random_histories() {
    let names = Namespace::default();
    let choices: Vec<_> = (0..3_000_u32)
        .map(|n| n.wrapping_mul(2_654_435_761) >> 3)
        .collect();
    let log = random_log(&names, 40, &choices);
    let mut kinds = std::collections::BTreeSet::new();
    for incoming in log.incoming() {
        if let Ok(AnyRecord::Document(_, record)) = incoming.record {
            kinds.extend(record.events.iter().map(|told| told.event.kind()));
        }
    }
    assert_eq!(kinds.len(), DocumentEvent::KINDS.len(), "{kinds:?}");
}
