//! `mesa migrate`: the schema of the read models, which ships in the binary.

use anyhow::Context;
use sqlx::PgPool;

/// Brings the database of `pool` to the newest schema. Running it again changes nothing.
///
/// # Errors
///
/// A migration fails, or the database holds one that this program does not know.
pub async fn run(pool: &PgPool) -> anyhow::Result<()> {
    projector::MIGRATIONS
        .run(pool)
        .await
        .context("the database cannot be brought to the newest schema")
}
