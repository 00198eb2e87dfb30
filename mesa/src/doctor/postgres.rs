//! The database: its settings, its room for connections, and whether its schema is this program's.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use platform::config;
use sqlx::{PgPool, Row};

use super::clock::Asked;
use super::report::Report;

const OF: &str = "PostgreSQL";

/// Settings that matter.
const SETTINGS: &str = "/* q:doctor.settings */
    select name, setting
    from pg_settings
    where name in (
        'server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'max_connections',
        'superuser_reserved_connections', 'shared_preload_libraries', 'server_encoding'
    )";

/// Migrations that were applied.
const APPLIED: &str = "/* q:doctor.migrations */
    select version, checksum, success
    from _sqlx_migrations
    order by version";

const NOW: &str = "/* q:doctor.clock */ select clock_timestamp()";

/// Roles that connect to the database.
const ROLES: u32 = 2;

/// Looks at the database, and gives it if it answers.
pub(super) async fn examine(report: &mut Report, config: &config::Postgres) -> Option<PgPool> {
    let pool = match platform::postgres::connect(config, "doctor").await {
        Ok(pool) => pool,
        Err(error) => {
            let advice = "start PostgreSQL 15 or later there; commands go on, reads of what is not \
                          cached do not";
            report.fail(OF, "server", error.to_string(), advice);
            return None;
        }
    };
    match settings(&pool).await {
        Ok(settings) => told_settings(report, &settings, config.max_connections),
        Err(error) => {
            let advice = "give the user the right to read pg_settings";
            report.warn(OF, "settings", error.to_string(), advice);
        }
    }
    told_schema(report, &pool).await;
    let ask = async {
        let now: sqlx::Result<DateTime<Utc>> = sqlx::query_scalar(NOW).fetch_one(&pool).await;
        now.ok()
    };
    if let Some(asked) = Asked::of(ask).await {
        asked.tell(report, OF);
    }
    Some(pool)
}

async fn settings(pool: &PgPool) -> sqlx::Result<HashMap<String, String>> {
    let rows = sqlx::query(SETTINGS).fetch_all(pool).await?;
    let pair = |row: &sqlx::postgres::PgRow| Ok((row.try_get("name")?, row.try_get("setting")?));
    rows.iter().map(pair).collect()
}

fn told_settings(report: &mut Report, settings: &HashMap<String, String>, pool: u32) {
    let of = |name: &str| settings.get(name).map_or("", String::as_str);
    report.ok(OF, "version", of("server_version"));
    let advice = "after a power cut the views may be damaged without anybody knowing: switch it on";
    for name in ["fsync", "full_page_writes"] {
        match of(name) {
            "on" => report.ok(OF, name, "on"),
            other => report.fail(OF, name, other, advice),
        }
    }
    match of("synchronous_commit") {
        "off" => report.warn(
            OF,
            "synchronous_commit",
            "off",
            "after a power cut the views may be older than was said: switch it on",
        ),
        other => report.ok(OF, "synchronous_commit", other),
    }
    match of("server_encoding") {
        "UTF8" => report.ok(OF, "encoding", "UTF8"),
        other => {
            let advice = "names cannot be kept: make the database with the encoding UTF8";
            report.fail(OF, "encoding", other, advice);
        }
    }
    if of("shared_preload_libraries").contains("pg_stat_statements") {
        report.ok(OF, "pg_stat_statements", "loaded");
    } else {
        let advice = "with it, slow statements are found by their names: add it to \
                      shared_preload_libraries";
        report.warn(OF, "pg_stat_statements", "not loaded", advice);
    }
    let number = |name| of(name).parse::<u32>().unwrap_or_default();
    let room = number("max_connections").saturating_sub(number("superuser_reserved_connections"));
    let found = format!("{room} for everybody");
    let needed = ROLES * pool;
    if room < needed {
        let advice = format!(
            "one projector and one query process may open {needed}: raise max_connections, or \
             lower MESA_DATABASE_CONNECTIONS"
        );
        report.warn(OF, "max_connections", found, advice);
    } else {
        report.ok(OF, "max_connections", found);
    }
}

async fn told_schema(report: &mut Report, pool: &PgPool) {
    let what = "schema";
    // A database without the table was never migrated.
    let rows = sqlx::query(APPLIED)
        .fetch_all(pool)
        .await
        .unwrap_or_default();
    let mut applied = BTreeMap::new();
    for row in rows {
        let (Ok(version), Ok(checksum), Ok(true)) = (
            row.try_get::<i64, _>("version"),
            row.try_get::<Vec<u8>, _>("checksum"),
            row.try_get::<bool, _>("success"),
        ) else {
            continue;
        };
        applied.insert(version, checksum);
    }
    let mut missing = 0;
    let mut newest = 0;
    for known in projector::MIGRATIONS.iter() {
        newest = newest.max(known.version);
        match applied.remove(&known.version) {
            None => missing += 1,
            Some(checksum) if *checksum != *known.checksum => {
                let advice = "the migration was edited after it had been applied: use an empty \
                              database, which the projector fills again";
                let found = format!("migration {} is another", known.version);
                return report.fail(OF, what, found, advice);
            }
            Some(_) => {}
        }
    }
    if missing > 0 {
        let found = format!("{missing} migrations are missing");
        report.fail(OF, what, found, "run `mesa migrate`");
    } else if let Some((later, _)) = applied.last_key_value() {
        let found = format!("it is at {later}, this program at {newest}");
        report.fail(
            OF,
            what,
            found,
            "the database is newer: use the program that migrated it",
        );
    } else {
        report.ok(OF, what, format!("at {newest}"));
    }
}
