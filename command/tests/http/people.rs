//! Permissions, roles, scopes and substitutions over HTTP.

use chrono::Days;
use events::{DocumentEvent, legal_date};
use kit::http::Answer;
use platform::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::setup::{Must, Site, document, office, to, user};

fn slug(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.trim_start_matches("/problems/").to_owned()
}

fn permissions(login: &str) -> String {
    format!("/users/{}/permissions", user(login))
}

#[tokio::test]
async fn a_grant_opens_a_denial_closes_and_both_at_once() {
    let site = Site::begin("grants").await;
    site.post("vera", "/documents", "d1", &document())
        .await
        .must(403);
    let grants = json!({"grants": ["documents.create"]});
    let answer = site.post("root", &permissions("vera"), "g", &grants).await;
    let answer = answer.expect(200).json();
    assert_eq!(answer["grants"], json!(["documents.create"]));
    // Past the table; vera belongs to no office.
    let answer = site.post("vera", "/documents", "d1", &document()).await;
    assert_ne!(slug(&answer), "forbidden");
    let denials = json!({"denials": ["documents.create"]});
    site.post("root", &permissions("ana"), "g2", &denials)
        .await
        .must(200);
    let answer = site.post("ana", "/documents", "d2", &document()).await;
    assert_eq!(slug(&answer.expect(403)), "forbidden");
    let unknown = json!({"grants": ["documents.shred"]});
    site.post("root", &permissions("ana"), "g3", &unknown)
        .await
        .must(400);
    site.post("luis", &permissions("luis"), "g4", &grants)
        .await
        .must(403);
}

#[tokio::test]
async fn a_role_of_ones_own_counts_for_those_who_have_it() {
    let site = Site::begin("own_role").await;
    let role =
        json!({"code": "desk2", "name": "Ventanilla 2", "permissions": ["documents.create"]});
    site.post("root", "/roles", "r", &role).await.must(201);
    let taken = site.post("root", "/roles", "r2", &role).await.expect(409);
    assert_eq!(slug(&taken), "code-taken");
    let unknown = json!({"name": "luis", "office_ids": [office("MP")], "roles": ["desk3"]});
    let change = format!("/users/{}/change", user("luis"));
    site.post("root", &change, "u1", &unknown).await.must(422);
    let known = json!({"name": "luis", "office_ids": [office("MP")], "roles": ["desk2"]});
    site.post("root", &change, "u2", &known).await.must(200);
    site.post("luis", "/documents", "d1", &document())
        .await
        .must(201);
    let reason = json!({"reason": "se cierra"});
    let retired = site
        .post("root", "/roles/desk2/retire", "r3", &reason)
        .await;
    assert_eq!(retired.expect(200).json()["active"], false);
    site.post("luis", "/documents", "d2", &document())
        .await
        .must(403);
    site.post("root", "/roles/desk2/reinstate", "r4", &reason)
        .await
        .must(200);
    site.post("luis", "/documents", "d3", &document())
        .await
        .must(201);
    site.post("root", "/roles/other/retire", "r5", &reason)
        .await
        .must(404);
}

/// Five ways, and of two at the same moment one.
#[tokio::test]
async fn the_last_administrator_cannot_be_removed_by_any_way() {
    let site = Site::begin("last_admin").await;
    let root = user("root");
    let refused = |answer: Answer| assert_eq!(slug(&answer.expect(409)), "last-administrator");
    let reason = json!({"reason": "x"});
    let ways = [
        (format!("/users/{root}/deactivate"), reason.clone()),
        (
            format!("/users/{root}/change"),
            json!({"name": "root", "roles": ["viewer"]}),
        ),
        (permissions("root"), json!({"denials": ["users.manage"]})),
        (
            "/roles/admin/change".to_owned(),
            json!({"name": "Administrador", "permissions": ["users.manage"]}),
        ),
        ("/roles/admin/retire".to_owned(), reason.clone()),
    ];
    for (index, (path, body)) in ways.iter().enumerate() {
        refused(site.post("root", path, &format!("w{index}"), body).await);
    }
    let second = json!({"login": "second", "name": "Second", "roles": ["admin"]});
    site.post("root", "/users", "s", &second).await.must(201);
    let first = format!("/users/{root}/deactivate");
    let second = format!("/users/{}/deactivate", user("second"));
    let (one, other) = tokio::join!(
        site.post("root", &first, "a", &reason),
        site.post("root", &second, "b", &reason)
    );
    let statuses = [one.status.as_u16(), other.status.as_u16()];
    assert!(statuses.contains(&200), "{statuses:?}");
    assert!(
        statuses.contains(&409) || statuses.contains(&401),
        "{statuses:?}"
    );
    assert!(site.app().organisation.now().is_administered());
}

#[tokio::test]
async fn a_key_with_scopes_opens_them_and_no_more() {
    let site = Site::begin("scopes").await;
    let body = json!({"user_id": user("ana"), "name": "web", "scopes": ["documents.create"]});
    let key = site.post("root", "/api-keys", "k", &body).await.expect(201);
    let key = key.json()["key"].as_str().unwrap().to_owned();
    let http = site.instance.http.with_key(&key);
    let answer = http.post("/api/v1/documents", "d", &document()).await;
    let id = answer.expect(201).json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/documents/{id}/derivations");
    let answer = http.post(&path, "e", &to("LOG", "principal")).await;
    assert_eq!(slug(&answer.expect(403)), "forbidden");
    site.of("ana")
        .post(&path, "e", &to("LOG", "principal"))
        .await
        .must(201);
    let empty = json!({"user_id": user("ana"), "name": "nada", "scopes": []});
    site.post("root", "/api-keys", "k2", &empty).await.must(422);
}

#[tokio::test]
async fn a_substitute_acts_in_the_others_place_and_the_record_says_so() {
    let site = Site::begin("substitute").await;
    let id = site.registered("d").await;
    let derivations = format!("/documents/{id}/derivations");
    site.post("ana", &derivations, "e", &to("LOG", "principal"))
        .await
        .must(201);
    let receive = format!("{derivations}/1/receive");
    site.post("lea", &receive, "r1", &json!({})).await.must(403);
    let today = legal_date(SystemClock.now());
    let set_up = json!({
        "substitute_id": user("lea"), "user_id": user("jefa"), "from_on": today,
        "until_on": today + Days::new(3), "reason": "Memorando 12: vacaciones",
    });
    let answer = site.post("root", "/substitutions", "s", &set_up).await;
    let substitution = answer.expect(201).json();
    assert_eq!(substitution["user_id"], user("jefa"));
    site.post("lea", &receive, "r2", &json!({})).await.must(200);
    // Head there, as jefa is: the derivation is given to a person.
    let assign = format!("{derivations}/1/assign");
    let to_luis = json!({"user_id": user("luis")});
    site.post("lea", &assign, "a", &to_luis).await.must(200);
    let aggregate = events::Aggregate::Document(id.parse().unwrap());
    let last = site
        .app()
        .shell
        .log
        .last(&aggregate)
        .await
        .unwrap()
        .unwrap();
    let record = events::wire::decode::<DocumentEvent>(&last.bytes).unwrap();
    let by = record.events[0].by;
    assert_eq!(by.user.to_string(), user("lea"));
    let acting_for = by.acting_for.unwrap();
    assert_eq!(acting_for.user.unwrap().to_string(), user("jefa"));
    assert_eq!(json!(acting_for.substitution), substitution["id"]);

    let id = substitution["id"].as_str().unwrap();
    let end = format!("/substitutions/{id}/end");
    let reason = json!({"reason": "volvió antes"});
    let ended = site.post("root", &end, "z", &reason).await.expect(200);
    assert_eq!(ended.json()["ended"], true);
    site.post("lea", &assign, "a2", &to_luis).await.must(403);
}

#[tokio::test]
async fn a_substitution_is_in_the_place_of_a_person_or_of_a_head() {
    let site = Site::begin("places").await;
    let today = legal_date(SystemClock.now());
    let whole = |more: Value| {
        let mut body = json!({
            "substitute_id": user("lea"), "from_on": today, "until_on": today, "reason": "x",
        });
        let more = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(more);
        body
    };
    let (jefa, log) = (user("jefa"), office("LOG"));
    for (key, more, status) in [
        ("a", json!({}), 422),
        ("b", json!({"user_id": jefa, "office_id": log}), 422),
        ("c", json!({"office_id": user("jefa")}), 422),
        ("d", json!({"office_id": log}), 201),
    ] {
        site.post("root", "/substitutions", key, &whole(more))
            .await
            .must(status);
    }
    // Head of LOG, who is an officer of LEG: assigning is open there.
    let id = site.registered("x").await;
    let derivations = format!("/documents/{id}/derivations");
    site.post("ana", &derivations, "y", &to("LOG", "principal"))
        .await
        .must(201);
    let receive = format!("{derivations}/1/receive");
    site.post("luis", &receive, "r", &json!({})).await.must(200);
    let assign = format!("{derivations}/1/assign");
    let to_luis = json!({"user_id": user("luis")});
    site.post("lea", &assign, "s", &to_luis).await.must(200);
    site.post("luis", &assign, "s", &to_luis).await.must(403);
}
