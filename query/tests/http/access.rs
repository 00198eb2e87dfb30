//! Who may ask what: every question by every role, and what lies in other people's offices.

use std::time::Duration;

use crate::support::{Stage, closed, id, key, office, user};
use directory::Act;
use events::classify::Role;
use events::{Aggregate, ApiKeyEvent, ApiKeyId, UserEvent};
use kit::eventually;
use platform::http::PresentedKey;
use reqwest::Method;

/// A path of a question with something in its holes.
fn path_of(pattern: &str, act: Act) -> String {
    let hole = if act == Act::ReadInbox {
        office("A").0
    } else {
        id(1).0
    };
    pattern
        .replace("{id}", &hole.to_string())
        .replace("{number}", "EXP-2026-000001")
        .replace("{code}", "head")
}

#[tokio::test]
async fn every_question_is_open_to_the_roles_of_its_act_and_closed_to_all_others() {
    let stage = Stage::new("access").await;
    let questions = query::routes::questions();
    assert!(questions.len() >= 12);
    for (pattern, act) in questions {
        let path = path_of(&pattern, act);
        for role in Role::ALL {
            // Others' derivations are another matter than the role: see below.
            let path = if pattern.ends_with("/derivations") {
                format!("{path}?to_office={}", office("A"))
            } else {
                path.clone()
            };
            // The head alone: a stream has no end.
            let request = stage.as_role(*role).request(Method::GET, &path);
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status == 403, !act.is_built_into(*role), "{role} {path}");
            assert_ne!(status, 401, "{role} {path}");
        }
        let answer = stage.stranger().get(&path).await.expect(401);
        assert_eq!(answer.json()["type"], "/problems/unauthenticated");
        assert!(answer.header("www-authenticate").is_some());
    }
    stage.end().await;
}

#[tokio::test]
async fn a_wrong_an_unknown_and_a_malformed_key_are_refused_alike() {
    let stage = Stage::new("keys").await;
    let right = key(Role::VIEWER);
    let wrong = PresentedKey::new(right.id, [8; 32]).text();
    let unknown = PresentedKey::new(id(9).0, [7; 32]).text();
    let mut said = Vec::new();
    for key in [wrong.as_str(), unknown.as_str(), "mesa_junk", ""] {
        let answer = stage.stranger().with_key(key).get("/api/v1/offices").await;
        let mut body = answer.expect(401).json();
        body["trace_id"] = serde_json::Value::Null;
        said.push(body);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    let other = stage.stranger().with("x-api-key", &right.text());
    let _ = other.get("/api/v1/offices").await.expect(200);
    stage.end().await;
}

#[tokio::test]
async fn a_revoked_key_and_a_deactivated_user_get_nothing_a_moment_later() {
    let stage = Stage::new("revoked").await;
    let viewer = stage.viewer();
    let _ = viewer.get("/api/v1/offices").await.expect(200);
    let aggregate = Aggregate::ApiKey(ApiKeyId(key(Role::VIEWER).id));
    stage
        .record(&aggregate, ApiKeyEvent::Revoked(closed()))
        .await;
    let refused = async || {
        let answer = viewer.get("/api/v1/offices").await;
        (answer.status.as_u16() == 401).then_some(())
    };
    eventually(Duration::from_secs(1), "the revocation", refused).await;
    let officer = stage.as_role(Role::OFFICER);
    let _ = officer.get("/api/v1/offices").await.expect(200);
    let aggregate = Aggregate::User(user(Role::OFFICER));
    stage
        .record(&aggregate, UserEvent::Deactivated(closed()))
        .await;
    let refused = async || {
        let answer = officer.get("/api/v1/offices").await;
        (answer.status.as_u16() == 401).then_some(())
    };
    eventually(Duration::from_secs(1), "the deactivation", refused).await;
    stage.end().await;
}

#[tokio::test]
async fn only_their_own_people_viewers_and_administrators_see_what_lies_in_an_office() {
    let stage = Stage::new("isolation").await;
    let inbox = |code| format!("/api/v1/offices/{}/inbox", office(code));
    let to = |code| format!("/api/v1/derivations?to_office={}", office(code));
    for role in [Role::OFFICER, Role::HEAD, Role::REGISTRAR] {
        let http = stage.as_role(role);
        let _ = http.get(&inbox("A")).await.expect(200);
        let _ = http.get(&inbox("B")).await.expect(403);
        let _ = http.get(&to("A")).await.expect(200);
        let _ = http.get(&to("B")).await.expect(403);
        let _ = http.get("/api/v1/derivations").await.expect(403);
        let both = format!("{}&to_office={}", to("A"), office("B"));
        let _ = http.get(&both).await.expect(403);
        let of_document = format!("/api/v1/derivations?document={}", id(1));
        let _ = http.get(&of_document).await.expect(200);
    }
    for role in [Role::VIEWER, Role::ADMIN] {
        let http = stage.as_role(role);
        let _ = http.get(&inbox("B")).await.expect(200);
        let _ = http.get("/api/v1/derivations").await.expect(200);
    }
    stage.end().await;
}

#[tokio::test]
async fn an_answer_kept_for_one_is_not_given_to_another_who_may_not_read_it() {
    let stage = Stage::new("kept").await;
    let path = format!("/api/v1/offices/{}/inbox", office("B"));
    let _ = stage.viewer().get(&path).await.expect(200);
    let _ = stage.as_role(Role::OFFICER).get(&path).await.expect(403);
    stage.end().await;
}
