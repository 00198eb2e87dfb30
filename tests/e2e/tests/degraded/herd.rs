//! Many who ask the same at once, of a process that has kept nothing: the database is asked once.

use std::fs;
use std::path::Path;

use futures::future::join_all;
use serde_json::json;

use crate::support::{document, position};

const HERD: usize = 500;

/// How often the server's own log names a statement.
fn asked(log: &Path, statement: &str) -> usize {
    let tag = format!("/* q:{statement} */");
    let log = fs::read(log).unwrap();
    String::from_utf8_lossy(&log).matches(&tag).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_who_ask_the_same_at_once_are_one_statement() {
    let (servers, site) = crate::open("herd").await;
    let log = servers.data().join("log/postgres.log");
    let pool = site.fresh.pool().await;
    let all = "do $$ begin execute format(
        'alter database %I set log_statement = ''all''', current_database()); end $$";
    sqlx::query(all).execute(&pool).await.unwrap();
    // Sessions that began before do not know of it.
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
            and application_name = 'mesa-query'";
    sqlx::query(end).execute(&pool).await.unwrap();

    let registered = site.post("ana", "/documents", "k", &document()).await;
    let registered = registered.expect(201);
    let path = format!("/documents/{}", registered.json()["id"].as_str().unwrap());
    site.read(&path, &position(&registered)).await;
    println!("| asked at once | answers | statements the database saw |");
    let mut rounds = 0;
    let mut counted = 0;
    while counted < 4 {
        rounds += 1;
        assert!(rounds <= 12, "the projector is hardly heard here");
        // A note moves on everything that is kept of this document, in the process and in Redis.
        let body = json!({"text": format!("nota {rounds}")});
        let (to, key) = (format!("{path}/notes"), format!("n{rounds}"));
        let noted = site.post("ana", &to, &key, &body).await.expect(201);
        site.read(&path, &position(&noted)).await;
        let redis = site.fresh.redis_connection();
        redis.ask::<()>(&redis::cmd("FLUSHALL")).await.unwrap();
        let list = format!("/documents?limit={}", 10 + rounds);
        let timeline = format!("{path}/timeline");
        for (asked_for, statement) in [(list, "documents.list"), (timeline, "timeline.of_document")]
        {
            let before = asked(&log, statement);
            let (reader, url) = (site.reader(), format!("/api/v1{asked_for}"));
            let answers = join_all((0..HERD).map(|_| reader.get(&url))).await;
            for answer in &answers {
                assert_eq!(answer.status, 200, "{}", answer.text());
                assert_eq!(answer.bytes, answers[0].bytes);
            }
            // Who does not hear the projector keeps nothing, and marks what it gives: a herd on a
            // machine this busy is asked once more.
            if answers.iter().any(|one| one.header("mesa-stale").is_some()) {
                continue;
            }
            let statements = asked(&log, statement) - before;
            println!("| {asked_for} | {HERD} | {statements} |");
            assert_eq!(statements, 1, "{asked_for}");
            counted += 1;
        }
    }
    pool.close().await;
    site.close().await;
    servers.stop().await;
}
