//! What the projector says after a batch, without the batch.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use events::{DocumentId, Namespace};
use platform::redis::Redis;
use platform::tasks::Tasks;
use readmodel::{Keys, Notice, Position, Scope};
use redis::cmd;
use sqlx::PgPool;
use tokio::sync::Mutex;
use uuid::Uuid;

/// A projector that only speaks. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Voice(Arc<Inner>);

struct Inner {
    client: async_nats::Client,
    names: Namespace,
    keys: Keys,
    redis: Redis,
    pool: PgPool,
    silent: AtomicBool,
    said: Mutex<(u64, u64)>,
}

impl Voice {
    /// Begins with heartbeats.
    pub(crate) fn speak(
        client: &async_nats::Client,
        names: &Namespace,
        redis: Redis,
        pool: PgPool,
        tasks: &Tasks,
    ) -> Self {
        let voice = Self(Arc::new(Inner {
            client: client.clone(),
            names: names.clone(),
            keys: Keys::new(names),
            redis,
            pool,
            silent: AtomicBool::new(false),
            said: Mutex::new((0, 0)),
        }));
        let beating = voice.clone();
        tasks.spawn_until_stop(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(100)).await;
                beating.say(None, &[], &[]).await;
            }
        });
        voice
    }

    /// Says nothing more, or speaks again.
    pub(crate) fn be_silent(&self, silent: bool) {
        self.0.silent.store(silent, Ordering::Relaxed);
    }

    /// Skips the notice that the views include `sequence`, as when it is lost.
    pub(crate) async fn lose_one(&self, sequence: u64) {
        let mut said = self.0.said.lock().await;
        *said = (said.0 + 1, sequence);
    }

    /// The views include `sequence`, in which `scopes` and `documents` changed: moves the
    /// checkpoint, then Redis, then tells.
    pub(crate) async fn tell(&self, sequence: u64, scopes: &[Scope], documents: &[DocumentId]) {
        super::rows::set_checkpoint(&self.0.pool, &self.0.names, sequence).await;
        let documents_too = documents.iter().copied().map(Scope::Document);
        let all: Vec<_> = scopes.iter().copied().chain(documents_too).collect();
        self.tell_redis(sequence, &all).await;
        self.say(Some(sequence), scopes, documents).await;
    }

    /// What is done in Redis after a batch.
    pub(crate) async fn tell_redis(&self, sequence: u64, scopes: &[Scope]) {
        let mut pipe = redis::pipe();
        let keys = &self.0.keys;
        let all = [Scope::All];
        for scope in all.iter().take(usize::from(sequence == 1)).chain(scopes) {
            pipe.cmd("SET")
                .arg(keys.generation(*scope))
                .arg(sequence)
                .ignore();
            if let Scope::Document(id) = scope {
                let outdated = readmodel::keys::encode(sequence, "");
                pipe.cmd("SET")
                    .arg(keys.hot_document(*id))
                    .arg(outdated)
                    .ignore();
            }
        }
        pipe.cmd("SET")
            .arg(keys.hot_position())
            .arg(sequence)
            .ignore();
        // Some tests have no Redis.
        let _: redis::RedisResult<()> = pipe.query_async(&mut self.0.redis.clone()).await;
    }

    /// Writes a hot document.
    pub(crate) async fn heat(&self, document: DocumentId, version: u64, body: &str) {
        let key = self.0.keys.hot_document(document);
        let mut set = cmd("SET");
        set.arg(key).arg(readmodel::keys::encode(version, body));
        self.0.redis.ask::<()>(&set).await.unwrap();
    }

    /// Says a notice, and nothing else.
    pub(crate) async fn say(
        &self,
        sequence: Option<u64>,
        scopes: &[Scope],
        documents: &[DocumentId],
    ) {
        let inner = &self.0;
        let mut said = inner.said.lock().await;
        said.0 += 1;
        said.1 = sequence.unwrap_or(said.1);
        if inner.silent.load(Ordering::Relaxed) {
            return;
        }
        let notice = Notice {
            instance: Uuid::from_u128(1),
            n: said.0,
            position: Position::new(inner.names.log_stream(), said.1),
            scopes: scopes.to_vec(),
            documents: documents.to_vec(),
        };
        let body = notice.encode().unwrap();
        let subject = inner.names.notice_subject();
        inner.client.publish(subject, body.into()).await.unwrap();
        inner.client.flush().await.unwrap();
    }
}
