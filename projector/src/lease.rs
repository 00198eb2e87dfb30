//! Which of several projectors works: the one that holds an advisory lock of the database.
//!
//! The lease saves work; it does not protect the views. Of one who is stopped and does not let it go it
//! is taken away. That is done by the checkpoint row, which
//! every batch locks and compares.

use std::time::{Duration, Instant};

use async_nats::jetstream::stream::Stream;
use events::Namespace;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, PgPool};

use crate::checkpoint::Checkpoint;

/// Between questions whether the lease is free.
const ASK: Duration = Duration::from_millis(300);

/// Between looks of a standby at the projector at work.
const LOOK: Duration = Duration::from_secs(1);

/// How long the projector at work may stand still while there is something to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the lease if it is free.
pub const TAKE: &str = "/* q:projector.lease.take */
    select pg_try_advisory_lock(hashtext($1))";

/// Ends the connection of whoever holds the lease.
pub const BREAK: &str = "/* q:projector.lease.break */
    select pg_terminate_backend(pid)
    from pg_locks
    where locktype = 'advisory'
      and granted
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32 | objid::bigint) = hashtext($1)::bigint
      and objsubid = 1";

/// Gives it back, where the connection lives on.
pub const GIVE: &str = "/* q:projector.lease.give */
    select pg_advisory_unlock(hashtext($1))";

/// The right to project, held as long as its connection lives.
#[derive(Debug)]
pub struct Lease {
    connection: PgConnection,
}

impl Lease {
    /// Waits until the lease is free, and takes it.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn take(pool: &PgPool, names: &Namespace, log: &Stream) -> sqlx::Result<Self> {
        let mut connection = pool.acquire().await?.detach();
        let name = format!("{names}.projector");
        let mut told = false;
        let mut watch = Watch::default();
        loop {
            let taken: bool = sqlx::query_scalar(TAKE)
                .bind(&name)
                .fetch_one(&mut connection)
                .await?;
            if taken {
                return Ok(Self { connection });
            }
            if !told {
                told = true;
                tracing::info!("another projector is at work; standing by");
            }
            if watch.sees_it_stand_still(&mut connection, log).await? {
                tracing::warn!("the projector at work stands still; taking over");
                sqlx::query(BREAK)
                    .bind(&name)
                    .execute(&mut connection)
                    .await?;
            }
            tokio::time::sleep(ASK).await;
        }
    }

    /// Gives the lease back.
    pub async fn give_back(self) {
        if let Err(error) = self.connection.close().await {
            tracing::debug!(%error, "the connection of the lease was broken already");
        }
    }
}

/// What a standby has seen of the projector at work.
#[derive(Debug, Default)]
struct Watch {
    stands: Option<(u64, Instant)>,
    looked: Option<Instant>,
}

impl Watch {
    /// Whether the log has had more for [`PATIENCE`] than the views, which have not moved: whoever
    /// works is stopped, or cut off from NATS. When it is only slow, two work for a moment, and the
    /// checkpoint lets one of them write.
    async fn sees_it_stand_still(
        &mut self,
        connection: &mut PgConnection,
        log: &Stream,
    ) -> sqlx::Result<bool> {
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return Ok(false);
        }
        self.looked = Some(Instant::now());
        let checkpoint = Checkpoint::read(connection).await?;
        let reached = checkpoint.map_or(0, |checkpoint| checkpoint.sequence);
        let end = log.get_info().await.map(|info| info.state.last_sequence);
        if end.is_ok_and(|end| end > reached) {
            let same = self.stands.filter(|(before, _)| *before == reached);
            let (_, since) = *self
                .stands
                .insert(same.unwrap_or((reached, Instant::now())));
            if since.elapsed() >= PATIENCE {
                self.stands = None;
                return Ok(true);
            }
        } else {
            self.stands = None;
        }
        Ok(false)
    }
}
