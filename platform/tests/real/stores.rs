//! Connections to `PostgreSQL` and Redis.

use std::time::{Duration, Instant};

use kit::{Env, Kind, OwnServers, Profile, eventually};
use platform::{config, postgres};

#[tokio::test]
async fn connections_to_postgres_have_a_name_and_a_statement_timeout() {
    let fresh = Env::get().await.fresh("pool").await;
    let config = config::Postgres {
        statement_timeout: 1,
        ..fresh.postgres()
    };
    let pool = postgres::connect(&config, "query").await.unwrap();
    let ask = async |setting: &str| -> String {
        sqlx::query_scalar("select current_setting($1)")
            .bind(setting)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    assert_eq!(ask("application_name").await, "mesa-query");
    assert_eq!(ask("statement_timeout").await, "1s");
    let begun = Instant::now();
    let slow = sqlx::query("select pg_sleep(20)").execute(&pool).await;
    assert!(slow.is_err() && begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_redis_that_comes_back_is_used_again() {
    let mut own = OwnServers::start(Profile::FastForTests).await;
    let redis = own.fresh("redis").await.redis_connection();
    assert!(redis.is_there().await);

    for killed in [true, false] {
        if killed {
            own.kill(Kind::Redis);
        } else {
            own.pause(Kind::Redis, true);
        }
        let begun = Instant::now();
        for _ in 0..50 {
            assert!(!redis.is_there().await);
        }
        assert!(
            begun.elapsed() < Duration::from_millis(900),
            "{:?}",
            begun.elapsed()
        );
        if killed {
            own.start_one(Kind::Redis).await;
        } else {
            own.pause(Kind::Redis, false);
        }
        let back = async || redis.is_there().await.then_some(());
        eventually(Duration::from_secs(3), "Redis to be used again", back).await;
    }
    own.stop().await;
}
