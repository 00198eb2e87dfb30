//! Secrets: made here, shown once, kept only as digests (I18).

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{CreateKeyValueErrorKind, KeyValueErrorKind};
use async_nats::jetstream::kv::{Config, CreateErrorKind, Store};
use bytes::Bytes;
use events::{ApiKeyId, Namespace};
use platform::http::PresentedKey;
use thiserror::Error;

use crate::log::Cause;

/// Where digests of API keys are kept.
#[derive(Clone, Debug)]
pub struct Vault {
    digests: Store,
}

/// Why the vault does not do what it should. Asking again may help.
#[derive(Debug, Error)]
pub enum VaultError {
    /// The machine gives no random bits.
    #[error("the machine gives no random bits")]
    Random(#[from] getrandom::Error),
    /// The bucket cannot be made, read or written.
    #[error("the bucket of key digests cannot be used")]
    Bucket(#[source] Cause),
}

/// A key whose secret nobody saw yet.
#[derive(Debug)]
pub struct NewKey {
    /// The whole key, for its owner alone.
    pub key: PresentedKey,
    /// Where its digest stands in the bucket.
    pub revision: u64,
}

impl Vault {
    /// The bucket of `names`, made now if it is missing.
    ///
    /// # Errors
    ///
    /// [`VaultError::Bucket`] when NATS does not answer or refuses.
    pub async fn open(
        jetstream: &Context,
        names: &Namespace,
        replicas: usize,
    ) -> Result<Self, VaultError> {
        let about = "Digests of API keys";
        let digests = bucket(jetstream, names.key_bucket(), about, replicas).await?;
        Ok(Self { digests })
    }

    /// Makes a secret for `id` and keeps its digest, unless it has one: then `None`. Of several
    /// that try, one succeeds, and only that one has a secret to show.
    ///
    /// # Errors
    ///
    /// [`VaultError`] when there is no randomness or the bucket cannot be written.
    pub async fn make(&self, id: ApiKeyId) -> Result<Option<NewKey>, VaultError> {
        let key = PresentedKey::new(id.0, random()?);
        let digest = Bytes::copy_from_slice(&key.digest());
        match self.digests.create(id.to_string(), digest).await {
            Ok(revision) => Ok(Some(NewKey { key, revision })),
            Err(error) if error.kind() == CreateErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(VaultError::Bucket(error.into())),
        }
    }
}

/// The bucket `name`, made now if it is missing.
///
/// # Errors
///
/// [`VaultError::Bucket`] when NATS does not answer or refuses.
pub async fn bucket(
    jetstream: &Context,
    name: String,
    about: &str,
    replicas: usize,
) -> Result<Store, VaultError> {
    match jetstream.get_key_value(&name).await {
        Ok(found) => Ok(found),
        Err(error) if error.kind() == KeyValueErrorKind::GetBucket => {
            create(jetstream, name, about, replicas).await
        }
        Err(error) => Err(VaultError::Bucket(error.into())),
    }
}

async fn create(
    jetstream: &Context,
    bucket: String,
    about: &str,
    num_replicas: usize,
) -> Result<Store, VaultError> {
    let config = Config {
        bucket: bucket.clone(),
        description: about.to_owned(),
        history: 1,
        num_replicas,
        ..Config::default()
    };
    match jetstream.create_key_value(config).await {
        Ok(made) => Ok(made),
        Err(error) if error.kind() == CreateKeyValueErrorKind::BucketCreate => jetstream
            .get_key_value(bucket)
            .await
            .map_err(|error| VaultError::Bucket(error.into())),
        Err(error) => Err(VaultError::Bucket(error.into())),
    }
}

/// Bits that nobody can guess, from the operating system.
///
/// # Errors
///
/// [`VaultError::Random`] when it has none to give.
pub fn random<const N: usize>() -> Result<[u8; N], VaultError> {
    let mut bits = [0; N];
    getrandom::fill(&mut bits)?;
    Ok(bits)
}

/// The 128-bit token of a document's public page, 32 hex digits (P1).
///
/// # Errors
///
/// [`VaultError::Random`] when there is no randomness.
pub fn tracking_token() -> Result<String, VaultError> {
    Ok(hex::encode(random::<16>()?))
}
