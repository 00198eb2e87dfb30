//! Forged tokens of a trusted issuer.

use super::*;

#[tokio::test]
async fn no_forged_token_names_a_login() {
    let site = Site::begin().await;
    let oidc = site.follow(site.config()).await;
    let named = |token: &str| oidc.login(token, now()).map(String::from);
    assert_eq!(
        named(&site.right()).as_deref(),
        Some("ana"),
        "the trial itself"
    );
    let forged = [heads(&site), claims(&site)].concat();
    assert!(forged.len() >= 25);
    for (index, token) in forged.iter().enumerate() {
        assert_eq!(named(token), None, "{index}: {token}");
    }
    let ahead = json!({"nbf": at(60), "iat": at(60)});
    let ahead = site.token("r1", &rsa(), Algorithm::RS256, &ahead);
    assert_eq!(
        named(&ahead).as_deref(),
        Some("ana"),
        "clocks may be a minute apart"
    );
    site.tasks.drain().await;
}

fn at(seconds: i64) -> i64 {
    now().timestamp() + seconds
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(head: &Value, claims: &Value, key: &EncodingKey, algorithm: Algorithm) -> String {
    let said = format!("{}.{}", part(head), part(claims));
    let signature = jsonwebtoken::crypto::sign(said.as_bytes(), key, algorithm).unwrap();
    format!("{said}.{signature}")
}

/// Tokens with other heads and other signatures.
fn heads(site: &Site) -> Vec<String> {
    let right = site.right();
    let parts: Vec<&str> = right.split('.').collect();
    let said = format!("{}.{}", parts[0], parts[1]);
    let head = |changes: &Value| {
        let mut head = json!({"typ": "JWT", "alg": "RS256", "kid": "r1"});
        change(&mut head, changes);
        head
    };
    let with_head = |changes| {
        signed(
            &head(&changes),
            &site.claims(&json!({})),
            &rsa(),
            Algorithm::RS256,
        )
    };
    let unsigned = |alg: &str| format!("{}.{}.", part(&head(&json!({"alg": alg}))), parts[1]);
    let public = public("r1", &rsa(), Algorithm::RS256);
    let hmac = |secret: &[u8]| {
        let key = EncodingKey::from_secret(secret);
        let head = head(&json!({"alg": "HS256"}));
        signed(&head, &site.claims(&json!({})), &key, Algorithm::HS256)
    };
    let mut flipped = parts[2].as_bytes().to_vec();
    flipped[10] = if flipped[10] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    let ec_as_rsa = json!({"typ": "JWT", "alg": "ES256", "kid": "r1"});
    vec![
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        said.clone(),
        format!("{said}."),
        format!("{said}.{flipped}"),
        format!("{right}.{}", parts[2]),
        format!(
            "{}.{}.{}",
            parts[0],
            part(&site.claims(&json!({"sub": "x"}))),
            parts[2]
        ),
        format!(
            "{}.{}.{}",
            part(&head(&json!({"x": 1}))),
            parts[1],
            parts[2]
        ),
        unsigned("none"),
        unsigned("None"),
        unsigned("RS256"),
        hmac(b""),
        hmac(public["n"].as_str().unwrap().as_bytes()),
        with_head(json!({"alg": "HS256"})),
        with_head(json!({"alg": "PS256"})),
        with_head(json!({"alg": "RS512"})),
        with_head(json!({"kid": null})),
        with_head(json!({"kid": "e1"})),
        with_head(json!({"kid": "d1"})),
        with_head(json!({"kid": "f1"})),
        with_head(json!({"kid": "../../etc/passwd"})),
        with_head(json!({"crit": ["b64"]})),
        with_head(json!({"typ": "logout+jwt"})),
        signed(
            &ec_as_rsa,
            &site.claims(&json!({})),
            &ec(),
            Algorithm::ES256,
        ),
        site.token("r1", &other_rsa(), Algorithm::RS256, &json!({})),
    ]
}

/// Tokens that the issuer signed, and that say something else than they must.
fn claims(site: &Site) -> Vec<String> {
    let with = |changes| site.token("r1", &rsa(), Algorithm::RS256, &changes);
    vec![
        with(json!({"iss": "https://other.example.pe"})),
        with(json!({"iss": format!("{}/", site.url)})),
        with(json!({"iss": null})),
        with(json!({"aud": "other"})),
        with(json!({"aud": null})),
        with(json!({"sub": null})),
        with(json!({"exp": null})),
        with(json!({"exp": at(0)})),
        with(json!({"exp": "9999999999"})),
        with(json!({"exp": at(90_000)})),
        with(json!({"nbf": at(61)})),
        with(json!({"iat": at(61)})),
        with(json!({"preferred_username": null})),
        with(json!({"preferred_username": ""})),
        with(json!({"preferred_username": ["ana"]})),
    ]
}
