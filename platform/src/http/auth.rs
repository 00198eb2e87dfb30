//! API keys, as headers carry them: `mesa_<id>_<secret>`.
//!
//! The id is a UUID and is public. The secret is 256 random bits in 64 hexadecimal digits; only
//! its digest is ever kept.

use std::fmt;
use std::hint::black_box;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::problem::{Problem, UNAUTHENTICATED};
use crate::secret::Secret;

/// The other header a key may come in.
pub const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Before every key.
const PREFIX: &str = "mesa_";

/// A key as somebody presents it: well formed, not yet found to be right.
#[derive(Clone)]
pub struct PresentedKey {
    /// The public half.
    pub id: Uuid,
    secret: [u8; 32],
}

impl PresentedKey {
    /// The key of `id` with this `secret`.
    #[must_use]
    pub const fn new(id: Uuid, secret: [u8; 32]) -> Self {
        Self { id, secret }
    }

    /// Reads `mesa_<id>_<secret>`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(secret, &mut bytes).ok()?;
        Some(Self::new(id.parse().ok()?, bytes))
    }

    /// The whole key, to be shown once to its owner.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{PREFIX}{}_{}",
            self.id.as_simple(),
            hex::encode(self.secret)
        )
    }

    /// What is kept of the secret: the SHA-256 of its 32 bytes.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }

    /// Says whether the kept digest is this secret's, in the same time whatever they are.
    #[must_use]
    pub fn has_digest(&self, kept: &[u8; 32]) -> bool {
        let differing = self
            .digest()
            .iter()
            .zip(kept)
            .fold(0, |all, (ours, theirs)| black_box(all | (ours ^ theirs)));
        black_box(differing) == 0
    }
}

impl fmt::Debug for PresentedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedKey")
            .field("id", &self.id)
            .field("secret", &"‹secret›")
            .finish()
    }
}

/// A credential as somebody presents it: well formed, not yet found to be right.
#[derive(Clone, Debug)]
pub enum Presented {
    /// An API key.
    Key(PresentedKey),
    /// A token of a login.
    Token(Secret),
}

/// The most letters a token has.
const LONGEST_TOKEN: usize = 4096;

impl Presented {
    /// Reads an API key, or what may be a token: three parts with dots between them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with(PREFIX) {
            return PresentedKey::parse(text).map(Self::Key);
        }
        let fits = text.len() <= LONGEST_TOKEN && text.bytes().filter(|b| *b == b'.').count() == 2;
        fits.then(|| Self::Token(text.into()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Presented {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let text = presented(&parts.headers).ok_or_else(unauthenticated)?;
        Self::parse(text).ok_or_else(unauthenticated)
    }
}

/// The one answer to a missing, malformed, unknown, expired, revoked or wrong key: it tells
/// nobody which.
#[must_use]
pub fn unauthenticated() -> Problem {
    Problem::new(&UNAUTHENTICATED)
        .detail("send `Authorization: Bearer` with an API key or the token of a login, still good")
        .header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Bearer realm=\"mesa\""),
        )
}

/// Whether a credential is presented, whatever it is.
pub(super) fn is_presented(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(X_API_KEY)
}

pub(super) fn presented(headers: &HeaderMap) -> Option<&str> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let (scheme, rest) = value.to_str().ok()?.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(rest.trim_start());
    }
    headers.get(X_API_KEY)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> PresentedKey {
        PresentedKey::new(Uuid::from_u128(7), [0xab; 32])
    }

    #[test]
    fn a_key_reads_back_as_written() {
        let read = PresentedKey::parse(&key().text()).unwrap();
        assert_eq!(read.id, key().id);
        assert!(read.has_digest(&key().digest()));
        assert!(!read.has_digest(&[0; 32]));
    }

    #[test]
    fn what_is_no_key_is_not_read() {
        let short = format!("mesa_{}_abcd", Uuid::nil());
        for bad in ["", "mesa_", "mesa_x_y", "other_1_2", &short] {
            assert!(PresentedKey::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn debug_does_not_show_the_secret() {
        assert!(!format!("{:?}", key()).contains("abab"));
    }

    #[test]
    fn both_headers_carry_a_key_and_authorization_wins() {
        let mut headers = HeaderMap::new();
        headers.insert(X_API_KEY, HeaderValue::from_static("one"));
        assert_eq!(presented(&headers), Some("one"));
        headers.insert(
            header::AUTHORIZATION,
            HeaderValue::from_static("bearer two"),
        );
        assert_eq!(presented(&headers), Some("two"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Basic two"));
        assert_eq!(presented(&headers), None);
    }
}
