//! The kit itself, with its real servers.

use std::path::Path;
use std::time::{Duration, Instant};

use kit::{Env, Kind, OwnServers, Profile, eventually};

#[tokio::test]
async fn two_tests_do_not_meet() {
    let env = Env::get().await;
    let (one, other) = (env.fresh("one").await, env.fresh("the other!").await);
    assert_ne!(one.namespace, other.namespace);
    assert_ne!(one.redis_prefix, other.redis_prefix);

    let (pool, other_pool) = (one.pool().await, other.pool().await);
    sqlx::raw_sql("create table mine (id int)")
        .execute(&pool)
        .await
        .unwrap();
    assert!(sqlx::query("select from mine").execute(&pool).await.is_ok());
    assert!(
        sqlx::query("select from mine")
            .execute(&other_pool)
            .await
            .is_err()
    );
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(&other_pool)
        .await
        .unwrap();
    assert!(name.starts_with("t_the_other__"), "{name}");
    assert!(one.redis_connection().is_there().await);
    one.nats_client().await;
}

#[tokio::test]
async fn a_migrated_database_is_a_quick_copy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("0001_things.sql");
    std::fs::write(file, "create table thing (id int primary key);").unwrap();

    let env = Env::get().await;
    let first = env.fresh_from("first", folder.path()).await;
    let begun = Instant::now();
    let second = env.fresh_from("second", folder.path()).await;
    println!("a copy took {:?}", begun.elapsed());
    assert!(begun.elapsed() < Duration::from_secs(2));
    for fresh in [first, second] {
        let pool = fresh.pool().await;
        sqlx::query("insert into thing values (1)")
            .execute(&pool)
            .await
            .unwrap();
    }

    // A migration more makes another template.
    let file = folder.path().join("0002_more.sql");
    std::fs::write(file, "alter table thing add more text;").unwrap();
    let third = env.fresh_from("third", folder.path()).await.pool().await;
    sqlx::query("insert into thing values (1, 'more')")
        .execute(&third)
        .await
        .unwrap();
}

#[tokio::test]
async fn many_databases_can_be_made_at_once() {
    let env = Env::get().await;
    let begun = Instant::now();
    let made = futures_of(8, async || env.fresh("many").await).await;
    println!("8 databases took {:?}", begun.elapsed());
    let mut names: Vec<_> = made.into_iter().map(|fresh| fresh.database_url).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 8);
}

async fn futures_of<T>(count: usize, one: impl AsyncFn() -> T) -> Vec<T> {
    let mut made = Vec::new();
    for _ in 0..count / 2 {
        let (first, second) = tokio::join!(one(), one());
        made.extend([first, second]);
    }
    made
}

#[tokio::test]
async fn own_servers_can_be_killed_without_harm_to_others() {
    let env = Env::get().await;
    let shared = env.fresh("shared").await;
    let mut own = OwnServers::start(Profile::FastForTests).await;
    let fresh = own.fresh("own").await;
    let redis = fresh.redis_connection();
    assert!(redis.is_there().await);

    own.kill(Kind::Redis);
    assert!(!redis.is_there().await);
    assert!(shared.redis_connection().is_there().await);

    own.start_one(Kind::Redis).await;
    let back = async || redis.is_there().await.then_some(());
    eventually(Duration::from_secs(5), "Redis to come back", back).await;

    let data = own.data().to_owned();
    own.stop().await;
    assert!(!data.exists());
}

#[tokio::test]
async fn the_watchdog_is_there_and_knows_the_servers() {
    let env = Env::get().await;
    env.fresh("watched").await;
    if !Path::new("/proc").exists() {
        return;
    }
    let watchdogs = std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| std::fs::read(entry.unwrap().path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains("mesa-test-watchdog"))
        .count();
    assert!(watchdogs >= 1);
}

#[tokio::test]
async fn the_own_migrations_apply_to_an_empty_database() {
    let fresh = Env::get().await.fresh_migrated("migrated").await;
    let applied: i64 = sqlx::query_scalar("select count(*) from _sqlx_migrations where success")
        .fetch_one(&fresh.pool().await)
        .await
        .unwrap();
    assert!(applied > 0);
}
