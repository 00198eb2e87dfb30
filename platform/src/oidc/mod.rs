//! Issuers that sign people in beside our own login: their keys, and the tokens these sign.
//!
//! Keys are fetched in the background: at the start, every ten minutes, and when a token names one
//! that is not known, twice a minute at most. A request never waits for an issuer, and a start does
//! not need one. Keys that could not be fetched again go on for a day; then the issuer's tokens are
//! refused, as `mesa_oidc_keys` says.

mod check;
pub mod config;
mod fetch;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;
use tokio::time::Instant;

pub use config::{ConfigError, IssuerConfig, OidcConfig};

use crate::clock::Clock;
use crate::metrics::{catalogue, size};
use crate::tasks::Tasks;
use check::Claims;
use fetch::Fetcher;

/// How often keys are fetched, and how often at most when a token names a key that is not known,
/// or an issuer does not answer.
#[derive(Clone, Copy, Debug)]
struct Pace {
    every: Duration,
    at_most: Duration,
}

const PACE: Pace = Pace {
    every: Duration::from_mins(10),
    at_most: Duration::from_secs(30),
};
/// How long keys are good that could not be fetched again.
const GOOD_FOR: TimeDelta = TimeDelta::hours(24);
/// How many tokens are remembered as checked.
const REMEMBERED: usize = 10_000;

/// The issuers that are trusted. Clones share what is known of them.
#[derive(Clone, Debug, Default)]
pub struct Oidc {
    issuers: Arc<[Arc<Issuer>]>,
}

/// One issuer.
struct Issuer {
    config: IssuerConfig,
    known: RwLock<Known>,
    /// A token named a key that is not known.
    wanted: Notify,
    /// A checked token's digest, with its key and what it says: a signature is checked once.
    checked: Mutex<HashMap<[u8; 32], (String, Claims)>>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, (Algorithm, DecodingKey)>,
    fetched: Option<DateTime<Utc>>,
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.config.url)
            .finish_non_exhaustive()
    }
}

impl Oidc {
    /// Follows the keys of the issuers of `config` until `tasks` stop.
    ///
    /// # Errors
    ///
    /// The file of issuers cannot be read, or says something that is not safe.
    pub fn follow(
        config: &OidcConfig,
        clock: &Arc<dyn Clock>,
        tasks: &Tasks,
    ) -> Result<Self, ConfigError> {
        Self::begin(config.read()?, PACE, clock, tasks)
    }

    fn begin(
        issuers: Vec<IssuerConfig>,
        pace: Pace,
        clock: &Arc<dyn Clock>,
        tasks: &Tasks,
    ) -> Result<Self, ConfigError> {
        if issuers.is_empty() {
            return Ok(Self::default());
        }
        let issuers = issuers.into_iter().map(Issuer::new).map(Arc::new);
        let issuers: Arc<[_]> = issuers.collect();
        let fetcher = Fetcher::new()?;
        for issuer in issuers.iter() {
            let (issuer, clock) = (Arc::clone(issuer), Arc::clone(clock));
            let fetcher = fetcher.clone();
            tasks.spawn_until_stop(async move {
                issuer.keep_up(&fetcher, pace, clock.as_ref()).await;
            });
        }
        Ok(Self { issuers })
    }

    /// The login that a token is for, if one of the issuers gave it and it is good at `now`.
    #[must_use]
    pub fn login(&self, token: &str, now: DateTime<Utc>) -> Option<Box<str>> {
        if self.issuers.is_empty() {
            return None;
        }
        let named = check::issuer_named_in(token)?;
        let issuer = self.issuers.iter().find(|it| it.config.url == named)?;
        issuer.login(token, now)
    }
}

impl Issuer {
    fn new(config: IssuerConfig) -> Self {
        Self {
            config,
            known: RwLock::default(),
            wanted: Notify::new(),
            checked: Mutex::default(),
        }
    }

    fn login(&self, token: &str, now: DateTime<Utc>) -> Option<Box<str>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        // Keys of yesterday may have been taken back since.
        known.fetched.filter(|fetched| now < *fetched + GOOD_FOR)?;
        let digest: [u8; 32] = Sha256::digest(token).into();
        let remembered = self.remembered().get(&digest).cloned();
        let (kid, claims) = match remembered {
            Some(checked) => checked,
            None => self.check(&known, token)?,
        };
        if !known.keys.contains_key(&kid) || !claims.are_good_at(now) {
            return None;
        }
        let login = self.config.login_in(&claims)?;
        let mut checked = self.remembered();
        if checked.len() >= REMEMBERED {
            checked.clear();
        }
        checked.entry(digest).or_insert((kid, claims));
        Some(login)
    }

    fn check(&self, known: &Known, token: &str) -> Option<(String, Claims)> {
        let header = check::header(token, &self.config.algorithms)?;
        let kid = header.kid?;
        let Some((algorithm, key)) = known.keys.get(&kid) else {
            self.wanted.notify_one();
            return None;
        };
        // A key signs by its own algorithm, whatever the token says.
        if *algorithm != header.alg {
            return None;
        }
        let claims = check::claims(token, key, *algorithm, &self.config)?;
        Some((kid, claims))
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<[u8; 32], (String, Claims)>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches the keys again and again.
    async fn keep_up(&self, fetcher: &Fetcher, pace: Pace, clock: &dyn Clock) {
        let url = self.config.url.as_str();
        let good = catalogue::OIDC_KEYS.gauge([url]);
        loop {
            let begun = Instant::now();
            let answer = fetcher.keys(&self.config).await;
            let outcome = if answer.is_ok() { "ok" } else { "failed" };
            catalogue::OIDC_FETCHES.counter([url, outcome]).increment(1);
            let next = match answer {
                Ok(keys) => {
                    self.learn(keys, clock.now());
                    pace.every
                }
                Err(error) => {
                    tracing::warn!(oidc.issuer = url, %error, "the keys of an issuer cannot be fetched; those that are known go on for a day");
                    pace.at_most
                }
            };
            good.set(size(self.good_keys(clock.now())));
            let wanted = async {
                self.wanted.notified().await;
                tokio::time::sleep_until(begun + pace.at_most).await;
            };
            let _ = tokio::time::timeout_at(begun + next, wanted).await;
        }
    }

    fn learn(&self, keys: HashMap<String, (Algorithm, DecodingKey)>, now: DateTime<Utc>) {
        if keys.is_empty() {
            let issuer = &self.config.url;
            tracing::warn!(oidc.issuer = %issuer, "an issuer publishes no key that could be used");
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.keys = keys;
        known.fetched = Some(now);
    }

    /// How many keys are good now.
    fn good_keys(&self, now: DateTime<Utc>) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let good = known
            .fetched
            .is_some_and(|fetched| now < fetched + GOOD_FOR);
        if good { known.keys.len() } else { 0 }
    }
}

#[cfg(test)]
mod tests;
