//! Of several rebuilds one works, and nothing of an earlier one works on beside it.
//!
//! The right to rebuild lives as long as a connection. A run that is broken off may leave statements
//! that the database is still at, so each connection of a run carries a shared lock by which the next
//! run finds it, ends it, and waits until it is gone.

use std::time::{Duration, Instant};

use sqlx::{PgConnection, PgPool};

use super::{Rebuild, RebuildError};
use crate::lease;

/// What every connection of a run holds as long as it lives.
pub(super) const SHARE: &str = "/* q:projector.rebuild.share */
    select pg_advisory_lock_shared(hashtext($1))";

/// How long the statements of a run that was broken off are waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between looks whether they are gone.
const LOOK: Duration = Duration::from_millis(20);

impl Rebuild {
    /// Does `work` while nobody else rebuilds.
    pub(super) async fn alone<T>(
        &self,
        work: impl AsyncFnOnce(&Self) -> Result<T, RebuildError>,
    ) -> Result<T, RebuildError> {
        let name = format!("{}.rebuild", self.names);
        let hands = format!("{name}.work");
        let mut connection = self.pool.acquire().await?;
        connection.close_on_drop();
        if !lock(&mut connection, &name).await? {
            return Err(RebuildError::AtWork);
        }
        end_earlier(&mut connection, &hands).await?;
        let tool = Self {
            pool: sharing(&self.pool, hands),
            ..self.clone()
        };
        let done = Box::pin(work(&tool)).await;
        tool.pool.close().await;
        unlock(&mut connection, &name).await;
        done
    }
}

/// Ends what an earlier run has left at work, and waits until it is gone.
async fn end_earlier(connection: &mut PgConnection, hands: &str) -> Result<(), RebuildError> {
    let begun = Instant::now();
    while !lock(connection, hands).await? {
        if begun.elapsed() > PATIENCE {
            return Err(RebuildError::AtWork);
        }
        sqlx::query(lease::BREAK)
            .bind(hands)
            .execute(&mut *connection)
            .await?;
        tokio::time::sleep(LOOK).await;
    }
    unlock(connection, hands).await;
    Ok(())
}

/// A pool like this one, whose connections are known to belong to the run at work.
fn sharing(pool: &PgPool, hands: String) -> PgPool {
    let options = pool.options().clone().after_connect(move |connection, _| {
        let hands = hands.clone();
        Box::pin(async move {
            sqlx::query(SHARE).bind(hands).execute(connection).await?;
            Ok(())
        })
    });
    options.connect_lazy_with((*pool.connect_options()).clone())
}

async fn lock(connection: &mut PgConnection, name: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar(lease::TAKE)
        .bind(name)
        .fetch_one(connection)
        .await
}

async fn unlock(connection: &mut PgConnection, name: &str) {
    let given_back = sqlx::query(lease::GIVE)
        .bind(name)
        .execute(connection)
        .await;
    if let Err(error) = given_back {
        tracing::debug!(%error, "the connection of the lease was broken already");
    }
}
