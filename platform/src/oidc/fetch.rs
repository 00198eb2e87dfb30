//! Asking an issuer for its keys: its discovery document, then the set that this names.

use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use reqwest::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

use super::config::{IssuerConfig, is_safe};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The most bytes of one.
const MOST: usize = 256 * 1024;
/// Letters of the shortest modulus that is taken, of 2,048 bits, in base64.
const MODULUS: usize = 341;

/// Why there are no keys. Asking again may help.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    #[error("{0} does not answer: {1}")]
    Away(String, #[source] reqwest::Error),
    #[error("{0} answers {1}")]
    Status(String, u16),
    #[error("{0} answers more than {MOST} bytes")]
    Long(String),
    #[error("{0} answers something else than expected: {1}")]
    Malformed(String, #[source] serde_json::Error),
    #[error("{0} says it is the issuer {1}")]
    Other(String, String),
    #[error("its keys are at {0}, which is not https")]
    Unsafe(String),
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

/// A set of keys; each is read by itself, so that one of a kind we do not know hides no other.
#[derive(Deserialize)]
struct Set {
    keys: Vec<Value>,
}

/// A client of issuers. It follows nobody elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Fetcher(Client);

impl Fetcher {
    pub(super) fn new() -> reqwest::Result<Self> {
        crate::tls::provide();
        let client = Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self(client))
    }

    /// The keys of an issuer, by their ids.
    pub(super) async fn keys(
        &self,
        issuer: &IssuerConfig,
    ) -> Result<HashMap<String, (Algorithm, DecodingKey)>, FetchError> {
        let base = issuer.url.trim_end_matches('/');
        let page = format!("{base}/.well-known/openid-configuration");
        let discovery: Discovery = self.get(&page).await?;
        if discovery.issuer != issuer.url {
            return Err(FetchError::Other(page, discovery.issuer));
        }
        if !is_safe(&discovery.jwks_uri) {
            return Err(FetchError::Unsafe(discovery.jwks_uri));
        }
        let set: Set = self.get(&discovery.jwks_uri).await?;
        let usable = set.keys.into_iter().filter_map(|key| usable(key, issuer));
        Ok(usable.collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, FetchError> {
        let away = |error| FetchError::Away(url.to_owned(), error);
        let mut answer = self.0.get(url).send().await.map_err(away)?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(FetchError::Status(url.to_owned(), status));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(away)? {
            if body.len() + chunk.len() > MOST {
                return Err(FetchError::Long(url.to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| FetchError::Malformed(url.to_owned(), error))
    }
}

/// A key that has an id, signs by an algorithm that is allowed, and is long enough.
fn usable(key: Value, issuer: &IssuerConfig) -> Option<(String, (Algorithm, DecodingKey))> {
    let key: Jwk = serde_json::from_value(key).ok()?;
    let (algorithm, named) = match &key.algorithm {
        AlgorithmParameters::RSA(rsa) if rsa.n.len() >= MODULUS => {
            (Algorithm::RS256, KeyAlgorithm::RS256)
        }
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            (Algorithm::EdDSA, KeyAlgorithm::EdDSA)
        }
        AlgorithmParameters::RSA(_)
        | AlgorithmParameters::EllipticCurve(_)
        | AlgorithmParameters::OctetKeyPair(_)
        | AlgorithmParameters::OctetKey(_) => return None,
    };
    let common = &key.common;
    let signs = common
        .public_key_use
        .as_ref()
        .is_none_or(|it| *it == PublicKeyUse::Signature);
    let by = common.key_algorithm.is_none_or(|it| it == named);
    if !signs || !by || !issuer.algorithms.contains(&algorithm) {
        return None;
    }
    let id = common.key_id.clone()?;
    Some((id, (algorithm, DecodingKey::from_jwk(&key).ok()?)))
}
