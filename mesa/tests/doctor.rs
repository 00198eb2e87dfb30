//! `mesa doctor`: what is well passes, and each thing that is broken on purpose is named.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[path = "support/place.rs"]
#[expect(dead_code, reason = "other tests by process need more of it")]
mod place;
#[expect(dead_code, reason = "other tests by process need more of it")]
mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use kit::Fresh;
use mesa::doctor::report::{Finding, State};
use mesa::doctor::{Doctor, examine};
use mesa::reach::Reach;
use platform::tasks::Tasks;
use rustix::process::Signal;
use serde_json::Value;

use place::{Place, processes};
use support::{Mesa, free_address};

/// How long a first run of `mesa up` may take: it may have to fetch the servers.
const BEGIN: Duration = Duration::from_mins(3);

/// A doctor who looks at the servers of `fresh`.
fn doctor(fresh: &Fresh) -> Doctor {
    Doctor {
        reach: Reach {
            objects: None,
            nats_url: Some(fresh.nats_url.as_str().into()),
            database_url: Some(fresh.database_url.as_str().into()),
            redis_url: Some(fresh.redis_url.as_str().into()),
            namespace: fresh.namespace.clone(),
            data: PathBuf::from("/nonexistent/mesa"),
        },
        nats_monitor: None,
        json: false,
    }
}

/// What is found about `what` of `of`.
async fn found(doctor: &Doctor, of: &str, what: &str) -> Finding {
    let report = examine(doctor).await.unwrap();
    let is = |one: &&Finding| one.of == of && one.what == what;
    let one = report.findings.iter().find(is).cloned();
    one.unwrap_or_else(|| panic!("nothing about {what} of {of}:\n{report}"))
}

#[track_caller]
fn assert_is(finding: &Finding, state: State, advice: &str) {
    assert_eq!(finding.state, state, "{finding:?}");
    let said = finding.advice.as_deref().unwrap_or_default();
    assert!(said.contains(advice), "{finding:?}");
}

/// The streams of `fresh`, as the command role makes them.
async fn with_streams(fresh: &Fresh) -> async_nats::jetstream::Context {
    let config = command::Config::new(fresh.nats(), fresh.objects());
    let tasks = Tasks::default();
    let clock = std::sync::Arc::new(platform::clock::SystemClock);
    let ids = std::sync::Arc::new(platform::ids::SystemIds);
    let command = command::Command::connect(&config, clock, ids, tasks.clone());
    let _ = command.await.unwrap();
    tasks.drain().await;
    async_nats::jetstream::new(fresh.nats_client().await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_that_are_missing_or_altered_are_named() {
    let fresh = kit::Env::get().await.fresh_migrated("doctor_streams").await;
    let names: events::Namespace = fresh.namespace.parse().unwrap();
    let (doctor, log) = (doctor(&fresh), names.log_stream());
    let missing = found(&doctor, "NATS", &log).await;
    assert_is(&missing, State::Fail, "mesa command");

    let jetstream = with_streams(&fresh).await;
    assert_eq!(found(&doctor, "NATS", &log).await.state, State::Ok);
    assert_eq!(found(&doctor, "NATS", "clock").await.state, State::Ok);
    let unseen = found(&doctor, "NATS", "sync_interval").await;
    assert_is(&unseen, State::Warn, "--nats-monitor");

    let stream = jetstream.get_stream(&log).await.unwrap();
    let mut config = stream.cached_info().config.clone();
    config.allow_direct = false;
    config.max_messages = 1_000;
    config.duplicate_window = Duration::from_secs(5);
    jetstream.update_stream(&config).await.unwrap();
    for setting in ["allow_direct", "max_msgs"] {
        let altered = found(&doctor, "NATS", &format!("{log} {setting}")).await;
        assert_is(&altered, State::Fail, "nats stream edit");
    }
    let window = found(&doctor, "NATS", &format!("{log} duplicate_window")).await;
    assert_is(&window, State::Warn, "10 minutes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_schema_or_another_log_is_named() {
    let env = kit::Env::get().await;
    let empty = env.fresh("doctor_empty").await;
    let schema = found(&doctor(&empty), "PostgreSQL", "schema").await;
    assert_is(&schema, State::Fail, "mesa migrate");

    let fresh = env.fresh_migrated("doctor_schema").await;
    let doctor = doctor(&fresh);
    with_streams(&fresh).await;
    let pool = fresh.pool().await;
    let run = async |sql: &'static str| {
        sqlx::query(sql).execute(&pool).await.unwrap();
    };
    assert_eq!(
        found(&doctor, "PostgreSQL", "schema").await.state,
        State::Ok
    );
    assert_eq!(found(&doctor, "PostgreSQL", "clock").await.state, State::Ok);
    // The servers of tests do without it.
    let fsync = found(&doctor, "PostgreSQL", "fsync").await;
    assert_is(&fsync, State::Fail, "switch it on");
    let begun = found(&doctor, "views", "checkpoint").await;
    assert_is(&begun, State::Warn, "mesa projector");

    let names: events::Namespace = fresh.namespace.parse().unwrap();
    sqlx::query(
        "insert into projection_checkpoint (name, stream, sequence, event_id, hash, updated_at)
         values ('views', $1, 99, null, $2, now())",
    )
    .bind(names.log_stream())
    .bind([7_u8; 32].as_slice())
    .execute(&pool)
    .await
    .unwrap();
    let shorter = found(&doctor, "views", "checkpoint").await;
    assert_is(&shorter, State::Fail, "Restore NATS");
    assert!(shorter.found.contains("older copy"), "{shorter:?}");

    run(
        "insert into parked (aggregate, stream, sequence, last_seq, skipped, error, parked_at)
         values ('a', 's', 1, 1, 0, 'e', now())",
    )
    .await;
    let parked = found(&doctor, "views", "parked").await;
    assert_is(&parked, State::Warn, "stand still");

    run("update _sqlx_migrations set version = 999999 where version = 1").await;
    let missing = found(&doctor, "PostgreSQL", "schema").await;
    assert_is(&missing, State::Fail, "mesa migrate");
    run(
        "insert into _sqlx_migrations select 1, description, installed_on, success, checksum,
         execution_time from _sqlx_migrations where version = 999999",
    )
    .await;
    let newer = found(&doctor, "PostgreSQL", "schema").await;
    assert_is(&newer, State::Fail, "newer");
    run("update _sqlx_migrations set checksum = 'x' where version = 1").await;
    let edited = found(&doctor, "PostgreSQL", "schema").await;
    assert_is(&edited, State::Fail, "empty database");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_away_are_named_and_the_others_looked_at() {
    let fresh = kit::Env::get().await.fresh_migrated("doctor_away").await;
    let mut doctor = doctor(&fresh);
    let nobody = free_address();
    doctor.reach.redis_url = Some(format!("redis://{nobody}").as_str().into());
    doctor.reach.nats_url = Some(format!("nats://mesa:hunter2@{nobody}").as_str().into());
    let redis = found(&doctor, "Redis", "server").await;
    assert_is(&redis, State::Warn, "slower and right");
    let nats = found(&doctor, "NATS", "server").await;
    assert_is(&nats, State::Fail, "2.14.4");
    assert!(!format!("{nats:?}").contains("hunter2"));
    assert_eq!(
        found(&doctor, "PostgreSQL", "schema").await.state,
        State::Ok
    );
}

/// A nats-server of this test, ended when dropped.
struct OwnNats(Child);

impl OwnNats {
    fn begin(program: &Path, folder: &Path, [client, page]: [&str; 2], sync: &str) -> Self {
        let store = folder.join("store").display().to_string();
        let text = format!(
            "listen: \"{client}\"\nhttp: \"{page}\"\n\
             jetstream {{ store_dir: {store:?}, max_file_store: 1000000, sync_interval: {sync} }}\n"
        );
        let file = folder.join("own.conf");
        fs::write(&file, text).unwrap();
        let mut command = Command::new(program);
        command.arg("-c").arg(file);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }
}

impl Drop for OwnNats {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn diagnosed(data: &Path, code: i32) -> Vec<Finding> {
    let data = format!("--data={}", data.display());
    let said = Mesa::run(["doctor", "--json", &data]).await.with(code);
    let told: Value = serde_json::from_str(&said).unwrap();
    let findings = told["findings"].as_array().unwrap().iter();
    findings
        .map(|one| Finding {
            state: match one["state"].as_str().unwrap() {
                "ok" => State::Ok,
                "warn" => State::Warn,
                _ => State::Fail,
            },
            of: "",
            what: one["what"].as_str().unwrap().to_owned(),
            found: one["found"].as_str().unwrap().to_owned(),
            advice: one["advice"].as_str().map(str::to_owned),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_mesa_up_made_is_well_until_it_is_changed() {
    let place = Place::new();
    let data = place.data();
    let folder = format!("--data={}", data.display());
    let listen = format!("--listen={}", free_address());
    let up = Mesa::begin(["up", &folder, &listen]);
    kit::eventually(BEGIN, "the banner of mesa up", async || {
        let said = up.said();
        assert!(!said.contains("mesa: "), "{said}");
        said.contains("Mesa is ready").then_some(())
    })
    .await;

    // Its NATS keeps what it acknowledges, and says so in the file it was begun with.
    let well = kit::eventually(
        Duration::from_secs(20),
        "the first checkpoint",
        async || {
            let found = diagnosed(&data, 0).await;
            let is = |one: &Finding| one.what == "checkpoint" && one.state == State::Ok;
            found.iter().any(is).then_some(found)
        },
    )
    .await;
    for what in [
        "sync_interval",
        "permissions",
        "schema",
        "fsync",
        "MESA_LOG",
        "MESA_DIRECTORY",
    ] {
        let one = well.iter().find(|one| one.what == what).unwrap();
        assert_eq!(one.state, State::Ok, "{one:?}");
    }
    let said = Mesa::run(["doctor", &folder]).await.with(0);
    assert!(said.trim_end().ends_with(" 0 to change"), "{said}");

    let keys = data.join("keys");
    fs::set_permissions(&keys, Permissions::from_mode(0o755)).unwrap();
    let opened = diagnosed(&data, 1).await;
    let one = opened.iter().find(|one| one.what == "permissions").unwrap();
    assert_is(one, State::Fail, "chmod go=");

    // Another NATS, seen through its monitoring page.
    let pid = processes(&data).into_iter().find_map(|pid| {
        let program = fs::read_link(format!("/proc/{}/exe", pid.as_raw_nonzero())).ok()?;
        let is = program.file_name()?.to_str()?.starts_with("nats");
        is.then_some(program)
    });
    let program = pid.unwrap();
    let fresh = kit::Env::get().await.fresh_migrated("doctor_sync").await;
    for (sync, state) in [("always", State::Ok), ("\"2m\"", State::Fail)] {
        let own = tempfile::tempdir().unwrap();
        let (client, page) = (free_address().to_string(), free_address().to_string());
        let nats = OwnNats::begin(&program, own.path(), [&client, &page], sync);
        let mut doctor = doctor(&fresh);
        doctor.reach.nats_url = Some(format!("nats://{client}").as_str().into());
        doctor.nats_monitor = Some(format!("http://{page}"));
        let seen = kit::eventually(Duration::from_secs(20), "nats-server", async || {
            let report = examine(&doctor).await.unwrap();
            let mut findings = report.findings.into_iter();
            findings.find(|one| one.what == "sync_interval" && one.state != State::Warn)
        })
        .await;
        assert_eq!(seen.state, state, "{seen:?}");
        drop(nats);
    }
    let ended = up.told(Signal::INT).await;
    ended.with(0);
}
