//! A database for each test, made as a copy of a migrated one.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, Connection, Error, PgConnection};

/// The folder of Mesa's own migrations.
pub(crate) fn own_migrations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

/// Makes the database `name` on the server of `url`, and gives its address.
pub(crate) async fn create(
    url: &str,
    name: &str,
    migrations: Option<&Path>,
) -> Result<String, Error> {
    let mut connection = PgConnection::connect(&at(url, "postgres")).await?;
    let template = match migrations {
        Some(folder) => template(&mut connection, url, folder).await?,
        None => "template1".to_owned(),
    };
    copy(&mut connection, &template, name).await?;
    connection.close().await?;
    Ok(at(url, name))
}

/// The database these migrations made, made now if it was missing. Its name holds the hash of the
/// migrations, so a changed one makes another.
async fn template(
    connection: &mut PgConnection,
    url: &str,
    folder: &Path,
) -> Result<String, Error> {
    let hash = hash(folder)?;
    let name = format!("template_{}", hex::encode(&hash[..8]));
    let key = i64::from_be_bytes(hash);
    // One process makes it, the others wait.
    sqlx::query("select pg_advisory_lock($1)")
        .bind(key)
        .execute(&mut *connection)
        .await?;
    let made = make_template(connection, url, folder, &name).await;
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(key)
        .execute(&mut *connection)
        .await?;
    made?;
    Ok(name)
}

async fn make_template(
    connection: &mut PgConnection,
    url: &str,
    folder: &Path,
    name: &str,
) -> Result<(), Error> {
    let there: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut *connection)
            .await?;
    if there {
        return Ok(());
    }
    let work = format!("{name}_new");
    run(
        connection,
        format!("drop database if exists {work} with (force)"),
    )
    .await?;
    copy(connection, "template1", &work).await?;
    let mut inside = PgConnection::connect(&at(url, &work)).await?;
    Migrator::new(folder).await?.run(&mut inside).await?;
    inside.close().await?;
    run(
        connection,
        format!("alter database {work} rename to {name}"),
    )
    .await
}

/// Copies files: without fsync four times as quick as writing the copy to the log.
async fn copy(connection: &mut PgConnection, template: &str, name: &str) -> Result<(), Error> {
    run(
        connection,
        format!("create database {name} template {template} strategy file_copy"),
    )
    .await
}

/// Runs a statement made of names that this crate made itself.
async fn run(connection: &mut PgConnection, statement: String) -> Result<(), Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

fn at(url: &str, database: &str) -> String {
    let server = url.rsplit_once('/').map_or(url, |(server, _)| server);
    format!("{server}/{database}")
}

/// The first eight bytes of the SHA-256 of the names and texts of the migrations.
fn hash(folder: &Path) -> std::io::Result<[u8; 8]> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update([0]);
        hash.update(std::fs::read(&file)?);
        hash.update([0]);
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hash.finalize()[..8]);
    Ok(first)
}
