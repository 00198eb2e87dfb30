//! What must be well for the worker to do its work.

use std::time::Duration;

use platform::http::{Check, Health};
use platform::postgres::greet;
use sqlx::PgPool;

/// How long the database may take before it is said not to answer.
const PATIENCE: Duration = Duration::from_millis(800);

/// The checks of a worker that works with this database.
pub(crate) fn checks(pool: &PgPool) -> Vec<Check> {
    let pool = pool.clone();
    vec![Check::new("database", move || {
        let pool = pool.clone();
        async move {
            match tokio::time::timeout(PATIENCE, greet(&pool)).await {
                Ok(Ok(())) => Health::Ready,
                Ok(Err(error)) => Health::Unready(error.to_string()),
                Err(_) => Health::Unready("PostgreSQL does not answer".to_owned()),
            }
        }
    })]
}
