//! The read models in `PostgreSQL`: every statement this role ever sends is in here, named.
//!
//! Fixed statements are constants of type [`Statement`]; all of them are in [`CATALOGUE`]. Lists,
//! whose filters vary, are put together from closed enums ([`document_filter::Filter`] …) and static
//! pieces of text; their shapes are counted up by [`shapes`]. A test prepares every statement and
//! every shape against the migrated database and holds its plan.

pub mod calendar;
pub mod checkpoint;
pub mod derivations;
pub mod document;
pub mod document_filter;
pub mod documents;
pub mod duplicates;
pub mod inbox;
pub mod keyset;
pub mod row;
pub mod series;
pub mod statistics;
pub mod text;
pub mod timeline;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::Duration;

use platform::metrics::{Counter, Sample, catalogue};
use platform::postgres::{self, greet};
use platform::tasks::Tasks;
use sqlx::PgPool;
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use tokio::sync::watch;
use tokio::time::error::Elapsed;

pub use directory::Sight;
pub use text::{SqlText, Value};

/// How long any read may take before it is given up.
const LIMIT: Duration = Duration::from_secs(5);

/// After how long a read makes one wonder whether the database is there at all.
const SLOW: Duration = Duration::from_millis(400);

/// How long a database that is there takes to greet a new connection.
const GREETING: Duration = Duration::from_secs(1);

/// How often a database that is away is asked whether it is back.
const AGAIN: Duration = Duration::from_millis(200);

/// Reads that went well.
static READ: LazyLock<Counter> = LazyLock::new(|| catalogue::QUERY_READS.counter(["ok"]));

/// Begins reads that all see the same rows, so that parts of one answer never contradict each other.
const SNAPSHOT: &str = "begin isolation level repeatable read read only";

/// A statement with a fixed text.
#[derive(Clone, Copy)]
pub struct Statement {
    /// Its name, as in its tag.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
    /// Values it can be prepared, run and explained with.
    pub sample: fn() -> Vec<Value>,
    /// Reads a row as the program does.
    pub decode: fn(&PgRow) -> sqlx::Result<()>,
}

/// One shape a list can have, with sample values.
pub struct Shape {
    /// The list, the filters and the order.
    pub name: String,
    /// Its text.
    pub text: SqlText,
    /// Reads a row as the program does.
    pub decode: fn(&PgRow) -> sqlx::Result<()>,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Shape").field(&self.name).finish()
    }
}

impl Statement {
    /// The statement with `values` bound to it.
    pub(crate) fn with(
        &self,
        values: impl IntoIterator<Item = Value>,
    ) -> Query<'static, Postgres, PgArguments> {
        text::bound(sqlx::query(self.sql), values)
    }

    /// The statement with its sample bound to it, and `prefix` before it, as `explain `.
    pub fn sampled(&self, prefix: &'static str) -> Query<'static, Postgres, PgArguments> {
        let text = sqlx::AssertSqlSafe(format!("{prefix}{}", self.sql));
        text::bound(sqlx::query(text), (self.sample)()).persistent(false)
    }
}

impl std::fmt::Debug for Statement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Statement").field(&self.name).finish()
    }
}

/// Every statement with a fixed text.
pub const CATALOGUE: &[Statement] = &[
    calendar::PROGRESS,
    checkpoint::REACHED,
    document::WHOLE,
    document::BY_NUMBER,
    document::BY_TOKEN,
    document::RESTRICTED,
    duplicates::BY_FILE,
    duplicates::BY_NUMBER,
    duplicates::BY_NUMBER_AND_NAME,
    duplicates::OF_SENDER,
    duplicates::OF_NAME,
    timeline::OF_DOCUMENT,
    timeline::LAST,
    timeline::BETWEEN,
    inbox::COUNTERS,
    series::ALL,
    statistics::DOCUMENTS,
    statistics::ACTIVITY,
    statistics::DURATIONS,
    statistics::FLOW,
];

/// Every shape a list can have.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut all = documents::shapes();
    all.extend(derivations::shapes());
    all.extend(inbox::shapes());
    all
}

/// Why a read gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer. Asking again later helps.
    #[error("the database does not answer")]
    Away(#[source] Option<sqlx::Error>),
    /// The database refuses the statement, or a row is not what it must be. A fault of ours.
    #[error("a read went wrong")]
    Broken(#[source] sqlx::Error),
}

/// The database, as the routes see it. Clones share everything.
#[derive(Clone, Debug)]
pub struct Store {
    pool: Arc<RwLock<PgPool>>,
    away: Arc<watch::Sender<bool>>,
    asked: Arc<AtomicBool>,
    reads: Arc<AtomicU64>,
    tasks: Tasks,
}

impl Store {
    /// Reads over `pool`; `tasks` find out when a lost database is back.
    pub(crate) fn new(pool: PgPool, tasks: &Tasks) -> Self {
        Self {
            pool: Arc::new(RwLock::new(pool)),
            away: Arc::default(),
            asked: Arc::default(),
            reads: Arc::default(),
            tasks: tasks.clone(),
        }
    }

    /// The connections in use.
    pub(crate) fn sample(&self) -> Sample {
        let store = self.clone();
        postgres::sample(move || store.pool(), "query")
    }

    /// Whether the database is known not to answer.
    pub(crate) fn is_away(&self) -> bool {
        *self.away.borrow()
    }

    /// How many answers were read from the database.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Runs one read; once more when its connection was broken and the database is there. While it
    /// is known to be away nobody waits for it, and who waits already is told as soon as one of them
    /// finds it away.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub(crate) async fn read<T, F>(&self, read: impl Fn(PgPool) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        let mut away = self.away.subscribe();
        if self.is_away() {
            return Err(StoreError::Away(None));
        }
        self.reads.fetch_add(1, Ordering::Relaxed);
        let read = tokio::select! {
            answer = tokio::time::timeout(LIMIT, self.once_or_again(read)) => self.judge(answer),
            _ = away.wait_for(|away| *away) => Err(StoreError::Away(None)),
            given_up = self.doubt_while_slow() => Err(given_up),
        };
        match &read {
            Ok(_) => READ.increment(1),
            Err(StoreError::Broken(_)) => catalogue::QUERY_READS.counter(["broken"]).increment(1),
            Err(StoreError::Away(_)) => catalogue::QUERY_READS.counter(["away"]).increment(1),
        }
        read
    }

    /// One read, on another connection when the database has ended the first: one that was used a
    /// moment ago is not tried before it is used again.
    async fn once_or_again<T, F>(&self, read: impl Fn(PgPool) -> F) -> sqlx::Result<T>
    where
        F: Future<Output = sqlx::Result<T>>,
    {
        let pool = self.pool();
        match read(pool.clone()).await {
            Err(error) if trouble(&error) == Trouble::Lost && self.answers().await => {
                self.renew(&pool);
                read(self.pool()).await
            }
            done => done,
        }
    }

    /// Gives up all connections of `old`, unless somebody has already: some of them may never say
    /// that they are broken.
    fn renew(&self, old: &PgPool) {
        let mut pool = self.pool.write().unwrap_or_else(PoisonError::into_inner);
        // A pool that was given up is another one: they share their options and nothing else.
        if Arc::ptr_eq(&pool.connect_options(), &old.connect_options()) {
            let options = (*pool.connect_options()).clone();
            *pool = pool.options().clone().connect_lazy_with(options);
        }
    }

    /// What an answer says about the database, which is remembered.
    fn judge<T>(&self, answer: Result<sqlx::Result<T>, Elapsed>) -> Result<T, StoreError> {
        let error = match answer {
            Ok(Ok(found)) => return Ok(found),
            Ok(Err(error)) => error,
            Err(_) => return Err(StoreError::Away(None)),
        };
        match trouble(&error) {
            Trouble::Ours => return Err(StoreError::Broken(error)),
            Trouble::Lost => self.lose(),
            Trouble::Slow => self.doubt(),
        }
        Err(StoreError::Away(Some(error)))
    }

    fn pool(&self) -> PgPool {
        self.pool
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether the database greets a new connection: those of the pool may all be busy.
    async fn answers(&self) -> bool {
        let pool = self.pool();
        let greeted = tokio::time::timeout(GREETING, greet(&pool));
        matches!(greeted.await, Ok(Ok(())))
    }

    /// Wonders again and again, for as long as a read is waited for.
    async fn doubt_while_slow(&self) -> StoreError {
        loop {
            tokio::time::sleep(SLOW).await;
            self.doubt();
        }
    }

    /// Asks whether the database is there, beside those who wait for it and whether they go on
    /// waiting or not; one who asks is enough.
    fn doubt(&self) {
        if self.is_away() || self.asked.swap(true, Ordering::Relaxed) {
            return;
        }
        let store = self.clone();
        self.tasks.spawn_until_stop(async move {
            let answers = store.answers().await;
            store.asked.store(false, Ordering::Relaxed);
            if !answers {
                store.lose();
            }
        });
    }

    /// Remembers that the database is away, and begins to look out for it.
    fn lose(&self) {
        if self.away.send_replace(true) {
            return;
        }
        tracing::warn!("lost the database; serving what is cached until it is back");
        self.renew(&self.pool());
        let store = self.clone();
        self.tasks.spawn_until_stop(async move {
            loop {
                tokio::time::sleep(AGAIN).await;
                if store.answers().await {
                    store.away.send_replace(false);
                    tracing::info!("the database is back");
                    return;
                }
            }
        });
    }
}

/// What an error says about the database.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// Nothing: the statement, or what it read, is wrong.
    Ours,
    /// It did not answer in time; it may be busy, or away.
    Slow,
    /// It is away.
    Lost,
}

fn trouble(error: &sqlx::Error) -> Trouble {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Trouble::Lost,
        sqlx::Error::PoolTimedOut => Trouble::Slow,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            // 57P: it shuts down or is starting; 08: the connection broke.
            if code.starts_with("57P") || code.starts_with("08") {
                Trouble::Lost
            // 57014: the statement took too long; 53: it is full.
            } else if code == "57014" || code.starts_with("53") {
                Trouble::Slow
            } else {
                Trouble::Ours
            }
        }
        _ => Trouble::Ours,
    }
}
