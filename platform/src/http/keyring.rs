//! What credentials are recognised by: digests of API keys and public halves of token keys, as the
//! key bucket holds them. Every role that authenticates follows the bucket into one of these.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::auth::Presented;
use super::tokens::TokenKeys;
use crate::oidc::Oidc;

/// Before the id of a token key in the bucket.
pub const TOKEN_KEY: &str = "token";

/// Who gives the tokens of the installation `namespace`, and for whom they are.
#[must_use]
pub fn issuer(namespace: &str) -> String {
    format!("mesa/{namespace}")
}

/// Who a credential says is asking. Whether they may still do anything is the directory's to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// Whoever has this API key.
    Key(Uuid),
    /// This user, who logged in.
    User(Uuid),
    /// The user with this login, whom another issuer signed in.
    Named(Box<str>),
}

/// Everything that credentials are recognised by.
#[derive(Debug)]
pub struct Keyring {
    digests: HashMap<Uuid, [u8; 32]>,
    tokens: TokenKeys,
    issuers: Oidc,
}

impl Keyring {
    /// A keyring for the installation `namespace`, with nothing on it yet.
    #[must_use]
    pub fn of(namespace: &str) -> Self {
        Self {
            digests: HashMap::new(),
            tokens: TokenKeys::of(&issuer(namespace)),
            issuers: Oidc::default(),
        }
    }

    /// The same, and tokens of these issuers are taken too.
    #[must_use]
    pub fn trusting(self, issuers: Oidc) -> Self {
        Self { issuers, ..self }
    }

    /// Takes in a message of the bucket, by its subject and body. One that was deleted has no
    /// body: then its credential is forgotten.
    pub fn take(&mut self, subject: &str, body: &[u8]) {
        let mut parts = subject.rsplit('.');
        let name = parts.next().unwrap_or_default();
        if parts.next() == Some(TOKEN_KEY) {
            self.tokens.take(name, body);
        } else if let Ok(id) = name.parse::<Uuid>() {
            match <[u8; 32]>::try_from(body) {
                Ok(digest) => self.digests.insert(id, digest),
                Err(_) => self.digests.remove(&id),
            };
        } else {
            tracing::warn!("an entry of the key bucket names no key");
        }
    }

    /// Who is asking, if the credential is right.
    #[must_use]
    pub fn recognise(&self, presented: &Presented, now: DateTime<Utc>) -> Option<Recognised> {
        match presented {
            Presented::Key(key) => {
                let right = key.has_digest(self.digests.get(&key.id)?);
                right.then_some(Recognised::Key(key.id))
            }
            Presented::Token(token) => {
                let (text, of_login) = (token.expose(), Recognised::User);
                let own = self.tokens.owner(text, now).map(of_login);
                own.or_else(|| self.issuers.login(text, now).map(Recognised::Named))
            }
        }
    }
}
