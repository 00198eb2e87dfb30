//! What must be well for the projector to do its work.

use std::time::Duration;

use events::Namespace;
use platform::http::{Check, Health};
use platform::nats;
use platform::postgres::greet;
use platform::redis::Redis;
use readmodel::Keys;
use sqlx::PgPool;

/// How long the database may take before it is said not to answer.
const PATIENCE: Duration = Duration::from_millis(800);

/// The checks of a projector that works with these.
pub(crate) fn checks(
    client: &async_nats::Client,
    names: &Namespace,
    pool: &PgPool,
    redis: &Redis,
) -> Vec<Check> {
    let (jetstream, stream) = (nats::jetstream(client), names.log_stream());
    let (pool, redis) = (pool.clone(), redis.clone());
    let key = Keys::new(names).cache("health");
    vec![
        Check::new("event_log", move || {
            let (jetstream, stream) = (jetstream.clone(), stream.clone());
            async move {
                match nats::trouble(&jetstream, &stream).await {
                    None => Health::Ready,
                    Some(why) => Health::Unready(why.to_owned()),
                }
            }
        }),
        Check::new("database", move || {
            let pool = pool.clone();
            async move {
                match tokio::time::timeout(PATIENCE, greet(&pool)).await {
                    Ok(Ok(())) => Health::Ready,
                    Ok(Err(error)) => Health::Unready(error.to_string()),
                    Err(_) => Health::Unready("PostgreSQL does not answer".to_owned()),
                }
            }
        }),
        Check::new("hot_views", move || {
            let (redis, key) = (redis.clone(), key.clone());
            async move {
                match redis.trouble(&key).await {
                    None => Health::Ready,
                    Some(why) => Health::Degraded(format!("{why}: reads are slower")),
                }
            }
        }),
    ]
}
