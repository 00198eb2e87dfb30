//! What logins leave behind: public halves of keys that sign no more, counts of attempts, and places
//! where nobody logged in for long. Ended, they open nothing and keep nobody out; they are taken
//! away all the same.

use async_nats::jetstream::kv::{Operation, Store};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use platform::http::keyring::TOKEN_KEY;
use platform::http::tokens::has_ended;

use super::{ATTEMPTS, Attempts, KNOWN, KNOWN_AT, Login, LoginError, WAIT, broken};

impl Login {
    /// Takes away what has ended, and says how much.
    ///
    /// # Errors
    ///
    /// [`LoginError`] when the buckets do not answer.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Result<usize, LoginError> {
        let keys = take_away(&self.keys, &[TOKEN_KEY], |_, body| has_ended(body, now));
        let keys = keys.await?;
        let of_login = |kind: &str, body: &[u8]| {
            let (since, lasts) = if kind == ATTEMPTS {
                let attempts: Option<Attempts> = serde_json::from_slice(body).ok();
                (attempts.map(|it| it.since), WAIT)
            } else {
                let text = std::str::from_utf8(body).ok();
                (text.and_then(|text| text.parse().ok()), KNOWN)
            };
            since.is_none_or(|since| now.timestamp() > since + lasts.num_seconds())
        };
        let secrets = take_away(&self.secrets, &[ATTEMPTS, KNOWN_AT], of_login);
        Ok(keys + secrets.await?)
    }
}

/// Takes away the entries of these kinds that have ended, unless somebody just changed them.
async fn take_away(
    bucket: &Store,
    kinds: &[&str],
    has_ended: impl Fn(&str, &[u8]) -> bool,
) -> Result<usize, LoginError> {
    let names: Vec<String> = bucket
        .keys()
        .await
        .map_err(broken)?
        .try_collect()
        .await
        .map_err(broken)?;
    let mut taken = 0;
    for name in names {
        let Some((kind, _)) = name
            .split_once('.')
            .filter(|(kind, _)| kinds.contains(kind))
        else {
            continue;
        };
        let entry = bucket.entry(&name).await.map_err(broken)?;
        let Some(entry) = entry.filter(|entry| entry.operation == Operation::Put) else {
            continue;
        };
        if has_ended(kind, &entry.value) {
            let deleted = bucket.delete_expect_revision(&name, Some(entry.revision));
            taken += usize::from(deleted.await.is_ok());
        }
    }
    Ok(taken)
}
