//! Redis, of which Mesa needs nothing: it is quick when it is there, and quickly given up when it
//! is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisFuture, RedisResult, Value,
};
use tokio::time::Instant;

use crate::config;

/// How long an answer is waited for. A slower one is worth less than asking `PostgreSQL`.
const RESPONSE_TIMEOUT: Duration = Duration::from_millis(250);

/// How long nobody asks again after a connection failed or an answer did not come.
const PAUSE: Duration = Duration::from_millis(500);

/// Why the address of Redis cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the Redis URL is not understood; write redis://:password@host:6379/0")]
pub struct RedisUrlError(#[source] RedisError);

/// A connection that clones share, that comes back by itself, and that fails at once while the
/// server is known to be away. It is used as any connection of the `redis` crate:
/// `redis::cmd("GET").arg(key).query_async(&mut redis)`, pipelines and scripts too.
#[derive(Clone)]
pub struct Redis {
    connection: ConnectionManager,
    away: Arc<Away>,
    database: i64,
}

impl Redis {
    /// A connection to be made when it is first used: a role starts with Redis down. Called
    /// inside a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The URL is not understood.
    pub fn open(config: &config::Redis) -> Result<Self, RedisUrlError> {
        let client = redis::Client::open(config.url.expose()).map_err(RedisUrlError)?;
        let database = client.get_connection_info().redis_settings().db();
        let settings = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(RESPONSE_TIMEOUT))
            .set_response_timeout(Some(RESPONSE_TIMEOUT))
            .set_number_of_retries(0)
            .set_pipeline_buffer_size(1_000);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(client, settings)
                .map_err(RedisUrlError)?,
            away: Arc::new(Away::new()),
            database,
        })
    }

    /// Asks one thing.
    ///
    /// # Errors
    ///
    /// Redis is away, or refuses, or answers something else than asked for.
    pub async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        command.query_async(&mut self.clone()).await
    }

    /// Says whether Redis answers now.
    pub async fn is_there(&self) -> bool {
        self.ask::<String>(&redis::cmd("PING")).await.is_ok()
    }

    /// Says what keeps Redis from being of use, if anything does. It is asked to take something, as
    /// `key`: a full one answers, and refuses.
    pub async fn trouble(&self, key: &str) -> Option<&'static str> {
        let mut put = redis::cmd("SET");
        put.arg(key).arg("").arg("PX").arg(1_000);
        match self.ask::<()>(&put).await {
            Ok(()) => None,
            Err(_) if self.is_known_away() => Some("Redis does not answer"),
            Err(_) => Some("Redis takes nothing in; is its memory full?"),
        }
    }

    /// Says whether Redis is known to be away, without asking it.
    #[must_use]
    pub fn is_known_away(&self) -> bool {
        self.away.now()
    }

    /// Passes an answer on, and remembers what it says about the server.
    fn noted<T>(&self, answer: RedisResult<T>) -> RedisResult<T> {
        if let Err(error) = &answer
            && (error.is_io_error() || error.is_timeout() || error.is_connection_dropped())
        {
            self.away.pause();
        }
        answer
    }
}

impl std::fmt::Debug for Redis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redis")
            .field("away", &self.away.now())
            .finish_non_exhaustive()
    }
}

impl ConnectionLike for Redis {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        Box::pin(async move {
            self.away.refuse()?;
            let answer = self.connection.send_packed_command(cmd).await;
            self.noted(answer)
        })
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        Box::pin(async move {
            self.away.refuse()?;
            let answer = self
                .connection
                .send_packed_commands(cmd, offset, count)
                .await;
            self.noted(answer)
        })
    }

    fn get_db(&self) -> i64 {
        self.database
    }
}

/// Until when the server is taken for away, in milliseconds since `begun`.
#[derive(Debug)]
struct Away {
    begun: Instant,
    until: AtomicU64,
}

impl Away {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            until: AtomicU64::new(0),
        }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn now(&self) -> bool {
        self.elapsed() < self.until.load(Ordering::Relaxed)
    }

    fn pause(&self) {
        let pause = u64::try_from(PAUSE.as_millis()).unwrap_or(u64::MAX);
        self.until
            .store(self.elapsed().saturating_add(pause), Ordering::Relaxed);
    }

    fn refuse(&self) -> RedisResult<()> {
        if self.now() {
            return Err((ErrorKind::Io, "Redis did not answer a moment ago").into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_redis_that_is_not_there_fails_at_once_and_is_not_asked_again() {
        let redis = Redis::open(&config::Redis::at("redis://127.0.0.1:1")).unwrap();
        let begun = Instant::now();
        assert!(!redis.is_there().await);
        assert!(redis.is_known_away());
        for _ in 0..100 {
            assert!(!redis.is_there().await);
        }
        assert!(
            begun.elapsed() < 2 * RESPONSE_TIMEOUT,
            "{:?}",
            begun.elapsed()
        );
    }

    #[tokio::test]
    async fn a_redis_that_never_answers_costs_one_short_wait() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("redis://{}", silent.local_addr().unwrap());
        let redis = Redis::open(&config::Redis::at(&url)).unwrap();
        let begun = Instant::now();
        for _ in 0..100 {
            assert!(!redis.is_there().await);
        }
        assert!(
            begun.elapsed() < Duration::from_secs(1),
            "{:?}",
            begun.elapsed()
        );
    }
}
