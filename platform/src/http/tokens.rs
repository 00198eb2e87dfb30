//! Access tokens: JSON Web Tokens of our own login, signed with Ed25519 and nothing else.
//!
//! The private half of a key is made in one process and never leaves it; the public half is
//! published, under its id and with its end, to whoever has to check tokens.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How long a token opens.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(60);
/// How long a key signs before the process makes another.
pub const SIGNS: TimeDelta = TimeDelta::hours(24);
/// How far apart the clocks of two machines may be.
const SKEW: TimeDelta = TimeDelta::seconds(60);
/// How many tokens are remembered as checked.
const REMEMBERED: usize = 10_000;
/// Before the 32 bytes of a private key in its PKCS #8 form.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// What a token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: Uuid,
    iat: i64,
    exp: i64,
}

/// Signs tokens.
pub struct Signer {
    issuer: String,
    kid: String,
    key: EncodingKey,
    public: [u8; 32],
    /// When it stops to sign.
    pub until: DateTime<Utc>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer of `issuer` made of random bits, which signs from `now` for a day.
    #[must_use]
    pub fn new(issuer: &str, seed: &[u8; 32], now: DateTime<Utc>) -> Self {
        let public = SigningKey::from_bytes(seed).verifying_key().to_bytes();
        let der = [PKCS8.as_slice(), seed].concat();
        Self {
            issuer: issuer.to_owned(),
            kid: format!("k{}", hex::encode(&Sha256::digest(public)[..8])),
            key: EncodingKey::from_ed_der(&der),
            public,
            until: now + SIGNS,
        }
    }

    /// The id of its key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// What is published of it: the public half, and the second after which nothing signed with it
    /// is good.
    #[must_use]
    pub fn published(&self) -> Vec<u8> {
        let end = (self.until + LIFETIME).timestamp();
        [self.public.as_slice(), &end.to_be_bytes()].concat()
    }

    /// A token for `user`, good from `now` on.
    ///
    /// # Errors
    ///
    /// The claims cannot be signed; ours always can.
    pub fn sign(&self, user: Uuid, now: DateTime<Utc>) -> jsonwebtoken::errors::Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.kid.clone());
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: user,
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
        };
        encode(&header, &claims, &self.key)
    }
}

/// Whether nothing that was signed with what was published so is good any more.
#[must_use]
pub fn has_ended(published: &[u8], now: DateTime<Utc>) -> bool {
    end(published).is_none_or(|(_, end)| end <= now.timestamp())
}

/// The public half, and its end.
fn end(published: &[u8]) -> Option<(&[u8], i64)> {
    let (public, end) = published.split_at_checked(32)?;
    Some((public, i64::from_be_bytes(end.try_into().ok()?)))
}

/// The public halves, and the tokens that were checked with them.
pub struct TokenKeys {
    validation: Validation,
    keys: HashMap<String, (DecodingKey, i64)>,
    /// A checked token's digest, with whose it is and when it ends: a signature is checked once.
    checked: Mutex<HashMap<[u8; 32], (String, Claims)>>,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys")
            .field("keys", &self.keys.len())
            .finish_non_exhaustive()
    }
}

impl TokenKeys {
    /// Keys of the tokens that `issuer` gives, for itself.
    #[must_use]
    pub fn of(issuer: &str) -> Self {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.algorithms = vec![Algorithm::EdDSA];
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // Times are judged below, by the clock that is given.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self {
            validation,
            keys: HashMap::new(),
            checked: Mutex::default(),
        }
    }

    /// Takes in what was published under `kid`; a body that is none takes the key away.
    pub fn take(&mut self, kid: &str, published: &[u8]) {
        match end(published) {
            Some((public, end)) => {
                let key = DecodingKey::from_ed_der(public);
                self.keys.insert(kid.to_owned(), (key, end));
            }
            None => drop(self.keys.remove(kid)),
        }
    }

    /// Whose token this is, if it is ours and good at `now`.
    #[must_use]
    pub fn owner(&self, token: &str, now: DateTime<Utc>) -> Option<Uuid> {
        let digest: [u8; 32] = Sha256::digest(token).into();
        let remembered = self.remembered().get(&digest).cloned();
        let (kid, claims) = match remembered {
            Some(known) => known,
            None => self.check(token)?,
        };
        let (_, end) = self.keys.get(&kid)?;
        let (now, skew) = (now.timestamp(), SKEW.num_seconds());
        let lasts = claims.exp.checked_sub(claims.iat)?;
        let good = now < claims.exp
            && now < *end
            && claims.iat <= now + skew
            && (0..=LIFETIME.num_seconds()).contains(&lasts);
        let user = claims.sub;
        if good {
            let mut checked = self.remembered();
            if checked.len() >= REMEMBERED {
                checked.clear();
            }
            checked.entry(digest).or_insert((kid, claims));
        }
        good.then_some(user)
    }

    fn check(&self, token: &str) -> Option<(String, Claims)> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        let kid = header.kid?;
        let (key, _) = self.keys.get(&kid)?;
        let read = decode::<Claims>(token, key, &self.validation).ok()?;
        Some((kid, read.claims))
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], (String, Claims)>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
