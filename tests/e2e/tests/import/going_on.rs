//! Imports that were broken off, ran side by side, or come again with a file that has grown.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use kit::{Env, Fresh, Kind, OwnServers, Profile};
use tempfile::TempDir;

use super::served::{assert_gapless, import_files, last_sequence, numbers_in_log, try_import};

const MAP: &str = r#"
source = "trial"
subject = "Case {case}"
default_channel = "counter"
columns = { case = "case", timestamp = "at", office = "office", user = "user", end = "end" }

[institution]
fallback_office = { code = "DESK", name = "Desk" }
document_type = { code = "CASE", name = "Case", series = "EXP" }
"#;

/// A folder with a map and a log of `lines`.
fn log(lines: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("map.toml"), MAP).unwrap();
    write(folder.path(), lines);
    folder
}

fn write(folder: &Path, lines: &str) {
    let text = format!("case,at,office,user,end\n{lines}");
    fs::write(folder.join("log.csv"), text).unwrap();
}

async fn import(folder: &TempDir, fresh: &Fresh) -> mesa::import::report::Report {
    let file = folder.path().join("log.csv");
    import_files(&file, &folder.path().join("map.toml"), fresh).await
}

/// `count` cases of three events, one a minute.
fn many(count: u32) -> String {
    let mut lines = String::new();
    for case in 0..count {
        let (day, hour, minute) = (1 + case / 1_440, case / 60 % 24, case % 60);
        for (office, user, second) in [("A", "ana", 0), ("B", "beto", 20), ("A", "ana", 40)] {
            writeln!(
                lines,
                "{case},2025-03-{day:02} {hour:02}:{minute:02}:{second:02},{office},{user},x"
            )
            .unwrap();
        }
    }
    lines
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_broken_off_goes_on_where_it_was() {
    let fresh = Env::get().await.fresh("broken_off").await;
    let log = log(&many(2_000));
    {
        let broken_off = import(&log, &fresh);
        tokio::pin!(broken_off);
        let underway = kit::eventually(Duration::from_secs(30), "a first batch", async || {
            (last_sequence(&fresh).await > 400).then_some(())
        });
        tokio::select! {
            biased;
            () = underway => {}
            _ = &mut broken_off => panic!("the import was through before it could be broken off"),
        }
    }
    let rest = import(&log, &fresh).await;
    assert!(rest.already >= 400, "{rest:?}");
    assert!(rest.added > 0, "{rest:?}");
    assert_eq!(rest.added + rest.already, 2_000);
    let numbers = numbers_in_log(&fresh).await;
    assert_eq!(numbers.len(), 2_000);
    assert_gapless(&numbers);
    // Each case has its minute, so that the order of entry is that of the cases.
    assert!(numbers.is_sorted_by_key(|(_, case)| case.parse::<u32>().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_whose_server_is_killed_goes_on_or_says_so_and_adds_each_case_once() {
    let mut servers = OwnServers::start(Profile::FastForTests).await;
    let fresh = servers.fresh("killed").await;
    let log = log(&many(2_000));
    let (file, map) = (log.path().join("log.csv"), log.path().join("map.toml"));
    let importing = try_import(&file, &map, &fresh);
    let killing = async {
        kit::eventually(Duration::from_secs(30), "a first batch", async || {
            (last_sequence(&fresh).await > 400).then_some(())
        })
        .await;
        servers.kill(Kind::Nats);
        servers.start_one(Kind::Nats).await;
    };
    let (outcome, ()) = tokio::join!(importing, killing);
    // A batch that was on its way is settled; one that could not be sent ends the import.
    match outcome {
        Ok(report) => assert_eq!(report.added + report.already, 2_000),
        Err(error) => {
            let says = error.to_string();
            assert!(says.contains("the same import run again goes on"), "{says}");
        }
    }
    let rest = import(&log, &fresh).await;
    assert!(rest.already >= 400, "{rest:?}");
    assert_eq!(rest.added + rest.already, 2_000);
    let numbers = numbers_in_log(&fresh).await;
    assert_eq!(numbers.len(), 2_000);
    assert_gapless(&numbers);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_side_by_side_add_each_case_once() {
    let fresh = Env::get().await.fresh("side_by_side").await;
    let log = log(&many(1_000));
    let (one, other) = tokio::join!(import(&log, &fresh), import(&log, &fresh));
    assert_eq!((&one.refused, &other.refused), (&vec![], &vec![]));
    assert_eq!(one.added + one.already, 1_000);
    assert_eq!(other.added + other.already, 1_000);
    let numbers = numbers_in_log(&fresh).await;
    assert_eq!(numbers.len(), 1_000);
    assert_gapless(&numbers);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_grew_is_told_and_left_as_it_is() {
    let fresh = Env::get().await.fresh("grown").await;
    let log = log("1,2025-03-03 10:00:00,A,ana,\n2,2025-03-03 11:00:00,A,ana,\n");
    assert_eq!(import(&log, &fresh).await.added, 2);
    let before = last_sequence(&fresh).await;
    write(
        log.path(),
        "1,2025-03-03 10:00:00,A,ana,\n2,2025-03-03 11:00:00,A,ana,\n\
         2,2025-03-03 12:00:00,B,ana,\n3,2025-03-03 13:00:00,A,beto,\n",
    );
    let report = import(&log, &fresh).await;
    assert_eq!(report.differing, ["2"]);
    assert_eq!((report.added, report.already), (1, 1));
    assert_eq!(report.set_up.offices, 1, "B is new");
    assert_eq!((report.set_up.users, report.set_up.users_extended), (1, 1));
    assert_eq!(
        last_sequence(&fresh).await,
        before + 2,
        "a number and a document"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_line_keeps_its_case_out_until_it_is_put_right() {
    let fresh = Env::get().await.fresh("bad_line").await;
    let log = log("1,2025-03-03 10:00:00,A,ana,\n2,yesterday,A,ana,\n");
    let report = import(&log, &fresh).await;
    assert_eq!((report.added, report.refused.len()), (1, 1));
    assert_eq!(report.refused[0].line, Some(3));
    write(
        log.path(),
        "1,2025-03-03 10:00:00,A,ana,\n2,2025-03-02 10:00:00,A,ana,\n",
    );
    let report = import(&log, &fresh).await;
    assert_eq!((report.added, report.already), (1, 1));
    assert_eq!(report.refused, []);
}
