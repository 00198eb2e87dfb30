//! Routing rules over HTTP.

use crate::setup::{Site, office};
use events::DocumentTypeId;
use serde_json::{Value, json};

#[tokio::test]
async fn a_rule_is_set_up_changed_retired_and_reinstated() {
    let site = Site::begin("routing").await;
    let post = async |path: &str, key: &str, body: &Value, status: u16| {
        let answer = site.post("root", path, key, body).await;
        answer.expect(status).json()
    };
    let when = json!({"document_type_id": DocumentTypeId::of_code("SOL"), "words": ["licencia"]});
    let rule =
        json!({"code": "LIC", "when": when, "suggest": {"office_id": office("LEG")}, "order": 3});
    let made = post("/routing-rules", "r1", &rule, 201).await;
    assert_eq!(
        (&made["active"], &made["when"]["words"]),
        (&json!(true), &json!(["licencia"]))
    );
    let taken = post("/routing-rules", "r2", &rule, 409).await;
    assert_eq!(taken["type"], "/problems/code-taken");
    let at = |act: &str| format!("/routing-rules/{}/{act}", made["id"].as_str().unwrap());
    let other = json!({"suggest": {"office_id": office("LOG"), "kind": "copy"}});
    let changed = post(&at("change"), "c1", &other, 200).await;
    assert_eq!(
        (
            &changed["version"],
            &changed["when"]["words"],
            &changed["code"]
        ),
        (&json!(2), &json!([]), &json!("LIC"))
    );
    assert_eq!(post(&at("change"), "c2", &other, 200).await["version"], 2);
    let why = json!({"reason": "se derogó"});
    assert_eq!(post(&at("retire"), "x1", &why, 200).await["active"], false);
    assert_eq!(
        post(&at("reinstate"), "x2", &why, 200).await["active"],
        true
    );
    let none = format!("/routing-rules/{}/retire", office("LEG"));
    let gone = post(&none, "x3", &why, 404).await;
    assert_eq!(gone["type"], "/problems/entry-not-found");

    let wrong = json!({
        "code": "MAL", "suggest": {"office_id": DocumentTypeId::of_code("SOL")},
        "when": {"words": ["dos palabras"], "sender_kind": "none", "sender_prefix": "20"},
    });
    let wrong = post("/routing-rules", "r3", &wrong, 422).await;
    let errors = wrong["errors"].as_array().unwrap();
    let pointers: Vec<_> = errors.iter().map(|it| it["pointer"].as_str()).collect();
    assert_eq!(
        pointers,
        [
            Some("/when/words/0"),
            Some("/when/sender_prefix"),
            Some("/suggest/office_id")
        ]
    );
    let denied = site.post("ana", "/routing-rules", "r4", &rule).await;
    assert_eq!(denied.expect(403).json()["type"], "/problems/forbidden");
}
