//! People whom another issuer signed in.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use chrono::Utc;
use command::Config;
use events::UserId;
use kit::eventually;
use kit::http::Http;
use platform::clock::{Clock, SystemClock};
use platform::http::tokens::Signer;
use platform::limit::Limits;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::setup::{Must, Site, document, serve_as, user};

/// An issuer on this machine that signs with Ed25519.
struct Issuer {
    url: String,
    signer: Signer,
}

impl Issuer {
    async fn serve(site: &Site) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let signer = Signer::new(&url, &[5; 32], now());
        let discovery = json!({"issuer": url, "jwks_uri": format!("{url}/keys")}).to_string();
        let x = base64(&signer.published()[..32]);
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": signer.kid(), "x": x});
        let keys = json!({"keys": [key]}).to_string();
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(async || discovery))
            .route("/keys", get(async || keys));
        let serving = async move { axum::serve(listener, routes).await.unwrap() };
        site.instance.tasks.spawn_until_stop(serving);
        Self { url, signer }
    }

    /// A token whose subject is this.
    fn token(&self, subject: u128) -> String {
        self.signer.sign(Uuid::from_u128(subject), now()).unwrap()
    }
}

fn now() -> chrono::DateTime<Utc> {
    SystemClock.now()
}

/// Base64 for URLs, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bit = |at: usize| {
        bytes
            .get(at / 8)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    };
    let digit = |at: usize| (0..6).fold(0, |all, next| all << 1 | usize::from(bit(at + next)));
    let digits = (0..bytes.len() * 8).step_by(6);
    digits.map(|at| char::from(DIGITS[digit(at)])).collect()
}

/// Subject 1 is `ana`, 2 is nobody here.
fn trusting(site: &Site, issuer: &Issuer, folder: &tempfile::TempDir) -> Config {
    let file = folder.path().join("issuers.toml");
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let text = format!(
        "[[issuer]]\nurl = \"{0}\"\naudience = \"{0}\"\n[issuer.links]\n\"{one}\" = \"ana\"\n\"{two}\" = \"nadie\"\n",
        issuer.url
    );
    std::fs::write(&file, text).unwrap();
    let mut config = Config::new(site.fresh.nats(), site.fresh.objects());
    config.limits = Limits::off();
    config.oidc.issuers = Some(file);
    config
}

async fn register(http: &Http, key: &str) -> u16 {
    let answer = http.post("/api/v1/documents", key, &document()).await;
    answer.status.as_u16()
}

#[tokio::test]
async fn whom_a_trusted_issuer_signed_in_may_what_the_directory_says_while_active() {
    let site = Site::begin("oidc").await;
    let issuer = Issuer::serve(&site).await;
    let folder = tempfile::tempdir().unwrap();
    let trusting = serve_as(&trusting(&site, &issuer, &folder)).await;
    let ana = trusting.http.with_key(&issuer.token(1));
    eventually(Duration::from_secs(5), "the keys", async || {
        (register(&ana, "d1").await == 201).then_some(())
    })
    .await;
    ana.post("/api/v1/offices", "o", &json!({})).await.must(403);
    for subject in [2, 3] {
        let nobody = trusting.http.with_key(&issuer.token(subject));
        assert_eq!(register(&nobody, "d2").await, 401, "{subject}");
    }
    // Who does not trust the issuer takes nothing of it.
    let elsewhere = site.instance.http.with_key(&issuer.token(1));
    assert_eq!(register(&elsewhere, "d3").await, 401);

    let reason = json!({"reason": "ya no trabaja aquí"});
    let deactivate = format!("/users/{}/deactivate", user("ana"));
    site.post("root", &deactivate, "x", &reason).await.must(200);
    eventually(Duration::from_secs(2), "the end", async || {
        (register(&ana, "d4").await == 401).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_role_begins_while_the_issuer_is_away_and_not_with_one_that_is_not_safe() {
    let site = Site::begin("oidc_away").await;
    let folder = tempfile::tempdir().unwrap();
    let away = Issuer {
        url: "http://127.0.0.1:1".to_owned(),
        signer: Signer::new("http://127.0.0.1:1", &[5; 32], now()),
    };
    let config = trusting(&site, &away, &folder);
    let begun = serve_as(&config).await;
    let ana = begun.http.with_key(&away.token(1));
    assert_eq!(register(&ana, "d1").await, 401);
    let by_key = begun.http.with_key(site.key("ana"));
    assert_eq!(register(&by_key, "d2").await, 201);

    let file = config.oidc.issuers.clone().unwrap();
    std::fs::write(
        file,
        "[[issuer]]\nurl = \"http://a.example.pe\"\naudience = \"m\"\n",
    )
    .unwrap();
    let refused = crate::setup::connect_as(&config).await.unwrap_err();
    assert!(refused.to_string().contains("https"), "{refused}");
}

#[tokio::test]
async fn what_logins_left_behind_is_taken_away_when_it_has_ended() {
    let site = Site::begin("swept").await;
    let path = format!("/users/{}/password", user("ana"));
    let password = "caballo correcto pila";
    let set = json!({"password": password});
    site.post("root", &path, "-", &set).await.must(204);
    let log_in = async |login: &str, password: &str| {
        let body = json!({"login": login, "password": password});
        let http = &site.instance.http;
        http.post("/api/v1/login", "-", &body).await
    };
    let token = log_in("ana", password).await.expect(200).json();
    let ana = token["access_token"].as_str().unwrap();
    log_in("nadie", "no es esta").await.must(401);
    let later = |hours| now() + chrono::TimeDelta::hours(hours);
    let swept = async |hours| {
        let at = later(hours);
        site.app().login.sweep(at).await.unwrap()
    };
    assert_eq!(swept(0).await, 0);
    assert_eq!(swept(1).await, 1, "the count of one who is nobody");
    assert_eq!(register(&site.instance.http.with_key(ana), "d1").await, 201);
    assert_eq!(swept(26).await, 1, "the half of a key");
    eventually(Duration::from_secs(2), "to be forgotten", async || {
        let status = register(&site.instance.http.with_key(ana), "d2").await;
        (status == 401).then_some(())
    })
    .await;
    assert_eq!(swept(91 * 24).await, 1, "where she logged in");
    // Keys and passwords have no end.
    let other = crate::setup::serve(&site.fresh).await;
    let body = json!({"login": "ana", "password": password});
    let answer = other.http.post("/api/v1/login", "-", &body).await;
    assert_eq!(
        answer.expect(200).json()["user_id"],
        json!(UserId::of_login("ana"))
    );
    assert_eq!(register(&site.of("ana"), "d3").await, 201);
}
