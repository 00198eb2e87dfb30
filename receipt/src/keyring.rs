//! The keys that seal receipts.
//!
//! A text, one key a line: `<id> secret <64 hex digits>` of a key that can sign, `<id> public <64 hex
//! digits>` of one that was retired. The last secret key signs. A key is retired by writing its
//! public half instead of its secret one, and never removed: receipts outlive keys.

use std::fmt;
use std::fmt::Write;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;

/// Keys, the oldest first.
#[derive(Clone, Default)]
pub struct Keyring(Vec<Key>);

#[derive(Clone)]
struct Key {
    id: String,
    public: VerifyingKey,
    secret: Option<SigningKey>,
}

/// Why a text is no keyring.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyringError {
    /// A line is not of the form.
    #[error("line {0} is not `<id> secret|public <64 hex digits>`")]
    Line(usize),
    /// An id comes twice.
    #[error("line {0} has an id that an earlier line has")]
    Twice(usize),
    /// No key can sign.
    #[error("no key of the keyring is secret: none can sign")]
    NoSecret,
}

impl Keyring {
    /// Reads a keyring. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    ///
    /// [`KeyringError`], with the number of the line.
    pub fn read(text: &str) -> Result<Self, KeyringError> {
        let mut keys: Vec<Key> = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let key = read(line).ok_or(KeyringError::Line(number))?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyringError::Twice(number));
            }
            keys.push(key);
        }
        if keys.iter().all(|key| key.secret.is_none()) {
            return Err(KeyringError::NoSecret);
        }
        Ok(Self(keys))
    }

    /// The line of a new key with this id and these random bytes.
    pub fn line(id: &str, secret: [u8; 32]) -> String {
        format!("{id} secret {}\n", hex::encode(secret))
    }

    /// An id that none of these keys has: `k1`, `k2` …
    pub fn next_id(&self) -> String {
        let taken = |id: &String| self.0.iter().any(|key| key.id == *id);
        let mut ids = (self.0.len() + 1..).map(|n| format!("k{n}"));
        ids.find(|id| !taken(id)).unwrap_or_default()
    }

    /// Signs with the newest key: its id, and the signature that `text` makes of the id.
    pub(crate) fn sign(&self, text: impl FnOnce(&str) -> String) -> Option<(String, [u8; 64])> {
        let key = self.0.iter().rev().find(|key| key.secret.is_some())?;
        let secret = key.secret.as_ref()?;
        let signature = secret.sign(text(&key.id).as_bytes());
        Some((key.id.clone(), signature.to_bytes()))
    }

    /// Whether the key `id` has signed `text`; none when there is no such key.
    pub(crate) fn verify(&self, id: &str, text: &str, signature: &[u8; 64]) -> Option<bool> {
        let key = self.0.iter().find(|key| key.id == id)?;
        let signature = Signature::from_bytes(signature);
        let good = key.public.verify_strict(text.as_bytes(), &signature);
        Some(good.is_ok())
    }

    /// The public halves, as ids and 64 hex digits, for those who check without us.
    pub fn public(&self) -> impl Iterator<Item = (&str, String)> {
        let public = |key: &Key| hex::encode(key.public.as_bytes());
        self.0.iter().map(move |key| (key.id.as_str(), public(key)))
    }

    /// The keyring with public halves alone, in its written form.
    pub fn public_text(&self) -> String {
        self.public().fold(String::new(), |mut text, (id, public)| {
            let _ = writeln!(text, "{id} public {public}");
            text
        })
    }

    /// Reads a keyring that only checks: one without a secret key is fine too.
    ///
    /// # Errors
    ///
    /// [`KeyringError`], with the number of the line.
    pub fn read_public(text: &str) -> Result<Self, KeyringError> {
        match Self::read(text) {
            Err(KeyringError::NoSecret) => {
                let lines = text.lines().filter(|line| !line.starts_with('#'));
                Ok(Self(lines.filter_map(read).collect()))
            }
            read => read,
        }
    }
}

fn read(line: &str) -> Option<Key> {
    let mut words = line.split_whitespace();
    let (id, kind, digits) = (words.next()?, words.next()?, words.next()?);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.len() > 16 || !id.chars().all(plain) || words.next().is_some() {
        return None;
    }
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    let secret = match kind {
        "secret" => Some(SigningKey::from_bytes(&bytes)),
        "public" => None,
        _ => return None,
    };
    let public = match &secret {
        Some(secret) => secret.verifying_key(),
        None => VerifyingKey::from_bytes(&bytes).ok()?,
    };
    Some(Key {
        id: id.to_owned(),
        public,
        secret,
    })
}

/// The ids alone.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|key| &key.id))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_secret_key_signs_and_retired_ones_still_check() {
        let old = Keyring::read(&Keyring::line("k1", [1; 32])).unwrap();
        let (id, signature) = old.sign(|_| "text".to_owned()).unwrap();
        assert_eq!(id, "k1");
        let both = old.public_text() + &Keyring::line(&old.next_id(), [2; 32]);
        let both = Keyring::read(&both).unwrap();
        assert_eq!(both.sign(str::to_owned).unwrap().0, "k2");
        assert_eq!(both.verify("k1", "text", &signature), Some(true));
        assert_eq!(both.verify("k2", "text", &signature), Some(false));
        assert_eq!(both.verify("k3", "text", &signature), None);
        assert_eq!(both.next_id(), "k3");
    }

    #[test]
    fn what_is_no_keyring_says_which_line() {
        let good = Keyring::line("k1", [1; 32]);
        let read = |text: &str| Keyring::read(text).map(|_| ());
        assert_eq!(read(""), Err(KeyringError::NoSecret));
        assert_eq!(
            read(&(good.clone() + "k2 secret 12")),
            Err(KeyringError::Line(2))
        );
        assert_eq!(
            read(&(good.clone() + "K2 secret 12")),
            Err(KeyringError::Line(2))
        );
        assert_eq!(
            read(&(good.clone() + "# a remark\n" + &good)),
            Err(KeyringError::Twice(3))
        );
    }

    /// I18: a keyring in a log line shows no secret.
    #[test]
    fn debug_shows_ids_alone() {
        let ring = Keyring::read(&Keyring::line("k1", [0xab; 32])).unwrap();
        assert_eq!(format!("{ring:?}"), "[\"k1\"]");
        assert!(!ring.public_text().contains(&hex::encode([0xab; 32])));
    }
}
