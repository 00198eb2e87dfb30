//! Passwords and logins: argon2id digests in the secret bucket, tokens signed by a key of this
//! process, and few attempts a login.
//!
//! Nothing here is in an event (I18). An attempt is counted before the password is looked at, so
//! that many at once are no more than one after the other; when the count cannot be kept, nobody
//! gets in. Wrong passwords are counted by address too. An address from which a login succeeded is
//! remembered with it, and has tries of its own: nobody else's wrong passwords keep its user out.

mod sweep;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use async_nats::jetstream::Context;
use async_nats::jetstream::kv::{Operation, Store};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use events::{Fingerprint, Namespace, UserId};
use platform::http::keyring::{TOKEN_KEY, issuer};
use platform::http::limit::Origin;
use platform::http::tokens::{LIFETIME, Signer};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::{Mutex, Semaphore};

use crate::log::Cause;
use crate::vault::{VaultError, bucket, random};

/// How many wrong passwords in a row a login may give, and for how long it then waits.
const TRIES: u32 = 5;
const WAIT: TimeDelta = TimeDelta::minutes(15);
/// How many passwords are checked at once: each takes its memory.
const AT_ONCE: usize = 2;
/// OWASP's choice for argon2id: 19 MiB, two passes, one lane.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
/// For how long a login is known where it succeeded, and after how long that is written anew.
const KNOWN: TimeDelta = TimeDelta::days(90);
const RENEWED: TimeDelta = TimeDelta::days(1);
/// What counts of attempts, and known places, are kept under.
const ATTEMPTS: &str = "attempts";
const KNOWN_AT: &str = "known";
/// How often a count that somebody else just changed is counted anew.
const RACES: u32 = 10;

/// Checks passwords and gives tokens.
#[derive(Debug)]
pub struct Login {
    secrets: Store,
    keys: Store,
    issuer: String,
    signer: Mutex<Option<Signer>>,
    hashing: Semaphore,
    /// What the password of somebody unknown is compared with, to take as long.
    nobody: String,
}

/// A token for one who logged in.
#[derive(Debug)]
pub struct Token {
    /// Its text.
    pub text: Secret,
    /// How many seconds it opens.
    pub seconds: i64,
    /// Where the key that signed it stands in the key bucket, if it is new.
    pub revision: Option<u64>,
}

/// Why there is no token, or no new password.
#[derive(Debug, Error)]
pub enum LoginError {
    /// There is no such login, or the password is another: nobody is told which.
    #[error("the login or the password is wrong")]
    Wrong,
    /// Too many wrong ones: asking again helps after a while.
    #[error("too many wrong passwords; wait {seconds} seconds")]
    Wait {
        /// How long.
        seconds: i64,
    },
    /// The buckets do not answer; asking again may help.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A password cannot be hashed, or a token not signed.
    #[error("a secret cannot be made: {0}")]
    Crypto(String),
}

/// Wrong passwords of a login since a time, in seconds.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Attempts {
    count: u32,
    since: i64,
}

impl Login {
    /// The buckets of `names`, made now if they are missing.
    ///
    /// # Errors
    ///
    /// [`LoginError`] when NATS does not answer.
    pub async fn open(
        jetstream: &Context,
        names: &Namespace,
        replicas: usize,
    ) -> Result<Self, LoginError> {
        let about = "Digests of passwords, and counts of wrong ones";
        Ok(Self {
            secrets: bucket(jetstream, names.secret_bucket(), about, replicas).await?,
            keys: bucket(
                jetstream,
                names.key_bucket(),
                "Digests of API keys",
                replicas,
            )
            .await?,
            issuer: issuer(names.as_str()),
            signer: Mutex::default(),
            hashing: Semaphore::new(AT_ONCE),
            nobody: digest(&hex::encode(random::<16>()?))?,
        })
    }

    /// Gives a token to `user` if `password`, which comes from `origin`, is theirs. `login` is what
    /// was typed; of one that names nobody, `user` is none.
    ///
    /// # Errors
    ///
    /// [`LoginError`]: wrong, too often wrong, or not to be found out now.
    pub async fn log_in(
        &self,
        login: &str,
        user: Option<UserId>,
        password: &Secret,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Token, LoginError> {
        let here = format!("{login}\0{}", origin.address);
        let since = self.known_since(&here).await?;
        let known = since.is_some_and(|since| now < since + KNOWN);
        if !known {
            may_try(origin)?;
        }
        let counted = match self.count(login, now).await {
            Err(LoginError::Wait { .. }) if known => self.count(&here, now).await?,
            counted => counted?,
        };
        let right = self.check(user, password, origin, known).await?;
        let Some(user) = user.filter(|_| right) else {
            return Err(LoginError::Wrong);
        };
        self.secrets.delete(&counted).await.map_err(broken)?;
        if since.is_none_or(|since| now > since + RENEWED) {
            let body = now.timestamp().to_string();
            let put = self.secrets.put(known_place(&here), body.into()).await;
            put.map_err(broken)?;
        }
        self.token(user, now).await
    }

    /// Since when a login is known at an address, if it is.
    async fn known_since(&self, here: &str) -> Result<Option<DateTime<Utc>>, LoginError> {
        let kept = self.secrets.get(known_place(here)).await.map_err(broken)?;
        let text = kept.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let seconds = text.and_then(|text| text.parse().ok());
        Ok(seconds.and_then(|seconds| DateTime::from_timestamp(seconds, 0)))
    }

    /// Whether `password` is the one of `user`; as slow for those without one. Too many wrong ones
    /// of the same origin are found out while one waits for its turn, too.
    async fn check(
        &self,
        user: Option<UserId>,
        password: &Secret,
        origin: &Origin,
        known: bool,
    ) -> Result<bool, LoginError> {
        let name = place(user.unwrap_or_else(UserId::system));
        let kept = self.secrets.get(name).await.map_err(broken)?;
        let kept = kept.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let has_one = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        let password = password.clone();
        let _turn = self.hashing.acquire().await;
        if !known {
            may_try(origin)?;
        }
        let same = aside(move || verify(&kept, password.expose())).await??;
        let right = same && has_one;
        if !right {
            origin.was_wrong();
        }
        Ok(right)
    }

    /// Lets `password` be the one of `user` from now on.
    ///
    /// # Errors
    ///
    /// [`LoginError`] when it cannot be kept.
    pub async fn set(&self, user: UserId, password: &Secret) -> Result<(), LoginError> {
        let password = password.clone();
        let _turn = self.hashing.acquire().await;
        let kept = aside(move || digest(password.expose())).await??;
        let put = self.secrets.put(place(user), Bytes::from(kept)).await;
        put.map(drop).map_err(broken)
    }

    /// Counts an attempt of `login`, and says under which name.
    async fn count(&self, login: &str, now: DateTime<Utc>) -> Result<String, LoginError> {
        let name = format!("{ATTEMPTS}.{}", Fingerprint::of("login", login.as_bytes()));
        for _ in 0..RACES {
            let entry = self.secrets.entry(&name).await.map_err(broken)?;
            let live = entry.as_ref().filter(|it| it.operation == Operation::Put);
            let kept = live.and_then(|it| serde_json::from_slice(&it.value).ok());
            let mut attempts: Attempts = kept.unwrap_or_default();
            let waited = now.timestamp().saturating_sub(attempts.since);
            if waited >= WAIT.num_seconds() {
                attempts = Attempts::default();
            } else if attempts.count >= TRIES {
                let seconds = (WAIT.num_seconds() - waited).max(1);
                return Err(LoginError::Wait { seconds });
            }
            attempts.count += 1;
            attempts.since = now.timestamp();
            let body = serde_json::to_vec(&attempts);
            let body = body.map_err(|error| LoginError::Crypto(error.to_string()))?;
            let revision = entry.map_or(0, |entry| entry.revision);
            let counted = self.secrets.update(&name, body.into(), revision).await;
            if counted.is_ok() {
                return Ok(name);
            }
        }
        Err(LoginError::Wait { seconds: 1 })
    }

    async fn token(&self, user: UserId, now: DateTime<Utc>) -> Result<Token, LoginError> {
        let mut held = self.signer.lock().await;
        let mut revision = None;
        let known = held.take().filter(|known| now < known.until);
        let signer = if let Some(known) = known {
            known
        } else {
            let made = Signer::new(&self.issuer, &random()?, now);
            let name = format!("{TOKEN_KEY}.{}", made.kid());
            let put = self.keys.put(name, made.published().into()).await;
            revision = Some(put.map_err(broken)?);
            made
        };
        let text = signer.sign(user.0, now).map_err(|error| crypto(&error))?;
        *held = Some(signer);
        Ok(Token {
            text: text.into(),
            seconds: LIFETIME.num_seconds(),
            revision,
        })
    }
}

/// Runs `work` where it holds nobody up.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, LoginError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| LoginError::Crypto(error.to_string()))
}

/// Whether a password from `origin` is looked at now.
fn may_try(origin: &Origin) -> Result<(), LoginError> {
    let Some(wait) = origin.wait() else {
        return Ok(());
    };
    let seconds = i64::try_from(wait.as_secs() + 1).unwrap_or(i64::MAX);
    Err(LoginError::Wait { seconds })
}

fn known_place(here: &str) -> String {
    format!("{KNOWN_AT}.{}", Fingerprint::of("known", here.as_bytes()))
}

fn place(user: UserId) -> String {
    format!("password.{user}")
}

fn broken(error: impl Into<Cause>) -> LoginError {
    LoginError::Vault(VaultError::Bucket(error.into()))
}

fn crypto(error: &impl ToString) -> LoginError {
    LoginError::Crypto(error.to_string())
}

fn argon2() -> Result<Argon2<'static>, LoginError> {
    let params = Params::new(MEMORY, PASSES, 1, None).map_err(|error| crypto(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn digest(password: &str) -> Result<String, LoginError> {
    let salt = SaltString::encode_b64(&random::<16>()?).map_err(|error| crypto(&error))?;
    let hash = argon2()?.hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|error| crypto(&error))?.to_string())
}

fn verify(kept: &str, password: &str) -> Result<bool, LoginError> {
    let kept = PasswordHash::new(kept).map_err(|error| crypto(&error))?;
    Ok(argon2()?
        .verify_password(password.as_bytes(), &kept)
        .is_ok())
}
