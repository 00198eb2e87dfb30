//! Logging in over HTTP, and what a token opens.

use kit::http::Answer;
use serde_json::{Value, json};

use crate::setup::{Must, Site, document, serve, user};

fn slug(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap().to_owned();
    kind.trim_start_matches("/problems/").to_owned()
}

fn path(login: &str) -> String {
    format!("/users/{}/password", user(login))
}

async fn log_in(site: &Site, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    site.instance.http.post("/api/v1/login", "-", &body).await
}

async fn token(site: &Site, login: &str, password: &str) -> String {
    let answer = log_in(site, login, password).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

const FIRST: &str = "caballo correcto pila";
const SECOND: &str = "otra frase más larga";

#[tokio::test]
async fn a_token_opens_what_its_user_may_on_every_instance_until_deactivated() {
    let site = Site::begin("login").await;
    let other = serve(&site.fresh).await;
    let set = json!({"password": FIRST});
    site.post("root", &path("ana"), "-", &set).await.must(204);
    let token = token(&site, "ana", FIRST).await;
    for (index, http) in [&site.instance.http, &other.http].into_iter().enumerate() {
        let ana = http.with_key(&token);
        kit::eventually(std::time::Duration::from_secs(2), "the key", async || {
            let key = format!("d{index}");
            let answer = ana.post("/api/v1/documents", &key, &document()).await;
            (answer.status == 201).then_some(())
        })
        .await;
        ana.post("/api/v1/offices", "o", &json!({})).await.must(403);
    }
    let reason = json!({"reason": "ya no trabaja aquí"});
    let deactivate = format!("/users/{}/deactivate", user("ana"));
    site.post("root", &deactivate, "x", &reason).await.must(200);
    let ana = site.instance.http.with_key(&token);
    ana.post("/api/v1/documents", "d9", &document())
        .await
        .must(401);
    let answer = log_in(&site, "ana", FIRST).await.expect(401);
    assert_eq!(slug(&answer), "wrong-password");
}

#[tokio::test]
async fn a_password_is_set_by_oneself_or_by_who_manages_users() {
    let site = Site::begin("passwords").await;
    let set = |password: &str| json!({"password": password});
    site.post("luis", &path("ana"), "-", &set(FIRST))
        .await
        .must(403);
    site.post("root", &path("nadie"), "-", &set(FIRST))
        .await
        .must(404);
    site.post("root", &path("ana"), "-", &set("corta"))
        .await
        .must(422);
    site.post("root", &path("ana"), "-", &set(FIRST))
        .await
        .must(204);
    let without = site.post("ana", &path("ana"), "-", &set(SECOND)).await;
    assert_eq!(slug(&without.expect(401)), "wrong-password");
    let own = json!({"password": SECOND, "current_password": FIRST});
    site.post("ana", &path("ana"), "-", &own).await.must(204);
    let _ = log_in(&site, "ana", FIRST).await.expect(401);
    let _ = token(&site, "ana", SECOND).await;
    // One who manages users, and no more, does not become an administrator by a password.
    let grants = json!({"grants": ["users.manage"]});
    let permissions = format!("/users/{}/permissions", user("luis"));
    site.post("root", &permissions, "g", &grants)
        .await
        .must(200);
    let refused = site.post("luis", &path("root"), "-", &set(FIRST)).await;
    assert_eq!(slug(&refused.expect(403)), "beyond-own-permissions");
    site.post("luis", &path("ana"), "-", &set(FIRST))
        .await
        .must(204);
}

/// Also of one who does not exist, and also all at once.
#[tokio::test]
async fn after_five_wrong_passwords_even_the_right_one_waits() {
    let site = Site::begin("attempts").await;
    let set = json!({"password": FIRST});
    site.post("root", &path("ana"), "-", &set).await.must(204);
    for login in ["ana", "nadie"] {
        let tries = (0..8).map(|_| log_in(&site, login, "no es esta"));
        let answers = futures::future::join_all(tries).await;
        let wrong = answers.iter().filter(|it| it.status == 401).count();
        let waits = answers.iter().filter(|it| it.status == 429).count();
        assert_eq!(wrong + waits, 8, "{login}");
        assert!(wrong <= 5, "{login}: {wrong}");
    }
    let mut last = log_in(&site, "ana", "no es esta").await;
    for _ in 0..5 {
        last = log_in(&site, "ana", "no es esta").await;
    }
    assert_eq!(slug(&last), "too-many-attempts");
    let answer = log_in(&site, "ana", FIRST).await.expect(429);
    let seconds: i64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_wrong_login_a_wrong_password_and_no_password_are_answered_alike() {
    let site = Site::begin("alike").await;
    let set = json!({"password": FIRST});
    site.post("root", &path("ana"), "-", &set).await.must(204);
    let mut said = Vec::new();
    for login in ["ana", "luis", "nadie", "system", ""] {
        let mut body = log_in(&site, login, "no es esta").await.expect(401).json();
        body["trace_id"] = Value::Null;
        said.push(body);
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
}
