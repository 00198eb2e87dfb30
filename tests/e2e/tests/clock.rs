//! A day is declared, or revoked: the deadlines it touches move, each by one event that says why, and
//! no other does; whoever works at it, and whoever ends in the middle (T2).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/place.rs"]
mod place;
#[expect(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use domain::document::RegisterDocument;
use events::classify::{Channel, Priority, SenderKind};
use events::document::Sender;
use events::{DocumentTypeId, UserId};
use futures::StreamExt;
use futures::stream::iter;
use serde_json::json;

use place::Place;
use support::document;

/// The notes of the steps that computed its deadline anew.
async fn reasons(place: &Place, id: &str) -> Vec<String> {
    place
        .notes(id, |event| event == "deadline.rescheduled")
        .await
}

/// Touched, done, and rescheduled, once the change that led to `version` is finished and the
/// views are where the log is.
async fn finished(place: &Place, version: u64) -> [u64; 3] {
    let finished = async || {
        let path = "/api/v1/calendar/changes";
        let changes = place.site.reader().get(path).await.expect(200).json();
        let items = changes["items"].as_array().unwrap();
        let change = items.iter().find(|item| item["version"] == version)?;
        change["finished_at"].as_str()?;
        Some(["touched", "done", "rescheduled"].map(|name| change[name].as_u64().unwrap()))
    };
    let said = kit::eventually(Duration::from_secs(30), "the change to be done", finished).await;
    place.site.verify().await;
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_a_declared_day_moves_the_deadlines_it_touches_and_a_revoked_one_gives_them_back() {
    let place = Place::open("day_declared").await;
    let touched = place.register("touched", &document()).await;
    let mut given = document();
    given["due_on"] = json!("2026-04-21");
    let given = place.register("given", &given).await;
    let standing = place.register("standing", &document()).await;
    place
        .act(
            &standing,
            "clock/suspend",
            "s",
            json!({"reason": "Informe"}),
        )
        .await;
    let attended = place.register("attended", &document()).await;
    place
        .act(&attended, "conclude", "c", json!({"outcome": "granted"}))
        .await;
    let worker = place.worker().await;
    assert_eq!(place.due_on(&touched).await, "2026-04-21");

    // Elsewhere; after the end; and in the course, for everybody.
    place.declare("2026-03-18", "region:08").await;
    place.declare("2026-04-22", "nation").await;
    place.declare("2026-03-20", "nation").await;
    assert_eq!(finished(&place, 1).await, [0, 0, 0]);
    assert_eq!(finished(&place, 2).await, [0, 0, 0]);
    assert_eq!(finished(&place, 3).await, [1, 1, 1]);
    // 22 April is a day off, which a deadline of 21 April had not to know.
    assert_eq!(place.due_on(&touched).await, "2026-04-23");
    let why = "2026-04-23: Cambió el calendario: se declaró 2026-03-20 (Duelo nacional)";
    assert_eq!(reasons(&place, &touched).await, [why]);
    let explained = place.deadline(&touched).await["explanation"]["es"].to_string();
    assert!(explained.contains("Duelo nacional"), "{explained}");
    for other in [&given, &standing, &attended] {
        assert_eq!(reasons(&place, other).await, Vec::<String>::new());
        assert_eq!(place.due_on(other).await, "2026-04-21");
    }

    place.revoke("2026-03-20").await;
    assert_eq!(finished(&place, 4).await, [1, 1, 1]);
    assert_eq!(place.due_on(&touched).await, "2026-04-21");
    let reasons = reasons(&place, &touched).await;
    assert_eq!(reasons.len(), 2, "{reasons:?}");
    assert!(reasons[1].contains("se revocó 2026-03-20"), "{reasons:?}");
    worker.drain().await;
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_a_day_declared_while_no_worker_runs_is_done_by_two_of_them_once_each() {
    const DOCUMENTS: u64 = 150;
    let place = Place::open("two_workers").await;
    let body = document();
    let keys: Vec<_> = (0..DOCUMENTS).map(|n| format!("d{n}")).collect();
    let registered = keys.iter().map(|key| place.register(key, &body));
    let ids: Vec<_> = iter(registered).buffered(16).collect().await;
    place.site.verify().await;
    place.declare("2026-03-20", "nation").await;
    place.declare("2026-03-23", "nation").await;
    let (one, other) = tokio::join!(place.worker(), place.worker());
    // Both days in one event: each says that it was rescheduled.
    assert_eq!(finished(&place, 1).await, [DOCUMENTS; 3]);
    assert_eq!(finished(&place, 2).await, [DOCUMENTS; 3]);
    for id in &ids {
        let reasons = reasons(&place, id).await;
        assert_eq!(reasons.len(), 1, "{reasons:?}");
        let both = reasons[0].contains("2026-03-20") && reasons[0].contains("2026-03-23");
        assert!(both, "{reasons:?}");
    }
    assert_eq!(place.due_on(&ids[0]).await, "2026-04-23");
    one.drain().await;
    other.drain().await;
    place.close().await;
}

/// A command process that had not heard of the day registers a document, after the day was done
/// with: its deadline is found in the rows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_a_deadline_computed_by_an_older_calendar_is_found_afterwards() {
    let place = Place::open("late_document").await;
    // Whoever has this wish knows the directory of this moment.
    let wish = place
        .app
        .wish(UserId::of_login("ana"), "late", "late")
        .unwrap();
    let worker = place.worker().await;
    place.declare("2026-03-20", "nation").await;
    assert_eq!(finished(&place, 1).await, [0, 0, 0]);
    place.app.register(registration(), &wish).await.unwrap();
    let moved = async || {
        let path = "/api/v1/calendar/changes";
        let changes = place.site.reader().get(path).await.expect(200).json();
        (changes["items"][0]["done"] == 1).then_some(())
    };
    kit::eventually(Duration::from_secs(30), "the late document", moved).await;
    assert_eq!(finished(&place, 1).await, [1, 1, 1]);
    let documents = place
        .site
        .reader()
        .get("/api/v1/documents")
        .await
        .expect(200);
    let id = documents.json()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(reasons(&place, &id).await.len(), 1);
    assert_eq!(place.due_on(&id).await, "2026-04-22");
    worker.drain().await;
    place.close().await;
}

fn registration() -> RegisterDocument {
    RegisterDocument {
        document_type: DocumentTypeId::of_code("SOL"),
        office: None,
        category: None,
        external_number: None,
        sender: Sender {
            name: "Rosa Quispe".to_owned(),
            kind: SenderKind::None,
            number: None,
            representative: None,
            email: None,
            phone: None,
            address: None,
        },
        subject: "Solicita copia de planos".to_owned(),
        folios: 3,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: BTreeSet::new(),
        notes: None,
        answer_required: false,
        presented_at: None,
        due_on: None,
        related_document: None,
        origin: None,
        acknowledged_warnings: BTreeSet::new(),
        restricted: None,
    }
}
