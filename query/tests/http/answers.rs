//! Every question over HTTP, answered from rows that are there.

use crate::support::{Derived, Doc, Stage, id, kind, office, user};
use chrono::NaiveDate;
use events::classify::Role;
use kit::http::Http;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The numbers of the documents a list has, as their last digits.
async fn listed(http: &Http, query: &str) -> Vec<u32> {
    let answer = http.get(&format!("/api/v1/documents{query}")).await;
    let body = answer.expect(200).json();
    let number = |item: &serde_json::Value| {
        let number = item["number"].as_str().unwrap();
        number.rsplit('-').next().unwrap().parse().unwrap()
    };
    body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(number)
        .collect()
}

#[tokio::test]
async fn a_document_is_answered_by_id_and_by_number_with_its_derivations() {
    let stage = Stage::new("document").await;
    Doc {
        due_on: Some(day("2026-04-01")),
        ..Doc::new(7)
    }
    .put(&stage.pool)
    .await;
    Derived::new(7).put(&stage.pool).await;
    let http = stage.viewer();
    let answer = http
        .get(&format!("/api/v1/documents/{}", id(7)))
        .await
        .expect(200);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(answer.header("cache-control"), Some("private"));
    let body = answer.json();
    assert_eq!(body["number"], "EXP-2026-000007");
    assert_eq!(body["deadline"]["due_on"], "2026-04-01");
    assert_eq!(body["derivations"][0]["number"], "EXP-2026-000007-D01");
    let by_number = http
        .get("/api/v1/documents/by-number/EXP-2026-000007")
        .await;
    assert_eq!(by_number.expect(200).json(), body);
    let path = format!("/api/v1/documents/{}/timeline", id(7));
    let timeline = http.get(&path).await.expect(200).json();
    assert_eq!(timeline["items"][0]["event"], "document.derived");
    stage.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let stage = Stage::new("missing").await;
    let http = stage.viewer().with("accept-language", "en");
    for path in [
        format!("/api/v1/documents/{}", id(1)),
        format!("/api/v1/documents/{}/timeline", id(1)),
        "/api/v1/documents/by-number/EXP-2026-000001".to_owned(),
        format!("/api/v1/offices/{}", id(1)),
        format!("/api/v1/users/{}", id(1)),
    ] {
        let answer = http.get(&path).await.expect(404);
        assert_eq!(answer.json()["type"], "/problems/not-found", "{path}");
    }
    for path in [
        "/api/v1/documents/junk",
        "/api/v1/documents/by-number/EXP-1",
    ] {
        let answer = http.get(path).await.expect(400);
        assert_eq!(
            answer.json()["type"],
            "/problems/malformed-parameter",
            "{path}"
        );
    }
    stage.end().await;
}

#[tokio::test]
async fn documents_are_filtered_by_everything_they_can_be_filtered_by() {
    let stage = Stage::new("filters").await;
    let plain = Doc::new(1);
    let named = Doc {
        sender: "José Ñañez".to_owned(),
        ..Doc::new(2)
    };
    let typed = Doc {
        type_code: "OFI",
        category: Some("fast".to_owned()),
        ..Doc::new(3)
    };
    let urgent = Doc {
        priority: 2,
        channel: "web",
        has_annexes: true,
        ..Doc::new(4)
    };
    let attended = Doc {
        status: "attended",
        attended_at: Some("2026-02-01T04:59:00Z".parse().unwrap()),
        ..Doc::new(5)
    };
    let held = Doc {
        holder: office("B"),
        tags: vec!["x".to_owned(), "y".to_owned()],
        ..Doc::new(6)
    };
    let late = Doc {
        due_on: Some(day("2026-03-09")),
        ..Doc::new(7)
    };
    let soon = Doc {
        due_on: Some(day("2026-03-12")),
        ..Doc::new(8)
    };
    for doc in [plain, named, typed, urgent, attended, held, late, soon] {
        doc.put(&stage.pool).await;
    }
    let http = stage.viewer();
    let b = office("B");
    for (query, expected) in [
        ("?number=EXP-2026-000003".to_owned(), vec![3]),
        (
            "?number_prefix=EXP-2026-00000".to_owned(),
            vec![8, 7, 6, 5, 4, 3, 2, 1],
        ),
        ("?number_prefix=EXP-2025".to_owned(), vec![]),
        ("?sender_name=jose+nan".to_owned(), vec![2]),
        (
            "?sender_number=00000004&sender_number=00000005".to_owned(),
            vec![5, 4],
        ),
        (format!("?document_type={}", kind("OFI")), vec![3]),
        ("?category=fast".to_owned(), vec![3]),
        ("?status=attended".to_owned(), vec![5]),
        ("?priority=urgent&priority=high".to_owned(), vec![4]),
        ("?urgent=true".to_owned(), vec![4]),
        ("?channel=web".to_owned(), vec![4]),
        ("?has_annexes=true".to_owned(), vec![4]),
        ("?tag=y&tag=z".to_owned(), vec![6]),
        (format!("?holder_office={b}"), vec![6]),
        (format!("?registered_by={}", kind("OFI")), vec![3]),
        (
            "?attended_from=2026-01-31&attended_to=2026-01-31".to_owned(),
            vec![5],
        ),
        (
            "?due_from=2026-03-01&due_to=2026-03-12".to_owned(),
            vec![8, 7],
        ),
        ("?overdue=true".to_owned(), vec![7]),
        ("?due_within=2".to_owned(), vec![8]),
        ("?due_within=1".to_owned(), vec![]),
        ("?registered_to=2025-12-31".to_owned(), vec![]),
        ("?presented_from=2026-01-01&limit=2".to_owned(), vec![8, 7]),
        ("?sort=number&order=asc&limit=3".to_owned(), vec![1, 2, 3]),
        ("?sort=priority&limit=2".to_owned(), vec![4, 8]),
        ("?sort=due&limit=3".to_owned(), vec![7, 8, 1]),
        ("?sort=due&order=desc&limit=2".to_owned(), vec![6, 5]),
        (
            "?sort=last_activity&order=asc&status=in_process&limit=1".to_owned(),
            vec![1],
        ),
    ] {
        assert_eq!(listed(&http, &query).await, expected, "{query}");
    }
    stage.end().await;
}

#[tokio::test]
async fn parameters_that_are_unknown_or_wrong_are_named() {
    let stage = Stage::new("parameters").await;
    let http = stage.viewer();
    let inbox = format!("/api/v1/offices/{}/inbox", office("A"));
    for (path, pointer) in [
        ("/api/v1/documents?colour=red", "?colour"),
        ("/api/v1/documents?status=lost", "?status"),
        ("/api/v1/documents?limit=201", "?limit"),
        ("/api/v1/documents?cursor=junk", "?cursor"),
        ("/api/v1/documents?overdue=maybe", "?overdue"),
        ("/api/v1/derivations?tray=x", "?tray"),
        ("/api/v1/statistics?from=2026-02-30", "?from"),
        ("/api/v1/statistics?from=1990-01-01&to=2020-01-01", "?from"),
        ("/api/v1/series?limit=3", "?limit"),
        ("/api/v1/offices?active=perhaps", "?active"),
        (&format!("{inbox}?tray=lost"), "?tray"),
    ] {
        let body = http.get(path).await.expect(400).json();
        assert_eq!(body["errors"][0]["pointer"], pointer, "{path}: {body}");
    }
    stage.end().await;
}

#[tokio::test]
async fn an_inbox_has_its_items_and_the_counters_of_all_trays() {
    let stage = Stage::new("inbox").await;
    let due = |text| Some(day(text));
    for (document, due_on) in [
        (1, None),
        (2, due("2026-03-09")),
        (3, due("2026-03-10")),
        (4, due("2026-03-13")),
        (5, due("2026-03-14")),
    ] {
        Derived {
            due_on,
            ..Derived::new(document)
        }
        .put(&stage.pool)
        .await;
    }
    let path = format!("/api/v1/offices/{}/inbox", office("B"));
    let body = stage.viewer().get(&path).await.expect(200).json();
    assert_eq!(body["tray"], "to_receive");
    assert_eq!(body["items"].as_array().unwrap().len(), 5);
    assert_eq!(body["items"][0]["number"], "EXP-2026-000001");
    assert_eq!(body["counters"]["to_receive"], 5);
    assert_eq!(body["counters"]["in_office"], 0);
    assert_eq!(body["counters"]["overdue"], 1);
    assert_eq!(body["counters"]["due_soon"], 2);
    for (tray, expected) in [
        ("overdue", vec![2]),
        ("due_soon", vec![3, 4]),
        ("copies", vec![]),
    ] {
        let answer = stage.viewer().get(&format!("{path}?tray={tray}")).await;
        let items = answer.expect(200).json()["items"]
            .as_array()
            .unwrap()
            .clone();
        let found: Vec<String> = items.iter().map(|i| i["document_id"].to_string()).collect();
        let expected: Vec<String> = expected.iter().map(|n| format!("\"{}\"", id(*n))).collect();
        assert_eq!(found, expected, "{tray}");
    }
    stage.end().await;
}

#[tokio::test]
async fn derivations_are_filtered_and_sorted() {
    let stage = Stage::new("derivations").await;
    Derived::new(1).put(&stage.pool).await;
    Derived {
        urgent: true,
        to: office("C"),
        ..Derived::new(2)
    }
    .put(&stage.pool)
    .await;
    Derived {
        status: "received",
        due_on: Some(day("2026-03-01")),
        ..Derived::new(3)
    }
    .put(&stage.pool)
    .await;
    let http = stage.viewer();
    for (query, expected) in [
        (String::new(), vec!["1", "2", "3"]),
        ("?sort=sent&order=asc".to_owned(), vec!["3", "2", "1"]),
        ("?sort=due".to_owned(), vec!["3", "1", "2"]),
        (format!("?to_office={}", office("C")), vec!["2"]),
        (
            format!("?from_office={}&status=received", office("A")),
            vec!["3"],
        ),
        ("?urgent=true".to_owned(), vec!["2"]),
        ("?urgent=false&status=pending".to_owned(), vec!["1"]),
        ("?overdue=true".to_owned(), vec!["3"]),
        ("?number=EXP-2026-000002-D01".to_owned(), vec!["2"]),
        ("?number_prefix=EXP-2026-000003".to_owned(), vec!["3"]),
        (
            format!("?document={}&document={}", id(1), id(3)),
            vec!["1", "3"],
        ),
        ("?sent_to=2026-03-09".to_owned(), vec![]),
        ("?kind=copy".to_owned(), vec![]),
    ] {
        let path = format!("/api/v1/derivations{query}");
        let body = http.get(&path).await.expect(200).json();
        let found: Vec<_> = body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["number"].as_str().unwrap()[14..15].to_owned())
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    stage.end().await;
}

#[tokio::test]
async fn the_directory_is_answered_from_memory_page_by_page() {
    let stage = Stage::new("directory").await;
    let admin = stage.as_role(Role::ADMIN);
    let first = admin.get("/api/v1/offices?limit=2").await.expect(200);
    assert!(
        first
            .header("mesa-position")
            .unwrap()
            .contains("_DIRECTORY:")
    );
    let first = first.json();
    assert_eq!(first["items"][1]["code"], "B");
    assert_eq!(first["items"][1]["parent_id"], office("A").to_string());
    let next = first["next"].as_str().unwrap();
    let second = admin
        .get(&format!("/api/v1/offices?limit=2&cursor={next}"))
        .await;
    let second = second.expect(200).json();
    assert_eq!(second["items"][0]["code"], "C");
    assert_eq!(second["next"], serde_json::Value::Null);
    let types = admin.get("/api/v1/document-types").await.expect(200).json();
    assert_eq!(types["items"][0]["code"], "OFI");
    let heads = admin
        .get("/api/v1/users?role=head&active=true")
        .await
        .expect(200)
        .json();
    assert_eq!(heads["items"].as_array().unwrap().len(), 1);
    assert_eq!(heads["items"][0]["office_ids"][0], office("A").to_string());
    let path = format!("/api/v1/users/{}", user(Role::HEAD));
    assert_eq!(admin.get(&path).await.expect(200).json(), heads["items"][0]);
    let keys = admin.get("/api/v1/api-keys").await.expect(200);
    assert!(!keys.text().contains("secret") && !keys.text().contains("0707"));
    assert_eq!(
        keys.json()["items"].as_array().unwrap().len(),
        Role::ALL.len()
    );
    stage.end().await;
}
