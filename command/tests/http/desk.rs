//! The digital desk over HTTP: handed in, observed, corrected, registered, linked.

use std::collections::BTreeSet;

use crate::setup::{Must, Site, document, office, serve, to};
use events::DocumentTypeId;
use futures::future::join_all;
use serde_json::{Value, json};

fn submission() -> Value {
    json!({
        "document_type_id": DocumentTypeId::of_code("SOL"),
        "office_id": office("MP"),
        "sender": {"name": "Rosa Quispe", "kind": "dni", "number": "12345678"},
        "subject": "Solicita copia de planos",
        "folios": 3,
        "notes": "Es urgente",
    })
}

fn items(names: &[&str]) -> Value {
    let one = |name: &&str| json!({"item": name, "detail": format!("falta {name}")});
    json!({"items": names.iter().map(one).collect::<Vec<_>>()})
}

#[tokio::test]
async fn what_is_handed_in_is_observed_corrected_and_gets_its_number() {
    let site = Site::begin("desk").await;
    let said = submission();
    let mut elsewhere = said.clone();
    elsewhere["channel"] = json!("counter");
    let refused = site.post("robot", "/documents/submit", "s0", &elsewhere);
    let refused = refused.await.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "/channel");
    let answer = site.post("robot", "/documents/submit", "s1", &said);
    let submitted = answer.await.expect(201).json();
    assert_eq!(submitted["status"], "submitted");
    assert_eq!(submitted["number"], Value::Null);
    let token = submitted["tracking_token"].as_str().unwrap();
    assert_eq!(token.len(), 32);
    let id = submitted["id"].as_str().unwrap();
    let again = site.post("robot", "/documents/submit", "s1", &said);
    let again = again.await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), submitted);

    let post = async |login: &str, act: &str, key: &str, body: Value, status: u16| {
        let path = format!("/documents/{id}/{act}");
        let answer = site.post(login, &path, key, &body).await;
        answer.expect(status).json()
    };
    let early = post("ana", "derivations", "d0", to("LOG", "principal"), 409).await;
    assert_eq!(early["type"], "/problems/wrong-status");
    let observed = post("ana", "observe", "o1", items(&["firma", "tasa"]), 200).await;
    assert_eq!(observed["status"], "observed");
    assert!(observed["correct_by_on"].is_string());
    let running = post("ana", "not-filed", "n1", json!({}), 409).await;
    assert_eq!(running["type"], "/problems/correction-running");
    let waits = post("ana", "register", "r0", json!({}), 409).await;
    assert_eq!(waits["type"], "/problems/wrong-status");
    let corrected = post("robot", "correct", "c1", json!({"items": ["tasa"]}), 200).await;
    assert_eq!(corrected["status"], "submitted");
    let once = post("ana", "observe", "o2", items(&["firma", "poder"]), 409).await;
    assert_eq!(once["type"], "/problems/observed-once");

    post("luis", "register", "r1", json!({}), 403).await;
    let enter = json!({
        "category": "Planos",
        "priority": "high",
        "acknowledged_warnings": [{"kind": "near_subject", "document_id": id}],
    });
    let registered = post("ana", "register", "r1", enter.clone(), 200).await;
    assert_eq!(registered["status"], "registered");
    assert!(registered["number"].as_str().unwrap().ends_with("-000001"));
    assert_eq!(registered["filed_on"], submitted["filed_on"]);
    assert_eq!(registered["tracking_token"], submitted["tracking_token"]);
    assert_eq!(post("ana", "register", "r1", enter, 200).await, registered);
    let other = post("ana", "register", "r1", json!({"folios": 9}), 422).await;
    assert_eq!(other["type"], "/problems/idempotency-key-reused");
    post("ana", "register", "r2", json!({}), 409).await;

    let derived = post("ana", "derivations", "d1", to("LOG", "principal"), 201).await;
    let number = registered["number"].as_str().unwrap();
    assert_eq!(derived["derivations"][0]["number"], format!("{number}-D01"));
    let late = post("ana", "observe", "o3", items(&["firma"]), 409).await;
    assert_eq!(late["type"], "/problems/wrong-status");
}

#[tokio::test]
async fn a_document_is_linked_to_one_that_exists() {
    let site = Site::begin("links").await;
    let (one, two) = (site.registered("r1").await, site.registered("r2").await);
    let path = format!("/documents/{one}/links");
    let link = json!({"document_id": two, "kind": "answers"});
    let linked = site.post("luis", &path, "l1", &link).await.expect(201);
    assert_eq!(linked.json()["version"], 2);
    let again = site.post("luis", &path, "l2", &link).await.expect(201);
    assert_eq!(again.json()["version"], 2, "it is linked already");
    let nowhere = json!({"document_id": uuid::Uuid::from_u128(7), "kind": "related"});
    let refused = site.post("luis", &path, "l3", &nowhere).await.expect(422);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/document_id");
    let itself = json!({"document_id": one, "kind": "related"});
    site.post("luis", &path, "l4", &itself).await.must(422);
    site.post("vera", &path, "l5", &link).await.must(403);
}

/// R2, I1: numbers stay gapless when documents of both kinds are registered by two instances, and
/// each submitted document gets one number however many ask for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn submitted_and_new_documents_share_the_numbers_of_a_series() {
    const EACH: usize = 40;
    let site = Site::begin("both").await;
    let other = serve(&site.fresh).await;
    let clients = [site.of("ana"), site.at(&other, "ana")];
    let hand_in = |n: usize| {
        let http = &clients[n % 2];
        async move {
            let (key, body) = (format!("s{n}"), submission());
            let answer = http.post("/api/v1/documents/submit", &key, &body).await;
            let id = answer.expect(201).json()["id"].clone();
            id.as_str().unwrap().to_owned()
        }
    };
    let ids = join_all((0..EACH).map(hand_in)).await;
    let enter = async |n: usize, by: usize| {
        let path = format!("/api/v1/documents/{}/register", ids[n]);
        let key = format!("by-{by}");
        let answer = clients[by % 2].post(&path, &key, &json!({})).await;
        (answer.status == 200).then(|| answer.json()["number"].clone())
    };
    let register = async |n: usize| {
        let (key, body) = (format!("r{n}"), document());
        let answer = clients[n % 2].post("/api/v1/documents", &key, &body).await;
        answer.expect(201).json()["number"].clone()
    };
    let (first, second, new) = futures::join!(
        join_all((0..EACH).map(|n| enter(n, 0))),
        join_all((0..EACH).map(|n| enter(n, 1))),
        join_all((0..EACH).map(register)),
    );
    let mut numbers = BTreeSet::new();
    for (one, two) in first.iter().zip(&second) {
        let given: Vec<_> = [one, two].into_iter().flatten().collect();
        assert_eq!(given.len(), 1, "one of two got the number");
        numbers.insert(given[0].to_string());
    }
    numbers.extend(new.iter().map(Value::to_string));
    let all = (1..=2 * EACH).map(|n| format!("\"EXP-2026-{n:06}\""));
    assert_eq!(numbers, all.collect());
}

/// I12: one document per integration and external id, whoever brings it in, by whichever way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i12_what_comes_from_elsewhere_is_one_document_however_often_it_is_brought_in() {
    let site = Site::begin("origin").await;
    let other = serve(&site.fresh).await;
    let clients = [site.of("ana"), site.at(&other, "ana")];
    let from = |body: Value, external: &str| {
        let mut body = body;
        body["origin"] = json!({"integration": "SGD", "external_id": external});
        body
    };
    let bring = async |n: usize| {
        let (key, body) = (format!("i{n}"), from(document(), "77"));
        clients[n % 2].post("/api/v1/documents", &key, &body).await
    };
    let answers = join_all((0..16).map(bring)).await;
    let taken: Vec<_> = answers.iter().filter(|one| one.status == 201).collect();
    assert_eq!(taken.len(), 1, "one of sixteen brought it in");
    let there = taken[0].header("location").unwrap();
    for no in answers.iter().filter(|one| one.status != 201) {
        assert_eq!(no.status, 409);
        assert_eq!(no.json()["type"], "/problems/origin-known");
        assert_eq!(no.header("location"), Some(there));
    }
    let handed_in = from(submission(), "77");
    let late = site.post("robot", "/documents/submit", "h1", &handed_in);
    assert_eq!(late.await.expect(409).header("location"), Some(there));

    // No number was lost on those that were refused, and another id is another document.
    let next = from(document(), "78");
    let next = site.post("ana", "/documents", "n1", &next).await;
    assert_eq!(next.expect(201).json()["number"], "EXP-2026-000002");
    let handed_in = from(submission(), "79");
    let first = site.post("robot", "/documents/submit", "h2", &handed_in);
    let first = first.await.expect(201).json();
    let again = site.post("robot", "/documents/submit", "h2", &handed_in);
    assert_eq!(
        again.await.expect(201).json(),
        first,
        "its retry is its retry"
    );
    let entered = from(document(), "79");
    let second = site.post("ana", "/documents", "n2", &entered);
    second.await.must(409);
}

#[tokio::test]
async fn many_are_sent_on_each_by_itself_and_a_retry_gets_the_same() {
    let site = Site::begin("many").await;
    let (one, two) = (site.registered("r1").await, site.registered("r2").await);
    let voided = site.registered("r3").await;
    let void = format!("/documents/{voided}/void");
    let reason = json!({"reason": "duplicado"});
    site.post("jefa", &void, "v", &reason).await.must(200);
    let nowhere = uuid::Uuid::from_u128(7).to_string();
    let many = |documents: &[&String]| {
        json!({
            "document_ids": documents,
            "target": {"office_id": office("LOG"), "kind": "principal"},
        })
    };
    let body = many(&[&one, &voided, &two, &nowhere]);
    let answer = site.post("ana", "/derivations", "d1", &body).await;
    assert!(answer.header("mesa-position").is_some());
    let results = answer.expect(200).json()["results"].clone();
    let statuses: Vec<_> = (0..4)
        .map(|n| results[n]["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [201, 409, 201, 404]);
    assert_eq!(results[0]["document_id"], one.as_str());
    assert_eq!(
        results[0]["document"]["derivations"][0]["status"],
        "pending"
    );
    assert_eq!(results[1]["problem"]["type"], "/problems/wrong-status");
    assert_eq!(
        results[3]["problem"]["type"],
        "/problems/document-not-found"
    );
    let again = site
        .post("ana", "/derivations", "d1", &body)
        .await
        .expect(200);
    let again = again.json()["results"].clone();
    assert_eq!(again[0]["replayed"], true);
    assert_eq!(again[0]["document"], results[0]["document"]);
    assert_eq!(again[2]["document"], results[2]["document"]);

    let twice = many(&[&one, &one]);
    site.post("ana", "/derivations", "d2", &twice)
        .await
        .must(422);
    let none = many(&[]);
    site.post("ana", "/derivations", "d3", &none)
        .await
        .must(422);
    site.post("vera", "/derivations", "d4", &body)
        .await
        .must(403);
}
