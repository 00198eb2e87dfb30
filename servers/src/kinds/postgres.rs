//! `PostgreSQL`: made once by initdb, recovered by itself after a kill.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use super::Answer;
use crate::error::StartError;
use crate::folder::Home;
use crate::server::Site;
use crate::{Kind, Profile, process};

/// How long initdb may take.
const INITDB_LIMIT: Duration = Duration::from_mins(2);

/// The longest path a socket may have.
const SOCKET_PATH: usize = 100;

/// Settings of every profile, for a machine of 8 to 24 GB that other programs use too.
const SETTINGS: &[&str] = &[
    "shared_buffers=256MB",
    "effective_cache_size=2GB",
    "work_mem=16MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=15min",
    "wal_compression=on",
    "random_page_cost=1.1",
    "jit=off",
    "log_line_prefix=%m [%p] %a ",
    "log_checkpoints=off",
    "log_min_duration_statement=500",
    "timezone=UTC",
];

const DURABLE: &[&str] = &["max_connections=200", "fsync=on", "synchronous_commit=on"];

/// Commits are still written before they are acknowledged, so that they survive a killed process.
const FAST: &[&str] = &[
    "max_connections=500",
    "fsync=off",
    "synchronous_commit=on",
    "full_page_writes=off",
];

/// The major version that made the data, if there is data.
pub(super) fn major_of_data(home: &Home) -> Option<u32> {
    let file = home.of(Kind::Postgres).join("PG_VERSION");
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Runs initdb unless there is data. It works beside the final place, so that an interrupted
/// initdb leaves nothing half-made behind.
pub(super) async fn prepare(site: &Site) -> Result<(), StartError> {
    let place = site.home.of(Kind::Postgres);
    if major_of_data(&site.home).is_some() {
        return site.home.own_folder(&place);
    }
    let work = site.home.data().join("postgres.new");
    for folder in [&work, &place] {
        let _ = fs::remove_dir_all(folder);
    }
    site.home.own_folder(&work)?;
    let password = site.home.data().join("postgres.password");
    let result = initdb(site, &work, &password).await;
    let _ = fs::remove_file(&password);
    result?;
    fs::rename(&work, &place).map_err(StartError::file("make", &place))
}

async fn initdb(site: &Site, work: &Path, password_file: &Path) -> Result<(), StartError> {
    let program = site.program.file.with_file_name("initdb");
    let mut command = site.home.command(Kind::Postgres, &program)?;
    command.arg("-D").arg(work).args([
        "-U",
        "mesa",
        "-E",
        "UTF8",
        "--locale=C",
        "--data-checksums",
    ]);
    if site.profile == Profile::FastForTests {
        command.arg("--no-sync");
    }
    if let Some(password) = site.home.password() {
        site.home.own_file(password_file, password)?;
        command
            .arg("-A")
            .arg("scram-sha-256")
            .arg("--pwfile")
            .arg(password_file);
    } else {
        command.args(["-A", "trust"]);
    }
    let mut child = command
        .spawn()
        .map_err(|source| StartError::Run { program, source })?;
    let done = process::ended(&mut child, INITDB_LIMIT).await;
    if done && child.wait().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(StartError::Ended {
        kind: Kind::Postgres,
        log: site.home.log_file(Kind::Postgres),
        tail: format!("{} (initdb)", site.home.log_tail(Kind::Postgres)),
    })
}

pub(super) fn command(site: &Site) -> Result<Command, StartError> {
    let of_profile = match site.profile {
        Profile::Durable => DURABLE,
        Profile::FastForTests => FAST,
    };
    let mut command = site.home.command(Kind::Postgres, &site.program.file)?;
    command.arg("-D").arg(site.home.of(Kind::Postgres));
    let mut set = |setting: &str| {
        command.arg("-c").arg(setting);
    };
    for setting in SETTINGS.iter().chain(of_profile) {
        set(setting);
    }
    set("listen_addresses=127.0.0.1");
    set(&format!("port={}", site.port));
    set(&format!("unix_socket_directories={}", socket(site)));
    if has_statistics(&site.program.file) {
        set("shared_preload_libraries=pg_stat_statements");
    }
    Ok(command)
}

/// The folder of the socket; none where its path would be too long.
fn socket(site: &Site) -> String {
    let folder = site.home.socket().display().to_string();
    let fits = folder.len() + "/.s.PGSQL.65535".len() <= SOCKET_PATH && !folder.contains(',');
    if fits { folder } else { String::new() }
}

/// Says whether the statement statistics are installed beside the program.
fn has_statistics(program: &Path) -> bool {
    let base = program.parent().and_then(Path::parent);
    base.is_some_and(|base| {
        ["so", "dylib"].iter().any(|ending| {
            base.join(format!("lib/pg_stat_statements.{ending}"))
                .exists()
        })
    })
}

pub(super) async fn ask(site: &Site) -> Answer {
    let Ok(mut connection) = connect(site, "postgres").await else {
        return Answer::NotYet;
    };
    let folder: Result<String, _> = sqlx::query_scalar("show data_directory")
        .fetch_one(&mut connection)
        .await;
    let _ = connection.close().await;
    match folder {
        Ok(folder) if site.home.of(Kind::Postgres).as_os_str() == folder.as_str() => Answer::Serves,
        Ok(_) => Answer::Stranger,
        Err(_) => Answer::NotYet,
    }
}

/// Makes the database `mesa`.
pub(super) async fn settle(site: &Site) -> Result<(), StartError> {
    let set_up = |error: sqlx::Error| StartError::SetUp {
        kind: Kind::Postgres,
        what: error.to_string(),
    };
    let mut connection = connect(site, "postgres").await.map_err(set_up)?;
    let there: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = 'mesa')")
            .fetch_one(&mut connection)
            .await
            .map_err(set_up)?;
    if !there {
        sqlx::raw_sql(AssertSqlSafe("create database mesa"))
            .execute(&mut connection)
            .await
            .map_err(set_up)?;
    }
    connection.close().await.map_err(set_up)
}

async fn connect(site: &Site, database: &str) -> Result<PgConnection, sqlx::Error> {
    let url = super::url(site);
    let base = url.rsplit_once('/').map_or(&*url, |(base, _)| base);
    PgConnection::connect(&format!("{base}/{database}")).await
}
