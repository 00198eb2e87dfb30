//! Right tokens, and forged ones.

use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "mesa/test";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

fn user() -> Uuid {
    Uuid::from_u128(7)
}

fn keys(signer: &Signer) -> TokenKeys {
    let mut keys = TokenKeys::of(ISSUER);
    keys.take(signer.kid(), &signer.published());
    keys
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": ISSUER, "sub": user(),
        "iat": at(0).timestamp(), "exp": at(3600).timestamp(),
    })
}

/// The claims with some of them others.
fn with(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
    }
    claims
}

#[test]
fn a_token_opens_for_an_hour_and_names_its_user() {
    let signer = Signer::new(ISSUER, &[1; 32], at(0));
    let (keys, token) = (keys(&signer), signer.sign(user(), at(0)).unwrap());
    for seconds in [-60, 0, 1, 3599] {
        assert_eq!(keys.owner(&token, at(seconds)), Some(user()), "{seconds}");
    }
    for seconds in [-61, 3600, 1_000_000] {
        assert_eq!(keys.owner(&token, at(seconds)), None, "{seconds}");
    }
}

#[test]
fn a_key_that_is_taken_away_takes_its_tokens_along_even_checked_ones() {
    let signer = Signer::new(ISSUER, &[1; 32], at(0));
    let (mut keys, token) = (keys(&signer), signer.sign(user(), at(0)).unwrap());
    assert_eq!(keys.owner(&token, at(1)), Some(user()));
    keys.take(signer.kid(), b"");
    assert_eq!(keys.owner(&token, at(1)), None);
}

#[test]
fn tokens_of_two_keys_open_while_keys_change() {
    let (old, new) = (
        Signer::new(ISSUER, &[1; 32], at(0)),
        Signer::new(ISSUER, &[2; 32], at(0)),
    );
    let mut keys = keys(&old);
    keys.take(new.kid(), &new.published());
    for signer in [&old, &new] {
        let token = signer.sign(user(), at(0)).unwrap();
        assert_eq!(keys.owner(&token, at(1)), Some(user()));
    }
}

#[test]
fn no_forged_token_opens() {
    let signer = Signer::new(ISSUER, &[1; 32], at(0));
    let keys = keys(&signer);
    let other = Signer::new(ISSUER, &[9; 32], at(0));
    let header = |changes: &Value| {
        let mut header = json!({"typ": "JWT", "alg": "EdDSA", "kid": signer.kid()});
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                header.as_object_mut().unwrap().remove(name);
            } else {
                header[name] = value.clone();
            }
        }
        header
    };
    let written = |key: &EncodingKey, head: &Value, claims: &Value| {
        let said = format!("{}.{}", part(head), part(claims));
        let signature = jsonwebtoken::crypto::sign(said.as_bytes(), key, Algorithm::EdDSA);
        format!("{said}.{}", signature.unwrap())
    };
    let right = written(&signer.key, &header(&json!({})), &claims());
    assert_eq!(keys.owner(&right, at(1)), Some(user()), "the trial itself");
    let parts: Vec<&str> = right.split('.').collect();
    let said = format!("{}.{}", parts[0], parts[1]);
    let hmac = |secret: &[u8]| {
        let head = json!({"typ": "JWT", "alg": "HS256", "kid": signer.kid()});
        let said = format!("{}.{}", part(&head), part(&claims()));
        let key = EncodingKey::from_secret(secret);
        let signature = jsonwebtoken::crypto::sign(said.as_bytes(), &key, Algorithm::HS256);
        format!("{said}.{}", signature.unwrap())
    };
    let claim = |changes| written(&signer.key, &header(&json!({})), &with(&changes));
    let head = |changes| written(&signer.key, &header(&changes), &claims());
    let unsigned = |alg: &str| format!("{}.{}.", part(&header(&json!({"alg": alg}))), parts[1]);
    let mut flipped = parts[2].as_bytes().to_vec();
    flipped[10] = if flipped[10] == b'A' { b'B' } else { b'A' };
    let flipped = String::from_utf8(flipped).unwrap();
    let forged = [
        String::new(),
        "...".to_owned(),
        "not a token".to_owned(),
        said.clone(),
        format!("{said}."),
        format!("{said}.{flipped}"),
        format!("{right}.{}", parts[2]),
        format!(
            "{}.{}.{}",
            parts[0],
            part(&with(&json!({"sub": Uuid::nil()}))),
            parts[2]
        ),
        format!(
            "{}.{}.{}",
            part(&header(&json!({"x": 1}))),
            parts[1],
            parts[2]
        ),
        unsigned("none"),
        unsigned("None"),
        unsigned("EdDSA"),
        hmac(&signer.public),
        hmac(b""),
        head(json!({"alg": "HS256"})),
        head(json!({"alg": "RS256"})),
        head(json!({"kid": null})),
        head(json!({"kid": "k0000000000000000"})),
        head(json!({"kid": "../../etc/passwd"})),
        written(&other.key, &header(&json!({})), &claims()),
        written(&other.key, &header(&json!({"kid": other.kid()})), &claims()),
        claim(json!({"iss": "mesa/other"})),
        claim(json!({"iss": null})),
        claim(json!({"aud": "mesa/other"})),
        claim(json!({"aud": null})),
        claim(json!({"sub": null})),
        claim(json!({"sub": "root"})),
        claim(json!({"exp": null})),
        claim(json!({"exp": at(0).timestamp()})),
        claim(json!({"exp": "9999999999"})),
        claim(json!({"exp": at(999_999).timestamp()})),
        claim(json!({"iat": at(600).timestamp()})),
        claim(json!({"iat": i64::MIN})),
    ];
    assert!(forged.len() >= 25);
    for (index, token) in forged.iter().enumerate() {
        assert_eq!(keys.owner(token, at(1)), None, "{index}: {token}");
    }
}

fn part(value: &Value) -> String {
    base64(value.to_string().as_bytes())
}

/// Base64 for URLs, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[bits >> (18 - 6 * digit) & 63]));
        }
    }
    text
}
