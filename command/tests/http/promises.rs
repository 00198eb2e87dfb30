//! What a caller may rely on: keys, versions, pointers, and who may do what.

use std::collections::BTreeSet;

use crate::setup::{Must, Site, document, office, to};
use events::classify::Role;
use kit::http::Answer;
use reqwest::Method;
use serde_json::{Value, json};

fn slug(answer: &Answer) -> String {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.trim_start_matches("/problems/").to_owned()
}

#[tokio::test]
async fn i15_a_retry_has_one_effect_and_the_same_answer_whatever_happened_since() {
    let site = Site::begin("retry").await;
    let first = site
        .post("ana", "/documents", "k", &document())
        .await
        .expect(201);
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let derive = format!("/documents/{id}/derivations");
    let derived = site
        .post("ana", &derive, "d", &to("LOG", "principal"))
        .await
        .expect(201);
    let receive = format!("/documents/{id}/derivations/1/receive");
    let received = site
        .post("luis", &receive, "r", &json!({}))
        .await
        .expect(200);
    for (login, path, key, body, was) in [
        ("ana", "/documents", "k", document(), &first),
        (
            "ana",
            derive.as_str(),
            "d",
            to("LOG", "principal"),
            &derived,
        ),
        ("luis", receive.as_str(), "r", json!({}), &received),
    ] {
        let again = site.post(login, path, key, &body).await;
        assert_eq!(again.status, was.status);
        assert_eq!(again.json(), was.json());
        for header in ["etag", "location", "mesa-position"] {
            assert_eq!(again.header(header), was.header(header), "{path} {header}");
        }
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(was.header("idempotent-replayed"), None);
    }
}

#[tokio::test]
async fn i15_a_retry_at_an_instance_that_knows_nothing_is_recognised() {
    let site = Site::begin("retry_elsewhere").await;
    let id = site.registered("k").await;
    let notes = format!("/api/v1/documents/{id}/notes");
    let text = json!({"text": "una vez"});
    let first = site.of("ana").post(&notes, "n", &text).await.expect(201);
    let other = crate::setup::serve(&site.fresh).await;
    let again = site
        .at(&other, "ana")
        .post(&notes, "n", &text)
        .await
        .expect(201);
    assert_eq!(again.json(), first.json());
    let whole = site
        .at(&other, "ana")
        .post("/api/v1/documents", "k", &document())
        .await;
    assert_eq!(whole.expect(201).json()["id"], id);
}

#[tokio::test]
async fn a_key_of_another_request_is_refused() {
    let site = Site::begin("reuse").await;
    let id = site.registered("k").await;
    let mut other = document();
    other["folios"] = json!(4);
    let refused = site
        .post("ana", "/documents", "k", &other)
        .await
        .expect(422);
    assert_eq!(slug(&refused), "idempotency-key-reused");
    let notes = format!("/documents/{id}/notes");
    site.post("ana", &notes, "n", &json!({"text": "a"}))
        .await
        .must(201);
    let refused = site
        .post("ana", &notes, "n", &json!({"text": "b"}))
        .await
        .expect(422);
    assert_eq!(slug(&refused), "idempotency-key-reused");
    let office = |code: &str| json!({"code": code, "name": code});
    site.post("root", "/offices", "o", &office("A"))
        .await
        .must(201);
    let refused = site
        .post("root", "/offices", "o", &office("B"))
        .await
        .expect(422);
    assert_eq!(slug(&refused), "idempotency-key-reused");
    let series = |code: &str| json!({"code": code, "year": 2030, "first": 7});
    site.post("root", "/series", "s", &series("A"))
        .await
        .must(201);
    let refused = site
        .post("root", "/series", "s", &series("B"))
        .await
        .expect(422);
    assert_eq!(slug(&refused), "idempotency-key-reused");
    let same_key_of_another = site.post("robot", "/documents", "k", &document()).await;
    assert_ne!(same_key_of_another.expect(201).json()["id"], id);
}

#[tokio::test]
async fn a_change_of_what_was_not_read_is_refused() {
    let site = Site::begin("if_match").await;
    let id = site.registered("k").await;
    let path = format!("/api/v1/documents/{id}/notes");
    let text = json!({"text": "a"});
    let with = |version: &str| site.of("ana").with("if-match", version);
    let refused = with("\"7\"").post(&path, "n1", &text).await.expect(412);
    assert_eq!(slug(&refused), "precondition-failed");
    with("\"1\"").post(&path, "n1", &text).await.must(201);
    with("\"1\"").post(&path, "n1", &text).await.must(201);
    with("\"1\"").post(&path, "n2", &text).await.must(412);
    with("*").post(&path, "n2", &text).await.must(201);
    with("7").post(&path, "n3", &text).await.must(400);
}

#[tokio::test]
async fn every_fault_is_pointed_to_and_no_number_is_lost() {
    let site = Site::begin("pointers").await;
    let mut wrong = document();
    wrong["sender"]["number"] = json!("123");
    wrong["subject"] = json!(" ");
    wrong["folios"] = json!(0);
    let refused = site
        .post("ana", "/documents", "k", &wrong)
        .await
        .expect(422);
    assert_eq!(slug(&refused), "invalid-command");
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    let pointers: BTreeSet<_> = errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(pointers, ["/folios", "/sender/number", "/subject"].into());

    let mut unknown = document();
    unknown["sender"]["age"] = json!(7);
    let refused = site
        .post("ana", "/documents", "k", &unknown)
        .await
        .expect(400);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/sender/age");
    assert_eq!(refused.json()["errors"][0]["code"], "unknown_field");

    let id = site.registered("k").await;
    let here = to("MP", "principal");
    let derive = format!("/documents/{id}/derivations");
    let refused = site.post("ana", &derive, "d", &here).await.expect(422);
    assert_eq!(
        refused.json()["errors"][0]["pointer"],
        "/targets/0/office_id"
    );
    let next = site
        .post("ana", "/documents", "k2", &document())
        .await
        .expect(201);
    assert!(next.json()["number"].as_str().unwrap().ends_with("-000002"));
}

#[tokio::test]
async fn refusals_have_names() {
    let site = Site::begin("refusals").await;
    let id = site.registered("k").await;
    let post = async |login: &str, act: &str, body: Value, status: u16| {
        let path = format!("/documents/{id}/{act}");
        slug(
            &site
                .post(login, &path, &format!("{login}{act}"), &body)
                .await
                .expect(status),
        )
    };
    assert_eq!(
        post("luis", "derivations/1/receive", json!({}), 404).await,
        "derivation-not-found"
    );
    let derive = format!("/documents/{id}/derivations");
    site.post("ana", &derive, "d", &to("LOG", "principal"))
        .await
        .must(201);
    assert_eq!(
        post("lea", "derivations/1/receive", json!({}), 403).await,
        "not-of-office"
    );
    assert_eq!(
        post("luis", "derivations/1/acknowledge", json!({}), 409).await,
        "is-not-copy"
    );
    assert_eq!(
        post("jefa", "conclude", json!({}), 409).await,
        "derivation-open"
    );
    assert_eq!(
        post("ana", "derivations", to("LEG", "principal"), 409).await,
        "principal-open"
    );
    let nowhere = "/documents/00000000-0000-0000-0000-000000000000/notes";
    let missing = site
        .post("ana", nowhere, "n", &json!({"text": "a"}))
        .await
        .expect(404);
    assert_eq!(slug(&missing), "document-not-found");
    let office = json!({"code": "MP", "name": "otra"});
    let taken = site
        .post("root", "/offices", "o", &office)
        .await
        .expect(409);
    assert_eq!(slug(&taken), "code-taken");
    let no_id = site
        .post("ana", "/documents/x/notes", "n", &json!({"text": "a"}))
        .await;
    assert_eq!(slug(&no_id.expect(400)), "malformed-parameter");
}

#[tokio::test]
async fn a_request_without_what_it_needs_is_told_so() {
    let site = Site::begin("needs").await;
    let http = site.of("ana");
    let bare = http
        .request(Method::POST, "/api/v1/documents")
        .json(&document());
    let answer = http.send(bare).await.expect(400);
    assert_eq!(slug(&answer), "idempotency-key-required");
    let text = http
        .request(Method::POST, "/api/v1/documents")
        .header("idempotency-key", "k")
        .body("x");
    assert_eq!(
        slug(&http.send(text).await.expect(415)),
        "unsupported-media-type"
    );
    let large = json!({"text": "x".repeat(2 << 20)});
    let large = http.post(
        "/api/v1/documents/00000000-0000-0000-0000-000000000000/notes",
        "k",
        &large,
    );
    assert_eq!(slug(&large.await.expect(413)), "body-too-large");
    assert_eq!(http.get("/api/v1/documents").await.status, 405);
    assert_eq!(
        http.get("/readyz").await.expect(200).json()["state"],
        "ready"
    );
}

#[tokio::test]
async fn without_a_good_key_nothing_opens() {
    let site = Site::begin("unauthenticated").await;
    let good = site.key("ana").to_owned();
    let mut wrong = good.clone();
    wrong.replace_range(
        good.len() - 1..,
        if good.ends_with('0') { "1" } else { "0" },
    );
    let nobody = format!("mesa_{}_{}", "0".repeat(32), "0".repeat(64));
    for (path, _) in command::commands() {
        let path = path
            .replace("{id}", "00000000-0000-0000-0000-000000000000")
            .replace("{n}", "1")
            .replace("{code}", "other");
        let open = &site.instance.http;
        for http in [
            open.clone(),
            open.with_key("x"),
            open.with_key(&wrong),
            open.with_key(&nobody),
        ] {
            let answer = http.post(&path, "k", &json!({})).await.expect(401);
            assert_eq!(slug(&answer), "unauthenticated", "{path}");
        }
    }
}

/// Every role asks for every command. What the table forbids is 403 before anything is read; what
/// it allows gets past, to be told that its body is wrong or its target missing.
#[tokio::test]
async fn every_role_may_do_what_the_table_says_and_no_more() {
    let site = Site::begin("roles").await;
    let people = [
        ("ana", Role::REGISTRAR),
        ("luis", Role::OFFICER),
        ("jefa", Role::HEAD),
        ("vera", Role::VIEWER),
        ("root", Role::ADMIN),
        ("robot", Role::INTEGRATOR),
    ];
    assert_eq!(people.len(), Role::ALL.len());
    let commands = command::commands();
    assert!(commands.len() > 30, "{}", commands.len());
    for (path, act) in commands {
        let path = path
            .replace("{id}", "00000000-0000-0000-0000-000000000000")
            .replace("{n}", "1")
            .replace("{code}", "other");
        for (login, role) in people {
            let answer = site.of(login).post(&path, "k", &json!({"x": 1})).await;
            let allowed = act.is_built_into(role);
            assert_eq!(
                answer.status != 403,
                allowed,
                "{login} {path} {}",
                answer.text()
            );
            assert!(answer.status.is_client_error(), "{login} {path}");
        }
    }
}

#[tokio::test]
async fn a_deactivated_user_is_out_at_once() {
    let site = Site::begin("deactivated").await;
    site.registered("k").await;
    let path = format!("/users/{}/deactivate", crate::setup::user("ana"));
    let reason = json!({"reason": "ya no trabaja aquí"});
    site.post("root", &path, "x", &reason).await.must(200);
    site.post("ana", "/documents", "k2", &document())
        .await
        .must(401);
    let last = format!("/users/{}/deactivate", crate::setup::user("root"));
    let refused = site.post("root", &last, "y", &reason).await.expect(409);
    assert_eq!(slug(&refused), "last-administrator");
    assert_eq!(office("MP").len(), 36);
}
