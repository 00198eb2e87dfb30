//! The servers as they live: started, answering, killed, started again, stopped.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::place::{self, Place, answers};
use servers::{Kind, Profile, Running, StartError};
use sqlx::{Connection, PgConnection};

fn pids(running: &Running) -> Vec<u32> {
    Kind::ALL
        .iter()
        .map(|kind| running.pid(*kind).unwrap())
        .collect()
}

/// Every process whose command line names the folder.
fn processes_of(data: &Path) -> String {
    let listed = Command::new("ps")
        .args(["-eww", "-o", "pid=,command="])
        .output()
        .unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let named = data.to_string_lossy().into_owned();
    listed
        .lines()
        .filter(|line| line.contains(&named))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The children of a process.
fn children_of(pid: u32) -> Vec<String> {
    let listed = Command::new("ps")
        .args(["-A", "-o", "pid=,ppid="])
        .output()
        .unwrap();
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let pairs = listed.lines().map(|line| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap(), words.next().unwrap())
    });
    pairs
        .filter(|(_, parent)| *parent == pid.to_string())
        .map(|(child, _)| child)
        .collect()
}

fn is_there(pid: &str) -> bool {
    let listed = Command::new("ps").args(["-o", "stat=", "-p", pid]).output();
    let listed = listed.unwrap().stdout;
    // One that has ended and was not collected yet is no process any more.
    !listed.is_empty() && !listed.starts_with(b"Z")
}

#[tokio::test]
async fn the_servers_start_answer_and_stop_leaving_no_process() {
    let place = Place::new();
    let running = place.start(Profile::FastForTests).await.unwrap();
    answers(&running).await.unwrap();
    let pids = pids(&running);
    let data = running.data().to_owned();
    assert!(processes_of(&data).lines().count() >= 3);

    running.stop().await;
    for pid in pids {
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }
    assert_eq!(processes_of(&data), "");
    assert!(!data.join("run/nats.pid").exists());
}

#[tokio::test]
async fn a_killed_server_comes_back_on_its_port_with_its_data() {
    let place = Place::new();
    let mut running = place.start(Profile::FastForTests).await.unwrap();
    place::write(&running, "before").await.unwrap();
    for kind in Kind::ALL {
        running.kill(kind).unwrap();
        assert_eq!(running.pid(kind), None);
        assert!(answers(&running).await.is_err(), "{kind}");
        running.start(kind).await.unwrap();
        answers(&running).await.unwrap();
    }
    assert_eq!(place::read(&running).await.unwrap(), ["before", "before"]);
    running.stop().await;
}

#[tokio::test]
async fn what_an_interrupted_run_left_is_found_and_ended() {
    let place = Place::new();
    let first = place.start(Profile::FastForTests).await.unwrap();
    place::write(&first, "kept").await.unwrap();
    let left = pids(&first);
    first.leave();

    let second = place.start(Profile::FastForTests).await.unwrap();
    for pid in &left {
        let told = format!("(process {pid}), left by an interrupted run");
        assert!(place.told().contains(&told), "{}", place.told());
    }
    assert!(pids(&second).iter().all(|pid| !left.contains(pid)));
    assert_eq!(place::read(&second).await.unwrap(), ["kept", "kept"]);
    second.stop().await;
}

#[tokio::test]
async fn servers_dropped_without_a_stop_are_killed() {
    let place = Place::new();
    let running = place.start(Profile::FastForTests).await.unwrap();
    let data = running.data().to_owned();
    drop(running);
    // The children of a killed PostgreSQL notice its death by themselves.
    for _ in 0..200 {
        if processes_of(&data).is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("left running: {}", processes_of(&data));
}

#[tokio::test]
async fn a_paused_server_answers_nobody_not_even_those_it_knows() {
    let place = Place::new();
    let mut running = place.start(Profile::FastForTests).await.unwrap();
    let mut known = PgConnection::connect(&running.database_url).await.unwrap();
    known.ping().await.unwrap();
    running.pause(Kind::Postgres, true).unwrap();
    let short = Duration::from_millis(500);
    let mut asked = Box::pin(known.ping());
    assert!(tokio::time::timeout(short, &mut asked).await.is_err());
    running.pause(Kind::Postgres, false).unwrap();
    asked.await.unwrap();

    // Killed while it is paused, it leaves nobody behind.
    running.pause(Kind::Postgres, true).unwrap();
    let children = children_of(running.pid(Kind::Postgres).unwrap());
    assert!(children.len() > 2, "{children:?}");
    running.kill(Kind::Postgres).unwrap();
    for _ in 0..500 {
        if !children.iter().any(|child| is_there(child)) {
            running.start(Kind::Postgres).await.unwrap();
            return running.stop().await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("left running: {children:?}");
}

#[tokio::test]
async fn a_folder_in_use_is_refused_with_a_sentence() {
    let place = Place::new();
    let running = place.start(Profile::FastForTests).await.unwrap();
    let error = place.start(Profile::FastForTests).await.unwrap_err();
    assert!(matches!(error, StartError::Busy { .. }));
    assert!(error.to_string().starts_with("another Mesa already runs"));
    answers(&running).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn durable_servers_ask_for_a_password_and_sync_every_message() {
    let place = Place::new();
    let running = place.start(Profile::Durable).await.unwrap();
    answers(&running).await.unwrap();
    assert!(!format!("{running:?}").contains("mesa:"));
    let config = std::fs::read_to_string(running.data().join("nats/nats.conf")).unwrap();
    assert!(config.contains("sync_interval: always"));

    for url in [&running.nats_url, &running.database_url, &running.redis_url] {
        assert!(
            !place::lets_in(&place::with_wrong_password(url)).await,
            "{url}"
        );
        assert!(place::lets_in(url).await);
    }
    running.stop().await;
}

#[tokio::test]
async fn run_by_root_the_servers_run_as_somebody_else() {
    let place = Place::new();
    let running = place.start(Profile::FastForTests).await.unwrap();
    for pid in pids(&running) {
        let answer = Command::new("ps")
            .args(["-o", "uid=", "-p", &pid.to_string()])
            .output()
            .unwrap();
        let uid = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        assert!(!uid.is_empty());
        assert_ne!(uid, "0");
    }
    running.stop().await;
}

#[tokio::test]
async fn a_server_whose_address_is_given_is_not_started() {
    let place = Place::new();
    let mut request = place.request(Profile::FastForTests);
    request.nats_url = Some("nats://elsewhere:4222".to_owned());
    request.database_url = Some("postgres://elsewhere/mesa".to_owned());
    let mut running = place.start_as(request).await.unwrap();
    assert_eq!(running.nats_url, "nats://elsewhere:4222");
    assert_eq!(running.pid(Kind::Nats), None);
    assert!(place::lets_in(&running.redis_url).await);
    let error = running.kill(Kind::Postgres).unwrap_err();
    assert!(error.to_string().contains("PostgreSQL runs elsewhere"));
    running.stop().await;
}
