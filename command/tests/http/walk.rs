//! Every command once, in the order of an office's life.

use crate::setup::{Must, Site, document, office, to, user};
use serde_json::{Value, json};

#[tokio::test]
async fn a_document_goes_from_the_desk_into_the_archive() {
    let site = Site::begin("walk").await;
    let answer = site.post("ana", "/documents", "r1", &document()).await;
    let registered = answer.clone().expect(201).json();
    let id = registered["id"].as_str().unwrap().to_owned();
    let number = registered["number"].as_str().unwrap();
    assert!(number.ends_with("-000001"), "{number}");
    assert_eq!(registered["status"], "registered");
    assert_eq!(registered["holder_office_id"], office("MP"));
    assert_eq!(registered["tracking_token"].as_str().unwrap().len(), 32);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    assert_eq!(
        answer.header("location"),
        Some(format!("/api/v1/documents/{id}").as_str())
    );
    let position = answer.header("mesa-position").unwrap();
    let stream = site.app().shell.names.log_stream();
    assert_eq!(position, format!("{stream}:2"));

    let at = |act: &str| format!("/documents/{id}/{act}");
    let classify = json!({
        "document_type_id": registered["document_type_id"], "priority": "urgent", "tags": ["planos"],
    });
    let post = async |login: &str, act: &str, body: Value, status: u16| {
        let answer = site.post(login, &at(act), act, &body).await;
        answer.expect(status).json()
    };
    let classified = post("ana", "classify", classify, 200).await;
    assert_eq!(classified["priority"], "urgent");
    let amend =
        json!({"subject": "Solicita planos", "notes": null, "reason": "error de digitación"});
    post("ana", "amend", amend, 200).await;
    post("ana", "notes", json!({"text": "llamar al remitente"}), 201).await;

    let targets = json!({"targets": [
        {"office_id": office("LOG"), "kind": "principal", "instructions": "atender", "urgent": true},
        {"office_id": office("LEG"), "kind": "copy"},
    ]});
    let derived = post("ana", "derivations", targets, 201).await;
    assert_eq!(derived["status"], "in_process");
    assert_eq!(derived["derivations"].as_array().unwrap().len(), 2);
    assert_eq!(derived["derivations"][0]["number"], format!("{number}-D01"));
    post("lea", "derivations/2/acknowledge", json!({}), 200).await;
    let received = post("luis", "derivations/1/receive", json!({}), 200).await;
    assert_eq!(received["holder_office_id"], office("LOG"));
    assert_eq!(received["derivations"][0]["status"], "received");
    let assign = json!({"user_id": user("luis")});
    post("jefa", "derivations/1/assign", assign, 200).await;
    let attend = json!({"note": "entregado", "outcome": "granted"});
    let attended = post("luis", "derivations/1/attend", attend, 200).await;
    assert_eq!(attended["status"], "attended");
    let archive = json!({"classification": "A1", "retention_years": 5, "location": "estante 3"});
    let archived = post("ana", "archive", archive, 200).await;
    assert_eq!(archived["status"], "archived");
    let restore = json!({"reason": "lo pide el remitente"});
    let restored = post("ana", "restore", restore, 200).await;
    assert_eq!(restored["status"], "attended");
}

#[tokio::test]
async fn what_was_sent_can_come_back_in_three_ways() {
    let site = Site::begin("back").await;
    let id = site.registered("r1").await;
    let reason = json!({"reason": "no corresponde"});
    let post = async |login: &str, act: &str, key: &str, body: &Value, status: u16| {
        let path = format!("/documents/{id}/{act}");
        site.post(login, &path, key, body)
            .await
            .expect(status)
            .json()
    };
    let to_log = to("LOG", "principal");
    post("ana", "derivations", "d1", &to_log, 201).await;
    let rejected = post("luis", "derivations/1/reject", "x1", &reason, 200).await;
    assert_eq!(rejected["derivations"][0]["status"], "rejected");
    post("ana", "derivations", "d2", &to_log, 201).await;
    let recalled = post("ana", "derivations/2/recall", "x2", &reason, 200).await;
    assert_eq!(recalled["derivations"][0]["status"], "recalled");
    post("ana", "derivations", "d3", &to_log, 201).await;
    post("luis", "derivations/3/receive", "x3", &json!({}), 200).await;
    let returned = post("luis", "derivations/3/return", "x4", &reason, 200).await;
    assert_eq!(returned["derivations"][0]["status"], "returned");
    assert_eq!(returned["holder_office_id"], office("MP"));
    let conclude = json!({"outcome": "denied", "note": "sin sustento"});
    let concluded = post("jefa", "conclude", "x5", &conclude, 200).await;
    assert_eq!(concluded["status"], "attended");

    let other = site.registered("r2").await;
    let voided = site
        .post("jefa", &format!("/documents/{other}/void"), "v", &reason)
        .await;
    assert_eq!(voided.expect(200).json()["status"], "voided");
}

#[tokio::test]
async fn an_administrator_keeps_the_directory() {
    let site = Site::begin("directory").await;
    let post = async |path: &str, key: &str, body: Value, status: u16| {
        site.post("root", path, key, &body)
            .await
            .expect(status)
            .json()
    };
    let reason = json!({"reason": "reorganización"});
    let archive = json!({"code": "ARC", "name": "Archivo", "parent_id": office("MP")});
    let made = post("/offices", "o1", archive, 201).await;
    assert_eq!(made["id"], office("ARC"));
    let at = format!("/offices/{}", office("ARC"));
    let changed = post(
        &format!("{at}/change"),
        "o2",
        json!({"name": "Archivo Central"}),
        200,
    )
    .await;
    assert_eq!(changed["name"], "Archivo Central");
    let closed = post(&format!("{at}/close"), "o3", reason.clone(), 200).await;
    assert_eq!(closed["active"], false);
    post(&format!("{at}/reopen"), "o4", reason.clone(), 200).await;

    let kind = json!({"code": "OFI", "name": "Oficio", "series": "OFI"});
    let kind = post("/document-types", "t1", kind, 201).await;
    let at = format!("/document-types/{}", kind["id"].as_str().unwrap());
    let change = json!({"name": "Oficio externo", "series": "OFI"});
    post(&format!("{at}/change"), "t2", change, 200).await;
    let retired = post(&format!("{at}/retire"), "t3", reason.clone(), 200).await;
    assert_eq!(retired["active"], false);
    post(&format!("{at}/reinstate"), "t4", reason.clone(), 200).await;
    let series = json!({"code": "OFI", "year": 2026, "first": 4512});
    assert_eq!(post("/series", "s1", series, 201).await["next"], 4512);

    let eva =
        json!({"login": "eva", "name": "Eva", "office_ids": [office("ARC")], "roles": ["viewer"]});
    let eva = post("/users", "u1", eva, 201).await;
    let at = format!("/users/{}", eva["id"].as_str().unwrap());
    let change = json!({"name": "Eva Ruiz", "office_ids": [], "roles": ["viewer", "officer"]});
    let changed = post(&format!("{at}/change"), "u2", change, 200).await;
    assert_eq!(changed["roles"], json!(["officer", "viewer"]));
    post(&format!("{at}/deactivate"), "u3", reason.clone(), 200).await;
    let active = post(&format!("{at}/activate"), "u4", reason, 200).await;
    assert_eq!(active["active"], true);
    assert_eq!(active["version"], 4);
}

#[tokio::test]
async fn i18_a_key_is_shown_once_and_opens_until_it_is_revoked() {
    let site = Site::begin("keys").await;
    let other = crate::setup::serve(&site.fresh).await;
    let body = json!({"user_id": user("ana"), "name": "ventanilla"});
    let first = site
        .post("root", "/api-keys", "k1", &body)
        .await
        .expect(201);
    let key = first.json()["key"].as_str().unwrap().to_owned();
    let again = site
        .post("root", "/api-keys", "k1", &body)
        .await
        .expect(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json()["key"], Value::Null);
    assert_eq!(again.json()["id"], first.json()["id"]);
    assert!(again.json()["note"].as_str().unwrap().contains("revoke"));

    let as_key = |http: &kit::http::Http| http.with("x-api-key", &key);
    let here = as_key(&site.instance.http);
    let there = as_key(&other.http);
    here.post("/api/v1/documents", "d1", &document())
        .await
        .must(201);
    kit::eventually(
        std::time::Duration::from_secs(1),
        "the key there",
        async || {
            let answer = there.post("/api/v1/documents", "d1", &document()).await;
            (answer.status == 201).then_some(())
        },
    )
    .await;
    let id = first.json()["id"].as_str().unwrap().parse().unwrap();
    let aggregate = events::Aggregate::ApiKey(id);
    let record = site.app().shell.log.last(&aggregate).await.unwrap();
    let stored = record.unwrap();
    let secret = key.rsplit('_').next().unwrap();
    assert_eq!(secret.len(), 64);
    assert!(!String::from_utf8_lossy(&stored.bytes).contains(secret));

    let path = format!("/api-keys/{}/revoke", first.json()["id"].as_str().unwrap());
    let reason = json!({"reason": "perdida"});
    let revoked = site.post("root", &path, "k2", &reason).await.expect(200);
    assert_eq!(revoked.json()["revoked"], true);
    here.post("/api/v1/documents", "d2", &document())
        .await
        .must(401);
    kit::eventually(
        std::time::Duration::from_secs(1),
        "the revocation there",
        async || {
            let answer = there.post("/api/v1/documents", "d1", &document()).await;
            (answer.status == 401).then_some(())
        },
    )
    .await;
}
