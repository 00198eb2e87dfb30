//! Real servers with a log in them, and projectors to be started and stopped on it.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::stream::Stream;
use events::Namespace;
use kit::{Fresh, eventually};
use platform::clock::SystemClock;
use platform::redis::Redis;
use platform::tasks::Tasks;
use sqlx::PgPool;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{TestLog, random_log};
use crate::announce::Announcer;
use crate::checkpoint::Checkpoint;
use crate::hot::Hot;
use crate::runner::Runner;
use crate::verify::{Report, compare};
use crate::{Config, Projector, Stop};

/// Servers and a log, of which some is published.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) fresh: Fresh,
    pub(crate) names: Namespace,
    pub(crate) messages: TestLog,
    pub(crate) client: async_nats::Client,
    pub(crate) log: Stream,
    pub(crate) pool: PgPool,
    pub(crate) redis: Redis,
    published: usize,
}

/// A projector that runs.
pub(crate) struct Running {
    tasks: Tasks,
    ended: oneshot::Receiver<Result<(), Stop>>,
}

impl Running {
    /// Stops it and waits for its end.
    pub(crate) async fn stop(self) {
        self.tasks.drain().await;
        self.ended.await.unwrap().unwrap();
    }

    /// Waits until it ends by itself.
    pub(crate) async fn end(self) -> Result<(), Stop> {
        tokio::time::timeout(Duration::from_secs(20), self.ended)
            .await
            .unwrap()
            .unwrap()
    }
}

impl Stage {
    /// A random log of some documents in the shared servers, not published yet.
    pub(crate) async fn new(name: &str, documents: u64, steps: u32) -> Self {
        let fresh = kit::Env::get().await.fresh_migrated(name).await;
        Self::on(fresh, documents, steps).await
    }

    /// The same in servers of one's own.
    pub(crate) async fn on(fresh: Fresh, documents: u64, steps: u32) -> Self {
        let names: Namespace = fresh.namespace.parse().unwrap();
        let choices: Vec<_> = (0..steps)
            .map(|n| n.wrapping_mul(2_654_435_761) >> 3)
            .collect();
        let messages = random_log(&names, documents, &choices);
        let client = fresh.nats_client().await;
        Self {
            log: messages.make_stream(&client).await,
            pool: fresh.pool().await,
            redis: fresh.redis_connection(),
            names,
            messages,
            client,
            fresh,
            published: 0,
        }
    }

    /// Publishes the messages up to number `until`.
    pub(crate) async fn publish_until(&mut self, until: usize) {
        self.messages
            .publish(&self.client, self.published..until)
            .await;
        self.published = until;
    }

    /// Publishes the rest.
    pub(crate) async fn publish(&mut self) {
        self.publish_until(self.messages.messages.len()).await;
    }

    pub(crate) fn config(&self) -> Config {
        Config {
            nats: self.fresh.nats(),
            postgres: self.fresh.postgres(),
            redis: self.fresh.redis(),
        }
    }

    /// Starts a projector.
    pub(crate) async fn start(&self) -> Running {
        let tasks = Tasks::default();
        let clock = Arc::new(SystemClock);
        let config = self.config();
        let connecting = Projector::connect(&config, clock, tasks.clone());
        let projector = connecting.await.unwrap();
        let (send, ended) = oneshot::channel();
        tasks.spawn(async move {
            let _ = send.send(projector.run().await);
        });
        Running { tasks, ended }
    }

    /// A projector without a lease, to be led by hand.
    pub(crate) fn runner(&self) -> Runner {
        Runner {
            pool: self.pool.clone(),
            log: self.log.clone(),
            names: self.names.clone(),
            hot: Hot::new(self.redis.clone(), &self.names),
            announcer: Announcer::new(self.client.clone(), &self.names, Uuid::nil()),
            clock: Arc::new(SystemClock),
            tasks: Tasks::default(),
        }
    }

    /// Where the views are.
    pub(crate) async fn reached(&self) -> Option<u64> {
        let mut connection = self.pool.acquire().await.ok()?;
        let checkpoint = Checkpoint::read(&mut connection).await.ok()?;
        checkpoint.map(|checkpoint| checkpoint.sequence)
    }

    /// Waits until everything published is in the views.
    pub(crate) async fn caught_up(&self) {
        let last = self.published as u64;
        eventually(
            Duration::from_mins(1),
            "the views to catch up",
            async || (self.reached().await == Some(last)).then_some(()),
        )
        .await;
    }

    /// Waits until the hot views are where everything published is.
    pub(crate) async fn hot_caught_up(&self) {
        let keys = readmodel::Keys::new(&self.names);
        let last = self.published as u64;
        eventually(
            Duration::from_secs(20),
            "the hot views to catch up",
            async || {
                let get = redis::Cmd::get(keys.hot_position());
                let position: Option<u64> = self.redis.ask(&get).await.ok()?;
                (position == Some(last)).then_some(())
            },
        )
        .await;
    }

    /// Compares everything stored with the log.
    pub(crate) async fn compare(&self) -> Report {
        compare(&self.pool, &self.redis, &self.log, &self.names, |_, _| {})
            .await
            .unwrap()
    }

    pub(crate) async fn change(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.pool).await.unwrap();
    }
}
