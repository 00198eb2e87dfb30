//! Tokens of issuers: what they say, and whether it is to be believed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::config::IssuerConfig;

/// How far apart the clocks of two machines may be.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// The longest a token may still be good: one that never ends cannot be taken back.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// What a token may say it is; the others are for logging out and the like.
const TYPES: [&str; 3] = ["jwt", "at+jwt", "application/at+jwt"];

/// What a token says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) sub: String,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    iat: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Claims {
    pub(super) fn are_good_at(&self, now: DateTime<Utc>) -> bool {
        let (now, skew) = (now.timestamp(), SKEW.num_seconds());
        let begun = |at: Option<i64>| at.is_none_or(|at| at <= now + skew);
        now < self.exp
            && self.exp <= now + LONGEST.num_seconds()
            && begun(self.nbf)
            && begun(self.iat)
    }

    /// A claim of its own, as text.
    pub(super) fn text(&self, name: &str) -> Option<Box<str>> {
        match self.others.get(name)? {
            Value::String(text) => Some(text.as_str().into()),
            Value::Bool(is) => Some(is.to_string().into()),
            Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }
}

/// The issuer that a token names; nothing of it is believed yet.
pub(super) fn issuer_named_in(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Named {
        iss: String,
    }
    let body = token.split('.').nth(1)?;
    let body = URL_SAFE_NO_PAD.decode(body).ok()?;
    Some(serde_json::from_slice::<Named>(&body).ok()?.iss)
}

/// The head of a token, if its key is to be looked for.
pub(super) fn header(token: &str, algorithms: &[Algorithm]) -> Option<Header> {
    let header = decode_header(token).ok()?;
    let kind = header.typ.as_deref().map(str::to_ascii_lowercase);
    let known = kind.is_none_or(|kind| TYPES.contains(&kind.as_str()));
    // What it says is critical, we do not know.
    let good = algorithms.contains(&header.alg) && known && header.crit.is_none();
    good.then_some(header)
}

/// What a token says, if `key` signed it, and it is of and for whom it must be. Times are judged by
/// the clock that is given, later.
pub(super) fn claims(
    token: &str,
    key: &DecodingKey,
    algorithm: Algorithm,
    issuer: &IssuerConfig,
) -> Option<Claims> {
    let mut validation = Validation::new(algorithm);
    validation.algorithms = vec![algorithm];
    validation.set_issuer(&[&issuer.url]);
    validation.set_audience(&[&issuer.audience]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    Some(decode::<Claims>(token, key, &validation).ok()?.claims)
}
