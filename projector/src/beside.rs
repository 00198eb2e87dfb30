//! What follows a change of the views beside the projector: hot views are begun anew, and those who
//! keep answers are told at once. The projector does the same when it finds the fence moved; so
//! nothing is lost when this does not come to pass.

use chrono::{DateTime, Utc};
use events::Namespace;
use platform::ids::{Ids, SystemIds};
use platform::redis::Redis;
use readmodel::{Position, Scope};
use sqlx::PgPool;

use crate::announce::Announcer;
use crate::checkpoint::Checkpoint;
use crate::hot::Hot;

/// Begins the hot views anew and says that anything may have changed.
///
/// # Errors
///
/// The database does not answer.
pub async fn tell(
    client: &async_nats::Client,
    redis: &Redis,
    names: &Namespace,
    pool: &PgPool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut connection = pool.acquire().await?;
    let Some(checkpoint) = Checkpoint::read(&mut connection).await? else {
        return Ok(());
    };
    drop(connection);
    let mut hot = Hot::new(redis.clone(), names);
    hot.doubt(checkpoint.fence);
    let epoch = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    hot.repair(pool, checkpoint.sequence, epoch).await;
    let mut announcer = Announcer::new(client.clone(), names, SystemIds.next());
    let position = Position::new(checkpoint.stream, checkpoint.sequence);
    announcer.changed(position, [Scope::All], Vec::new()).await;
    if let Err(error) = client.flush().await {
        tracing::debug!(%error, "a notice could not be sent");
    }
    Ok(())
}
