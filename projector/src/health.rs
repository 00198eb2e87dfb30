//! What must be well for the projector to do its work.

use async_nats::connection::State;
use platform::http::{Check, Health};
use platform::redis::Redis;
use sqlx::{Connection, PgPool};

/// The checks of a projector that works with these.
pub(crate) fn checks(client: &async_nats::Client, pool: &PgPool, redis: &Redis) -> Vec<Check> {
    let (client, pool, redis) = (client.clone(), pool.clone(), redis.clone());
    vec![
        Check::new("event_log", move || {
            let state = client.connection_state();
            async move {
                match state {
                    State::Connected => Health::Ready,
                    State::Pending | State::Disconnected => {
                        Health::Unready("not connected to NATS".to_owned())
                    }
                }
            }
        }),
        Check::new("database", move || {
            let pool = pool.clone();
            async move {
                let answered = match pool.acquire().await {
                    Ok(mut connection) => connection.ping().await,
                    Err(error) => Err(error),
                };
                match answered {
                    Ok(()) => Health::Ready,
                    Err(error) => Health::Unready(error.to_string()),
                }
            }
        }),
        Check::new("hot_views", move || {
            let redis = redis.clone();
            async move {
                if redis.is_there().await {
                    Health::Ready
                } else {
                    Health::Degraded("Redis does not answer: reads are slower".to_owned())
                }
            }
        }),
    ]
}
