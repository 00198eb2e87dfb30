//! Redis: the projector's hot views, and answers kept for all instances.
//!
//! Whatever is read comes with the position up to which Redis is complete, in the same `MGET`.
//! Less than what this process knows already, or none at all, and nothing is believed.

use axum::body::Bytes;
use events::{DocumentId, Fingerprint};
use platform::redis::Redis;
use readmodel::keys::{self, Keys};
use readmodel::{Scope, scripts};
use redis::{Script, cmd};
use serde::Deserialize;

use crate::cache::{Entry, Kind, Question};

/// What Redis has.
#[derive(Debug)]
pub(crate) enum Looked {
    /// The answer.
    Found(Entry),
    /// Not the answer, and where it may be put.
    Missing(Option<Slot>),
}

/// Where an answer may be put.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// Among the hot documents, while Redis is at this position.
    Document(DocumentId, u64),
    /// Under a key that has the generations of its scopes.
    Key(String, Kind),
}

/// What a hot document is compared by.
#[derive(Deserialize)]
struct Versioned {
    last_seq: u64,
}

/// Redis, as the cache sees it. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Hot {
    redis: Redis,
    keys: Keys,
}

impl Hot {
    pub(crate) fn new(redis: Redis, keys: Keys) -> Self {
        Self { redis, keys }
    }

    /// Looks for the answer to `question`, if Redis includes the sequence `known`.
    pub(crate) async fn look(&self, question: &Question, known: u64) -> Looked {
        let found = match question.kind {
            Kind::Document(id) => self.document(question.kind, id, known).await,
            Kind::List | Kind::Timeline | Kind::Statistics => self.listed(question, known).await,
        };
        found.unwrap_or_else(|error| {
            tracing::debug!(%error, "Redis was not asked, or did not answer");
            Looked::Missing(None)
        })
    }

    async fn document(&self, kind: Kind, id: DocumentId, known: u64) -> redis::RedisResult<Looked> {
        let mut ask = cmd("MGET");
        ask.arg(self.keys.hot_position())
            .arg(self.keys.hot_document(id));
        let (position, value): (Option<String>, Option<String>) = self.redis.ask(&ask).await?;
        let Some(position) = complete(position, known) else {
            return Ok(Looked::Missing(None));
        };
        let body = value
            .as_deref()
            .and_then(keys::decode)
            .and_then(|(_, body)| body)
            .map(|body| Bytes::copy_from_slice(body.as_bytes()));
        Ok(match body {
            Some(body) => Looked::Found(Entry::new(kind, Some(body), position)),
            None => Looked::Missing(Some(Slot::Document(id, position))),
        })
    }

    async fn listed(&self, question: &Question, known: u64) -> redis::RedisResult<Looked> {
        let mut ask = cmd("MGET");
        ask.arg(self.keys.hot_position())
            .arg(self.keys.generation(Scope::All));
        for scope in &question.scopes {
            ask.arg(self.keys.generation(*scope));
        }
        let mut values: Vec<Option<String>> = self.redis.ask(&ask).await?;
        let generations = values.split_off(1.min(values.len()));
        let position = values.pop().flatten();
        let (Some(position), Some(Some(_))) = (complete(position, known), generations.first())
        else {
            return Ok(Looked::Missing(None));
        };
        let key = self.key(question, &generations);
        let value: Option<String> = self.redis.ask(cmd("GET").arg(&key)).await?;
        let body = value
            .as_deref()
            .and_then(keys::decode)
            .and_then(|(_, body)| body)
            .map(|body| Bytes::copy_from_slice(body.as_bytes()));
        Ok(match body {
            Some(body) => Looked::Found(Entry::new(question.kind, Some(body), position)),
            None => Looked::Missing(Some(Slot::Key(key, question.kind))),
        })
    }

    /// The key of an answer: what was asked, and the generations it was answered in.
    fn key(&self, question: &Question, generations: &[Option<String>]) -> String {
        let asked = Fingerprint::of("question", question.name.as_bytes());
        let generations: Vec<&str> = generations
            .iter()
            .map(|generation| generation.as_deref().unwrap_or("-"))
            .collect();
        self.keys
            .cache(&format!("{asked}:{}", generations.join(":")))
    }

    /// Puts an answer where it may be put. When Redis does not take it, nothing is lost.
    pub(crate) async fn keep(&self, slot: Slot, body: &Bytes, position: u64) {
        let Ok(text) = std::str::from_utf8(body) else {
            return;
        };
        let kept = match slot {
            Slot::Document(id, at) => self.keep_document(id, at, text).await,
            Slot::Key(key, kind) => {
                let value = keys::encode(position, text);
                let mut put = cmd("SET");
                put.arg(key).arg(value).arg("EX").arg(kind.ttl().as_secs());
                self.redis.ask::<()>(&put).await
            }
        };
        if let Err(error) = kept {
            tracing::debug!(%error, "Redis did not take an answer");
        }
    }

    /// Puts a document among the hot ones, unless a newer one is there or Redis has moved on since
    /// it was looked at: what was read before may be older than what was told meanwhile.
    async fn keep_document(&self, id: DocumentId, at: u64, body: &str) -> redis::RedisResult<()> {
        let Ok(Versioned { last_seq }) = serde_json::from_str(body) else {
            return Ok(());
        };
        Script::new(scripts::PUT)
            .key(self.keys.hot_document(id))
            .key(self.keys.hot_position())
            .arg(keys::encode(last_seq, body))
            .arg(keys::DOCUMENT_TTL.as_secs())
            .arg(at)
            .invoke_async::<()>(&mut self.redis.clone())
            .await
    }

    /// What keeps Redis from being of use, if anything does.
    pub(crate) async fn trouble(&self) -> Option<&'static str> {
        self.redis.trouble(&self.keys.cache("health")).await
    }
}

/// The position of Redis, when it includes `known`.
fn complete(position: Option<String>, known: u64) -> Option<u64> {
    position?
        .parse()
        .ok()
        .filter(|position: &u64| *position >= known)
}
