//! What the QR code carries, and how it is checked.
//!
//! ```text
//! MESA1.<number>.<filed on, yyyymmdd>.<digest>.<tracking token>.<key id>.<signature>
//! ```
//!
//! Digest (32 bytes), token (16) and signature (64) are base64 for addresses, without padding. The
//! signature is Ed25519 over everything before its dot. Behind `#` it is the fragment of the page
//! where receipts are checked; a fragment never leaves the browser.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::NaiveDate;
use thiserror::Error;

use crate::keyring::Keyring;
use crate::{Facts, Receipt};

/// What stands before every claim.
const MARK: &str = "MESA1";

/// What a receipt claims, with its seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The registry number.
    pub number: String,
    /// The legal date of presentation.
    pub filed_on: NaiveDate,
    /// The digest of the facts.
    pub digest: [u8; 32],
    /// The token of the public page (P1).
    pub token: [u8; 16],
    /// The key that signed.
    pub key: String,
    /// The signature.
    pub signature: [u8; 64],
}

/// Why a claim does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ClaimError {
    /// It is none.
    #[error("this is not the code of a receipt")]
    Malformed,
    /// The key that it names is not known here.
    #[error("the key of the receipt is not known")]
    UnknownKey,
    /// The signature is of something else: the receipt was altered or forged.
    #[error("the seal does not hold: the receipt was altered or forged")]
    Forged,
    /// No key can sign.
    #[error("no key can sign")]
    NoKey,
}

impl Claim {
    /// The claim of `receipt`, sealed with the newest key.
    ///
    /// # Errors
    ///
    /// [`ClaimError::NoKey`] when no key signs, [`ClaimError::Malformed`] when the tracking token is
    /// none.
    pub fn seal(receipt: &Receipt, keys: &Keyring) -> Result<Self, ClaimError> {
        let mut token = [0; 16];
        let read = hex::decode_to_slice(&receipt.tracking_token, &mut token);
        read.map_err(|_| ClaimError::Malformed)?;
        let mut claim = Self {
            number: receipt.facts.number.clone(),
            filed_on: receipt.facts.filed_on,
            digest: receipt.facts.digest(),
            token,
            key: String::new(),
            signature: [0; 64],
        };
        let (key, signature) = keys
            .sign(|key| claim.signed(key))
            .ok_or(ClaimError::NoKey)?;
        (claim.key, claim.signature) = (key, signature);
        Ok(claim)
    }

    /// Checks the seal.
    ///
    /// # Errors
    ///
    /// [`ClaimError::UnknownKey`] and [`ClaimError::Forged`].
    pub fn check(&self, keys: &Keyring) -> Result<(), ClaimError> {
        match keys.verify(&self.key, &self.signed(&self.key), &self.signature) {
            None => Err(ClaimError::UnknownKey),
            Some(false) => Err(ClaimError::Forged),
            Some(true) => Ok(()),
        }
    }

    /// Whether these are the facts that it was sealed for.
    pub fn is_of(&self, facts: &Facts) -> bool {
        self.number == facts.number
            && self.filed_on == facts.filed_on
            && self.digest == facts.digest()
    }

    /// What is signed.
    fn signed(&self, key: &str) -> String {
        format!(
            "{MARK}.{}.{}.{}.{}.{key}",
            self.number,
            self.filed_on.format("%Y%m%d"),
            BASE64.encode(self.digest),
            BASE64.encode(self.token),
        )
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature = BASE64.encode(self.signature);
        write!(f, "{}.{signature}", self.signed(&self.key))
    }
}

impl FromStr for Claim {
    type Err = ClaimError;

    /// Reads a claim: alone, or as the fragment of an address.
    fn from_str(text: &str) -> Result<Self, ClaimError> {
        let text = text.trim();
        let claim = text.rsplit_once('#').map_or(text, |(_, claim)| claim);
        let parts: Vec<_> = claim.split('.').collect();
        let &[MARK, number, filed_on, digest, token, key, signature] = parts.as_slice() else {
            return Err(ClaimError::Malformed);
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if number.is_empty() || number.len() > 40 || !number.chars().all(plain) {
            return Err(ClaimError::Malformed);
        }
        let read = Self {
            number: number.to_owned(),
            filed_on: NaiveDate::parse_from_str(filed_on, "%Y%m%d")
                .map_err(|_| ClaimError::Malformed)?,
            digest: decode(digest)?,
            token: decode(token)?,
            key: key.to_owned(),
            signature: decode(signature)?,
        };
        // One claim has one written form.
        if read.to_string() == claim {
            Ok(read)
        } else {
            Err(ClaimError::Malformed)
        }
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], ClaimError> {
    let bytes = BASE64.decode(text).map_err(|_| ClaimError::Malformed)?;
    bytes.try_into().map_err(|_| ClaimError::Malformed)
}
