//! `mesa migrate`: the schema of the read models, which ships in the binary.

use anyhow::Context;
use platform::config::Postgres;

/// Brings the database to the newest schema, however long it takes. Running it again changes
/// nothing.
///
/// # Errors
///
/// The database does not answer, a migration fails, or the database holds one that this program
/// does not know.
pub async fn run(postgres: &Postgres) -> anyhow::Result<()> {
    let patient = Postgres {
        statement_timeout: 0,
        ..postgres.clone()
    };
    let pool = platform::postgres::connect(&patient, "migrate").await?;
    projector::MIGRATIONS
        .run(&pool)
        .await
        .context("the database cannot be brought to the newest schema")?;
    pool.close().await;
    Ok(())
}
