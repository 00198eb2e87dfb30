//! The hot views in Redis, written after the commit.
//!
//! `hot:position` says up to where they are complete. Every write checks, in the same script, that
//! it still is where this projector left it; a projector that was asleep while another went on
//! writes nothing. When a write is missed, because Redis was away or the process died between
//! commit and write, the position stays behind, and [`Hot::repair`] marks everything recorded
//! since as outdated before it moves the position on. Losing Redis loses nothing.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use events::classify::DocumentStatus;
use events::{Aggregate, DocumentId, Namespace, OfficeId};
use platform::redis::Redis;
use readmodel::keys::{COUNTERS_TTL, DOCUMENT_TTL, GENERATION_TTL, encode};
use readmodel::{DocumentDetail, Keys, Scope, TrayCounters, scripts};
use redis::{Pipeline, RedisResult};
use sqlx::{PgPool, Row};

use crate::columns::{big, number};
use crate::commit::Done;
use crate::projections::archive::sql::TOUCHED;

/// Keys written in one round trip.
const CHUNK: usize = 500;

/// With more records missed than this, the hot views are begun anew.
const FAR_BEHIND: u64 = 50_000;

/// What a batch changes in the hot views.
#[derive(Clone, Debug, Default)]
pub struct HotChanges {
    /// Where the views were before the batch.
    pub from: u64,
    /// Where they are now.
    pub to: u64,
    /// The touched documents, each with its last sequence and, unless there is too much to do, its
    /// body.
    pub documents: Vec<(DocumentId, u64, Option<DocumentDetail>)>,
    /// The counters of the touched offices.
    pub counters: BTreeMap<OfficeId, TrayCounters>,
    /// Documents by status.
    pub totals: BTreeMap<DocumentStatus, i64>,
    /// What else changed.
    pub scopes: BTreeSet<Scope>,
}

impl HotChanges {
    /// What a batch that began at `from` changes; bodies only when there is no `backlog`.
    pub fn of(from: u64, done: Done, backlog: bool) -> Self {
        let mut hot = Self {
            from,
            to: done.checkpoint.sequence,
            ..Self::default()
        };
        let changes = done.changes;
        for view in &changes.documents {
            hot.scopes.insert(Scope::Document(view.row.id));
        }
        hot.scopes
            .extend(done.counters.keys().copied().map(Scope::Office));
        if !changes.documents.is_empty() {
            hot.scopes.extend([Scope::Documents, Scope::Statistics]);
            hot.totals = done.totals;
        }
        if !changes.series.is_empty() {
            hot.scopes.insert(Scope::Series);
        }
        let documents = changes.documents.into_iter().map(|view| {
            let body = (!backlog).then(|| view.detail());
            (view.row.id, view.row.last_seq, body)
        });
        hot.documents = documents.collect();
        hot.counters = done.counters;
        hot
    }
}

/// The hot views, as far as they could be written.
#[derive(Debug)]
pub struct Hot {
    redis: Redis,
    keys: Keys,
    names: Namespace,
    /// Up to where they are known to be complete; none when something was missed.
    complete: Option<u64>,
    /// The fence of the checkpoint: hot views with another are of other rows.
    fence: u64,
}

impl Hot {
    /// Hot views that must be repaired before they are written.
    pub fn new(redis: Redis, names: &Namespace) -> Self {
        Self {
            redis,
            keys: Keys::new(names),
            names: names.clone(),
            complete: None,
            fence: 0,
        }
    }

    /// Whether nothing was missed.
    pub fn is_complete(&self) -> bool {
        self.complete.is_some()
    }

    /// Forgets what is known, so that the next repair looks; the rows are now those of `fence`.
    pub fn doubt(&mut self, fence: u64) {
        self.complete = None;
        self.fence = fence;
    }

    /// Writes what a batch changed; or remembers that it was missed.
    pub async fn write(&mut self, changes: &HotChanges) {
        if self.complete != Some(changes.from) {
            crate::figures::hot_failed();
            self.complete = None;
            return;
        }
        match self.try_write(changes).await {
            Ok(true) => self.complete = Some(changes.to),
            Ok(false) => {
                tracing::warn!("the hot views are not where they were left; looking again");
                self.complete = None;
            }
            Err(error) => {
                crate::figures::hot_failed();
                tracing::warn!(%error, "cannot write the hot views; going on without them");
                self.complete = None;
            }
        }
    }

    async fn try_write(&self, changes: &HotChanges) -> RedisResult<bool> {
        let at = changes.from.to_string();
        let mut writes = Vec::new();
        for (document, version, detail) in &changes.documents {
            let body = detail.as_ref().map(json).unwrap_or_default();
            let ttl = DOCUMENT_TTL.as_secs();
            writes.push((
                self.keys.hot_document(*document),
                encode(*version, &body),
                ttl,
            ));
        }
        let ttl = COUNTERS_TTL.as_secs();
        for (office, counters) in &changes.counters {
            let value = encode(changes.to, &json(counters));
            writes.push((self.keys.hot_inbox(*office), value, ttl));
        }
        if !changes.totals.is_empty() {
            let value = encode(changes.to, &json(&changes.totals));
            writes.push((self.keys.hot_totals(), value, ttl));
        }
        let ttl = GENERATION_TTL.as_secs();
        for scope in &changes.scopes {
            writes.push((self.keys.generation(*scope), encode(changes.to, ""), ttl));
        }
        self.put_all(&writes, &at).await?;
        self.advance(&at, changes.to).await
    }

    /// Makes the hot views complete up to `sequence`, where the rows are: nothing older than the
    /// rows is believed any more. Says whether it went well; if not, it is to be tried again.
    pub async fn repair(&mut self, pool: &PgPool, sequence: u64, epoch: u64) -> bool {
        match self.try_repair(pool, sequence, epoch).await {
            Ok(true) => {
                self.complete = Some(sequence);
                true
            }
            Ok(false) => false,
            Err(error) => {
                tracing::debug!(error = %error, "cannot repair the hot views yet");
                false
            }
        }
    }

    async fn try_repair(&self, pool: &PgPool, sequence: u64, epoch: u64) -> anyhow::Result<bool> {
        let get = redis::Cmd::mget(&[self.keys.hot_position(), self.keys.hot_fence()]);
        let (found, fence): (Option<String>, Option<String>) = self.redis.ask(&get).await?;
        if fence.unwrap_or_default() != self.fence_text() {
            return self.reset(sequence, epoch).await;
        }
        match found.as_deref().and_then(|found| found.parse::<u64>().ok()) {
            Some(reached) if reached == sequence => Ok(true),
            Some(reached) if reached < sequence && sequence - reached <= FAR_BEHIND => {
                self.catch_up(pool, reached, sequence, epoch).await
            }
            Some(_) | None => self.reset(sequence, epoch).await,
        }
    }

    /// Marks what was recorded between `reached` and `sequence` as outdated.
    async fn catch_up(
        &self,
        pool: &PgPool,
        reached: u64,
        sequence: u64,
        epoch: u64,
    ) -> anyhow::Result<bool> {
        let touched = sqlx::query(TOUCHED)
            .bind(big(reached))
            .fetch_all(pool)
            .await?;
        let at = reached.to_string();
        let mut writes = Vec::new();
        for row in &touched {
            let last_seq: u64 = number(row, "last_seq")?;
            if let Some(Aggregate::Document(id)) = self.names.aggregate(row.try_get("subject")?) {
                let (outdated, ttl) = (encode(last_seq, ""), DOCUMENT_TTL.as_secs());
                writes.push((self.keys.hot_document(id), outdated.clone(), ttl));
                let ttl = GENERATION_TTL.as_secs();
                writes.push((self.keys.generation(Scope::Document(id)), outdated, ttl));
            }
        }
        writes.push((self.keys.generation(Scope::All), encode(epoch, ""), 0));
        self.put_all(&writes, &at).await?;
        self.forget_counters().await?;
        let moved = self.advance(&at, sequence).await?;
        tracing::info!(
            documents = touched.len(),
            position = sequence,
            "marked what changed meanwhile as outdated in the hot views"
        );
        Ok(moved)
    }

    /// The fence as it is stored; nothing before the views were ever changed beside the projector.
    fn fence_text(&self) -> String {
        match self.fence {
            0 => String::new(),
            fence => fence.to_string(),
        }
    }

    /// Begins the hot views anew: they are lost, or belong to other rows. The generations go with
    /// them, as those of another log may be ahead; while that of all is missing, nothing is kept.
    async fn reset(&self, sequence: u64, epoch: u64) -> anyhow::Result<bool> {
        self.forget(&self.keys.hot_pattern()).await?;
        self.forget(&self.keys.generation_pattern()).await?;
        let mut pipe = redis::pipe();
        pipe.set(self.keys.hot_fence(), self.fence_text()).ignore();
        pipe.set(self.keys.generation(Scope::All), encode(epoch, ""))
            .ignore();
        pipe.set(self.keys.hot_position(), sequence.to_string())
            .ignore();
        pipe.query_async::<()>(&mut self.redis.clone()).await?;
        tracing::info!(position = sequence, "began the hot views anew");
        Ok(true)
    }

    async fn forget_counters(&self) -> RedisResult<()> {
        self.forget(&self.keys.hot_inbox_pattern()).await?;
        self.redis
            .ask(&redis::Cmd::unlink(self.keys.hot_totals()))
            .await
    }

    async fn forget(&self, pattern: &str) -> RedisResult<()> {
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor)
                .arg("MATCH")
                .arg(pattern)
                .arg("COUNT")
                .arg(1_000);
            let (next, keys): (u64, Vec<String>) = self.redis.ask(&scan).await?;
            if !keys.is_empty() {
                self.redis.ask::<()>(&redis::Cmd::unlink(keys)).await?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    /// Writes keys, each unless a newer value is there, while the hot views are `at` a sequence.
    async fn put_all(&self, writes: &[(String, String, u64)], at: &str) -> RedisResult<()> {
        let put = redis::Script::new(scripts::PUT);
        let position = self.keys.hot_position();
        for chunk in writes.chunks(CHUNK) {
            let mut pipe = Pipeline::with_capacity(chunk.len() + 1);
            pipe.cmd("SCRIPT").arg("LOAD").arg(scripts::PUT).ignore();
            for (key, value, ttl) in chunk {
                pipe.cmd("EVALSHA")
                    .arg(put.get_hash())
                    .arg(2)
                    .arg(key)
                    .arg(&position);
                pipe.arg(value).arg(*ttl).arg(at).ignore();
            }
            pipe.query_async::<()>(&mut self.redis.clone()).await?;
        }
        Ok(())
    }

    async fn advance(&self, from: &str, to: u64) -> RedisResult<bool> {
        let mut advance = redis::cmd("EVAL");
        advance
            .arg(scripts::ADVANCE)
            .arg(1)
            .arg(self.keys.hot_position());
        advance.arg(from).arg(to);
        self.redis.ask(&advance).await
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
