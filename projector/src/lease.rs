//! Which of several projectors works: the one that holds an advisory lock of the database.
//!
//! The lease saves work; it does not protect the views. That is done by the checkpoint row, which
//! every batch locks and compares.

use std::time::Duration;

use events::Namespace;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, PgPool};

/// Between questions whether the lease is free.
const ASK: Duration = Duration::from_millis(300);

/// Takes the lease if it is free.
pub const TAKE: &str = "/* q:projector.lease.take */
    select pg_try_advisory_lock(hashtext($1))";

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
    pub async fn take(pool: &PgPool, names: &Namespace) -> sqlx::Result<Self> {
        let mut connection = pool.acquire().await?.detach();
        let mut told = false;
        loop {
            let taken: bool = sqlx::query_scalar(TAKE)
                .bind(format!("{names}.projector"))
                .fetch_one(&mut connection)
                .await?;
            if taken {
                return Ok(Self { connection });
            }
            if !told {
                told = true;
                tracing::info!("another projector is at work; standing by");
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
