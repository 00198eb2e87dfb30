//! Tokens of a real issuer, served on this machine; and forged ones.

mod forged;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;
use crate::clock::ManualClock;

/// Fast enough for a test, and slow enough to tell.
const FAST: Pace = Pace {
    every: Duration::from_hours(1),
    at_most: Duration::from_millis(200),
};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("tests/rsa.der"))
}

fn other_rsa() -> EncodingKey {
    EncodingKey::from_rsa_der(include_bytes!("tests/other.der"))
}

fn ec() -> EncodingKey {
    EncodingKey::from_ec_der(include_bytes!("tests/ec.der"))
}

/// A private key in PKCS #8: its last 32 bytes are the seed.
const ED: &[u8] = include_bytes!("tests/ed.der");

fn ed() -> EncodingKey {
    EncodingKey::from_ed_der(ED)
}

fn public(kid: &str, key: &EncodingKey, algorithm: Algorithm) -> Value {
    if algorithm == Algorithm::EdDSA {
        let seed = ED.last_chunk().unwrap();
        let public = ed25519_dalek::SigningKey::from_bytes(seed).verifying_key();
        let x = URL_SAFE_NO_PAD.encode(public.to_bytes());
        return json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x});
    }
    let mut public = Jwk::from_encoding_key(key, algorithm).unwrap();
    public.common.key_id = Some(kid.to_owned());
    json!(public)
}

/// What an issuer serves.
struct Served {
    keys: Mutex<Vec<Value>>,
    asked: AtomicU32,
    away: AtomicBool,
}

struct Site {
    url: String,
    served: Arc<Served>,
    clock: Arc<ManualClock>,
    tasks: Tasks,
}

impl Site {
    async fn begin() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let served = Arc::new(Served {
            keys: Mutex::new(vec![
                public("r1", &rsa(), Algorithm::RS256),
                public("e1", &ec(), Algorithm::ES256),
                public("d1", &ed(), Algorithm::EdDSA),
                json!({"kty": "future", "kid": "f1"}),
            ]),
            asked: AtomicU32::new(0),
            away: AtomicBool::new(false),
        });
        let tasks = Tasks::default();
        let discovery = json!({"issuer": url, "jwks_uri": format!("{url}/keys")}).to_string();
        let keys = Arc::clone(&served);
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(async || discovery))
            .route("/keys", get(async move || keys.answer()));
        tasks.spawn_until_stop(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            url,
            served,
            clock: Arc::new(ManualClock::at(now())),
            tasks,
        }
    }

    fn config(&self) -> IssuerConfig {
        let text = format!("[[issuer]]\nurl = \"{}\"\naudience = \"mesa\"\n", self.url);
        config::parse(&text).unwrap().remove(0)
    }

    /// Follows the issuer, and returns when its keys are known.
    async fn follow(&self, config: IssuerConfig) -> Oidc {
        let oidc = self.begin_to_follow(config);
        self.until(|| oidc.issuers[0].good_keys(now()) > 0).await;
        oidc
    }

    fn begin_to_follow(&self, config: IssuerConfig) -> Oidc {
        let clock: Arc<dyn Clock> = Arc::<ManualClock>::clone(&self.clock);
        Oidc::begin(vec![config], FAST, &clock, &self.tasks).unwrap()
    }

    async fn until(&self, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_secs(10), "in vain");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn claims(&self, changes: &Value) -> Value {
        let mut claims = json!({
            "iss": self.url, "aud": ["mesa", "account"], "sub": "0a6c",
            "preferred_username": "ana", "email": "ana@muni.example.pe", "email_verified": true,
            "iat": now().timestamp(), "exp": now().timestamp() + 300,
        });
        change(&mut claims, changes);
        claims
    }

    fn token(&self, kid: &str, key: &EncodingKey, algorithm: Algorithm, changes: &Value) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid.to_owned());
        jsonwebtoken::encode(&header, &self.claims(changes), key).unwrap()
    }

    fn right(&self) -> String {
        self.token("r1", &rsa(), Algorithm::RS256, &json!({}))
    }
}

impl Served {
    fn answer(&self) -> axum::response::Response {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.away.load(Ordering::Relaxed) {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        json!({"keys": *self.keys.lock().unwrap()})
            .to_string()
            .into_response()
    }
}

fn change(value: &mut Value, changes: &Value) {
    for (name, changed) in changes.as_object().unwrap() {
        if changed.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = changed.clone();
        }
    }
}

#[tokio::test]
async fn tokens_of_a_trusted_issuer_name_a_login_by_each_algorithm() {
    let site = Site::begin().await;
    let oidc = site.follow(site.config()).await;
    for (kid, key, algorithm) in [
        ("r1", rsa(), Algorithm::RS256),
        ("e1", ec(), Algorithm::ES256),
        ("d1", ed(), Algorithm::EdDSA),
    ] {
        let token = site.token(kid, &key, algorithm, &json!({}));
        for _ in 0..2 {
            assert_eq!(oidc.login(&token, now()).as_deref(), Some("ana"), "{kid}");
        }
        let late = now() + TimeDelta::seconds(300);
        assert_eq!(oidc.login(&token, late), None, "{kid}: it has ended");
    }
    let few = IssuerConfig {
        algorithms: vec![Algorithm::ES256],
        ..site.config()
    };
    let strict = site.follow(few).await;
    assert_eq!(strict.login(&site.right(), now()), None);
    site.tasks.drain().await;
}

#[tokio::test]
async fn who_is_who_says_the_claim_or_a_list_of_subjects() {
    let site = Site::begin().await;
    let named = async |text: &str, changes: Value| {
        let mut config = site.config();
        match text {
            "links" => config.links = [("0a6c".to_owned(), "luis".to_owned())].into(),
            claim => claim.clone_into(&mut config.claim),
        }
        let oidc = site.follow(config).await;
        let token = site.token("r1", &rsa(), Algorithm::RS256, &changes);
        oidc.login(&token, now()).map(String::from)
    };
    assert_eq!(named("sub", json!({})).await.as_deref(), Some("0a6c"));
    let email = named("email", json!({})).await;
    assert_eq!(email.as_deref(), Some("ana@muni.example.pe"));
    assert_eq!(named("email", json!({"email_verified": false})).await, None);
    assert_eq!(named("email", json!({"email_verified": null})).await, None);
    assert_eq!(named("links", json!({})).await.as_deref(), Some("luis"));
    assert_eq!(named("links", json!({"sub": "ffff"})).await, None);
    site.tasks.drain().await;
}

#[tokio::test]
async fn a_key_that_is_not_known_is_fetched_and_not_more_often_than_may_be() {
    let site = Site::begin().await;
    let oidc = site.follow(site.config()).await;
    let new = public("r2", &other_rsa(), Algorithm::RS256);
    *site.served.keys.lock().unwrap() = vec![new];
    let token = site.token("r2", &other_rsa(), Algorithm::RS256, &json!({}));
    site.until(|| oidc.login(&token, now()).is_some()).await;
    assert_eq!(
        oidc.login(&site.right(), now()),
        None,
        "r1 was taken back, checked or not"
    );

    let (before, begun) = (site.served.asked.load(Ordering::Relaxed), Instant::now());
    while begun.elapsed() < Duration::from_secs(1) {
        let unknown = site.token("r9", &rsa(), Algorithm::RS256, &json!({}));
        assert_eq!(oidc.login(&unknown, now()), None);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let asked = site.served.asked.load(Ordering::Relaxed) - before;
    assert!((1..=6).contains(&asked), "{asked}");
    site.tasks.drain().await;
}

#[tokio::test]
async fn an_issuer_that_is_away_is_not_needed_at_the_start_nor_for_a_day_after() {
    let site = Site::begin().await;
    site.served.away.store(true, Ordering::Relaxed);
    let oidc = site.begin_to_follow(site.config());
    let asked = || site.served.asked.load(Ordering::Relaxed);
    site.until(|| asked() >= 2).await;
    assert_eq!(oidc.login(&site.right(), now()), None);
    site.served.away.store(false, Ordering::Relaxed);
    site.until(|| oidc.login(&site.right(), now()).is_some())
        .await;

    site.served.away.store(true, Ordering::Relaxed);
    let later = |hours| now() + TimeDelta::hours(hours);
    let token = |hours| {
        let at = later(hours).timestamp();
        let times = json!({"iat": at, "exp": at + 300});
        site.token("r1", &rsa(), Algorithm::RS256, &times)
    };
    assert!(oidc.login(&token(23), later(23)).is_some());
    assert_eq!(oidc.login(&token(24), later(24)), None);
    site.tasks.drain().await;
}

#[tokio::test]
async fn keys_that_are_short_or_for_something_else_are_not_taken() {
    let site = Site::begin().await;
    let small = EncodingKey::from_rsa_der(include_bytes!("tests/small.der"));
    let mut sealing = public("enc", &rsa(), Algorithm::RS256);
    sealing["use"] = json!("enc");
    let mut other = public("ps", &rsa(), Algorithm::RS256);
    other["alg"] = json!("PS256");
    let mut nameless = public("x", &rsa(), Algorithm::RS256);
    change(&mut nameless, &json!({"kid": null}));
    let secret = json!({"kty": "oct", "kid": "s", "k": "c2VjcmV0"});
    let short = public("small", &small, Algorithm::RS256);
    let good = public("r1", &rsa(), Algorithm::RS256);
    let keys = vec![sealing, other, nameless, secret, short, good];
    *site.served.keys.lock().unwrap() = keys;
    let oidc = site.follow(site.config()).await;
    let known = |oidc: &Oidc| {
        let known = oidc.issuers[0].known.read().unwrap();
        known.keys.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(known(&oidc), ["r1"]);
    site.tasks.drain().await;
}

#[test]
fn an_issuer_that_would_not_be_safe_is_refused() {
    let file = |lines: &str| config::parse(&format!("[[issuer]]\n{lines}"));
    let good = "url = \"https://a.example.pe\"\naudience = \"mesa\"\n";
    assert!(file(good).is_ok());
    for (bad, why) in [
        ("url = \"http://a.example.pe\"\naudience = \"m\"\n", "https"),
        ("url = \"file:///etc\"\naudience = \"m\"\n", "https"),
        (
            "url = \"https://a.example.pe\"\naudience = \"\"\n",
            "audience",
        ),
        (&format!("{good}algorithms = [\"HS256\"]\n"), "alone"),
        (&format!("{good}algorithms = []\n"), "alone"),
        (&format!("{good}[[issuer]]\n{good}"), "twice"),
        (&format!("{good}extra = 1\n"), "understood"),
        ("url = \"https://a.example.pe\"\n", "understood"),
    ] {
        let said = file(bad).unwrap_err().to_string();
        assert!(said.contains(why), "{said}");
    }
}
