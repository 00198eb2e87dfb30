//! The desk, asked and told over HTTP: handed in, observed, corrected, warned of, registered, sent on
//! with others; every view tells it, and the rows are what the log says (I11).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::sync::Arc;

use events::OfficeId;
use platform::clock::SystemClock;
use serde_json::{Value, json};

use support::{Site, document, position};

/// Acts as ana, the registrar, and gives the answer and its position.
async fn act(site: &Site, path: &str, key: &str, body: &Value, status: u16) -> (Value, String) {
    let answer = site.post("ana", path, key, body).await.expect(status);
    (answer.json(), position(&answer))
}

/// How much lies in a tray of the desk.
async fn tray(site: &Site, tray: &str, position: &str) -> (i64, Value) {
    let path = format!("/offices/{}/inbox?tray={tray}", OfficeId::of_code("MP"));
    let inbox = site.read(&path, position).await;
    (
        inbox["counters"][tray].as_i64().unwrap(),
        inbox["items"][0].clone(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_handed_in_is_observed_corrected_registered_and_sent_on() {
    let fresh = kit::Env::get().await.fresh_migrated("desk").await;
    let site = Site::open(fresh, Arc::new(SystemClock)).await;
    let mut other = document();
    other["external_number"] = json!("OFICIO 7");
    let (other, _) = act(&site, "/documents", "other", &other, 201).await;
    let other = other["id"].as_str().unwrap();

    let mut said = document();
    said["office_id"] = json!(OfficeId::of_code("MP"));
    said["channel"] = json!("web");
    said["subject"] = json!("Solicita copia de los planos");
    said["external_number"] = json!("OFICIO 7");
    let (handed_in, at) = act(&site, "/documents/submit", "s", &said, 201).await;
    let id = handed_in["id"].as_str().unwrap();
    let (n, item) = tray(&site, "submitted", &at).await;
    assert_eq!((n, &item["number"]), (1, &Value::Null));
    let listed = site.read("/documents?status=submitted", &at).await;
    assert_eq!(listed["items"][0]["id"], id);

    let observe = json!({"items": [{"item": "firma", "detail": "Falta la firma"}]});
    let path = |act: &str| format!("/documents/{id}/{act}");
    let (observed, at) = act(&site, &path("observe"), "o", &observe, 200).await;
    let (n, item) = tray(&site, "observed", &at).await;
    assert_eq!((n, &item["due_on"]), (1, &observed["correct_by_on"]));
    let correct = json!({"items": ["firma"], "note": "Firmado"});
    act(&site, &path("correct"), "c", &correct, 200).await;

    let asked = "sender_number=12345678&external_number=OFICIO+7&subject=solicita+copia+planos";
    let asked = format!("/documents/duplicates?{asked}&except={id}");
    let warnings = site.read(&asked, &at).await["warnings"].clone();
    let kinds: Vec<_> = warnings.as_array().unwrap().iter().collect();
    assert_eq!(kinds.len(), 2, "{warnings}");
    for (warning, kind) in kinds.iter().zip(["same_number", "near_subject"]) {
        assert_eq!(
            (&warning["kind"], &warning["document_id"]),
            (&json!(kind), &json!(other))
        );
    }
    let nobody = site.read(
        "/documents/duplicates?sender_number=87654321&subject=x",
        &at,
    );
    assert_eq!(nobody.await["warnings"], json!([]));

    let enter = json!({"acknowledged_warnings": [
        {"kind": "same_number", "document_id": other},
        {"kind": "near_subject", "document_id": other},
    ]});
    let (registered, at) = act(&site, &path("register"), "r", &enter, 200).await;
    assert_eq!(registered["filed_on"], handed_in["filed_on"]);
    assert_eq!(tray(&site, "submitted", &at).await.0, 0);
    let link = json!({"document_id": other, "kind": "continues"});
    act(&site, &path("links"), "l", &link, 201).await;

    let many = json!({
        "document_ids": [other, id],
        "target": {"office_id": OfficeId::of_code("LOG"), "kind": "principal"},
    });
    let (sent, at) = act(&site, "/derivations", "d", &many, 200).await;
    assert_eq!(sent["results"][1]["document"]["status"], "in_process");
    let shown = site.read(&format!("/documents/{id}"), &at).await;
    assert_eq!(shown["status"], "in_process");
    assert_eq!(shown["number"], registered["number"]);
    assert_eq!(
        shown["observations"][0]["corrected_items"],
        json!(["firma"])
    );
    assert_eq!(shown["links"][0]["document_id"], other);
    let timeline = site.read(&format!("/documents/{id}/timeline"), &at).await;
    let steps = timeline["items"].as_array().unwrap();
    let steps: Vec<_> = steps
        .iter()
        .map(|step| step["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        [
            "document.submitted",
            "document.observed",
            "document.corrected",
            "document.registered",
            "document.linked",
            "document.derived",
        ]
    );
    site.verify().await;
    site.close().await;
}
