//! The receipt of a document, from its registration to whoever checks it: by the server, by the
//! program, and by the public that follows the document.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kit::http::{Answer, Http};
use platform::clock::SystemClock;
use receipt::{Claim, Keyring};
use serde_json::{Value, json};

use crate::support::{RECEIPT_KEYS, Site, document, position};

fn keys() -> Keyring {
    Keyring::read(RECEIPT_KEYS).unwrap()
}

async fn site(name: &str) -> Site {
    let fresh = kit::Env::get().await.fresh_migrated(name).await;
    Site::open(fresh, Arc::new(SystemClock)).await
}

async fn registered(site: &Site) -> (String, Answer) {
    let answer = site.post("ana", "/documents", "k1", &document()).await;
    let answer = answer.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    (id, answer)
}

/// The claim on the receipt of a document: made here from what everybody reads, as the paper's code
/// is tested to be where papers are drawn.
fn claim(keys: &Keyring, document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let facts = receipt::Facts {
        number: text(&document["number"]),
        presented_at: chrono::DateTime::from_timestamp(
            text(&document["presented_at"])
                .parse::<chrono::DateTime<chrono::Utc>>()
                .unwrap()
                .timestamp(),
            0,
        )
        .unwrap(),
        filed_on: text(&document["filed_on"]).parse().unwrap(),
        sender: text(&document["sender"]["name"]),
        identity: Some("DNI 12345678".to_owned()),
        subject: text(&document["subject"]),
        folios: 3,
        attachments: Vec::new(),
    };
    let receipt = receipt::Receipt {
        institution: String::new(),
        ruc: None,
        address: None,
        lines: Vec::new(),
        place: String::new(),
        facts,
        document_type: String::new(),
        registrar: String::new(),
        due_on: None,
        tracking_token: text(&document["tracking_token"]),
        verify_at: None,
    };
    Claim::seal(&receipt, keys).unwrap().to_string()
}

async fn verdict(http: &Http, code: &str) -> Value {
    let path = format!("/api/v1/receipts/verify?code={code}");
    http.get(&path).await.expect(200).json()
}

/// R3: a receipt is there at once, is the same until the document changes, and can be checked by
/// anybody; a forged one cannot pass.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r3_a_receipt_is_given_kept_made_anew_and_checked() {
    let site = site("receipts").await;
    let (id, answer) = registered(&site).await;
    let paper = async |at: &str, query: &str| {
        let http = site.as_user("ana").with("mesa-min-position", at);
        let path = format!("/api/v1/documents/{id}/receipt{query}");
        http.get(&path).await.expect(200)
    };
    let at = position(&answer);
    let first = paper(&at, "").await;
    assert_eq!(first.header("content-type"), Some("application/pdf"));
    assert!(first.bytes.starts_with(b"%PDF-"));
    let number = answer.json()["number"].as_str().unwrap().to_owned();
    let shown = format!("inline; filename=\"cargo-{number}.pdf\"");
    assert_eq!(first.header("content-disposition"), Some(&*shown));
    assert_eq!(paper(&at, "").await.bytes, first.bytes);
    let roll = paper(&at, "?format=80mm").await;
    assert_ne!(roll.bytes, first.bytes);
    let tag = first.header("etag").unwrap();
    let had = site.as_user("ana").with("if-none-match", tag);
    let path = format!("/api/v1/documents/{id}/receipt");
    let _ = had.get(&path).await.expect(304);
    let _ = site
        .reader()
        .get(&format!("{path}?format=a5"))
        .await
        .expect(400);
    let _ = site.anybody().get(&path).await.expect(401);

    let read = site.read(&format!("/documents/{id}"), &at).await;
    let code = claim(&keys(), &read);
    let said = verdict(site.anybody(), &code).await;
    assert_eq!(said["valid"], true, "{said}");
    assert_eq!(said["number"], json!(number));
    assert_eq!(said["document"], "current");
    let forged = code.replace(&number, "EXP-2026-999999");
    let said = verdict(site.anybody(), &forged).await;
    assert_eq!(said, json!({"valid": false, "reason": "forged"}));
    let said = verdict(site.anybody(), "nothing").await;
    assert_eq!(said, json!({"valid": false, "reason": "malformed"}));

    let amend = json!({"folios": 7, "reason": "Mal contados"});
    let answer = site
        .post("ana", &format!("/documents/{id}/amend"), "k2", &amend)
        .await;
    let answer = answer.expect(200);
    assert_ne!(paper(&position(&answer), "").await.bytes, first.bytes);
    let said = verdict(site.anybody(), &code).await;
    assert_eq!(
        (&said["valid"], &said["document"]),
        (&json!(true), &json!("changed"))
    );

    let page = site.anybody().get("/verificar").await.expect(200);
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'sha256-"),
        "{policy}"
    );
    let (key, public) = keys()
        .public()
        .map(|(id, key)| (id.to_owned(), key))
        .next()
        .unwrap();
    assert!(
        page.text().contains(&format!("{{\"{key}\":\"{public}\"}}")),
        "{key}"
    );
    site.close().await;
}

/// P1, I13: who has the token sees the whitelist and nothing else; who has none cannot tell a wrong
/// token from one that is no token, by answer or by time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p1_i13_the_public_follows_a_document_by_its_token_and_sees_the_whitelist() {
    let site = site("tracking").await;
    let (id, answer) = registered(&site).await;
    let token = answer.json()["tracking_token"].as_str().unwrap().to_owned();
    let to = json!({"targets": [{
        "office_id": events::OfficeId::of_code("LOG"), "kind": "principal",
        "instructions": "Reservado: revisar antecedentes",
    }]});
    let sent = site
        .post("ana", &format!("/documents/{id}/derivations"), "k2", &to)
        .await;
    let note = json!({"text": "nota interna"});
    let noted = site
        .post("ana", &format!("/documents/{id}/notes"), "k3", &note)
        .await;
    let _ = (
        sent.expect(201),
        site.read(&format!("/documents/{id}"), &position(&noted))
            .await,
    );

    let path = format!("/api/v1/tracking/{token}");
    let seen = site.anybody().get(&path).await.expect(200);
    assert_eq!(seen.header("cache-control"), Some("no-store"));
    let said = seen.json();
    let names: Vec<_> = said
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let whitelist = [
        "document_type",
        "due_on",
        "filed_on",
        "number",
        "office",
        "sender",
        "status",
        "steps",
    ];
    assert_eq!(names, whitelist, "{said}");
    assert_eq!(said["sender"], "R*** Q****");
    assert_eq!(said["status"], "in_process");
    let steps: Vec<_> = said["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["event"])
        .collect();
    assert_eq!(steps, ["document.registered", "document.derived"]);
    for secret in [
        "Quispe",
        "12345678",
        "copia de planos",
        "Reservado",
        "nota interna",
        &id,
        &token,
    ] {
        assert!(!seen.text().contains(secret), "{secret}: {}", seen.text());
    }

    let mut bodies = Vec::new();
    for wrong in [
        "0".repeat(32),
        "x".to_owned(),
        token.to_uppercase(),
        "%00".to_owned(),
    ] {
        let begun = Instant::now();
        let answer = site
            .anybody()
            .get(&format!("/api/v1/tracking/{wrong}"))
            .await
            .expect(404);
        assert!(
            begun.elapsed() >= Duration::from_millis(60),
            "{wrong} came at once"
        );
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("trace_id");
        bodies.push(body);
    }
    assert!(bodies.windows(2).all(|two| two[0] == two[1]), "{bodies:?}");
    site.close().await;
}

/// The institution that is described anew stands on what is made from then on; what was sealed holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_institution_described_anew_makes_receipts_anew_and_old_ones_hold() {
    let site = site("described").await;
    let (id, answer) = registered(&site).await;
    let at = position(&answer);
    let read = site.read(&format!("/documents/{id}"), &at).await;
    let code = claim(&keys(), &read);
    let path = format!("/api/v1/documents/{id}/receipt");
    let paper = async || site.reader().get(&path).await.expect(200).bytes;
    let first = paper().await;
    let usual = site.read("/institution", &at).await;
    assert_eq!(
        (&usual["name"], &usual["usual"]),
        (&json!("Mesa de Partes"), &json!(true))
    );
    let body = json!({
        "name": "Municipalidad <de> Puno", "public_url": "https://mesa.munipuno.example",
        "reason": "Ordenanza",
    });
    let set = site.post("root", "/institution", "i1", &body).await;
    let set = set.expect(200);
    let said = site.read("/institution", &position(&set)).await;
    assert_eq!(
        said,
        json!({
            "name": "Municipalidad <de> Puno", "acronym": null, "ruc": null, "address": null,
            "public_url": "https://mesa.munipuno.example", "receipt_lines": [], "usual": false,
        })
    );
    let second = paper().await;
    assert_ne!(second, first);
    assert_eq!(paper().await, second, "kept while nothing changes");
    assert_eq!(verdict(site.anybody(), &code).await["document"], "current");
    let page = site.anybody().get("/verificar").await.expect(200).text();
    assert!(page.contains("<p id=\"institution\">Municipalidad &lt;de&gt; Puno</p>"));
    site.close().await;
}
