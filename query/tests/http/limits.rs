//! How much may be asked, of two processes that count together through Redis.

use std::time::Duration;

use events::classify::Role;
use kit::eventually;
use kit::http::Http;
use platform::limit::{Limits, Rates};

use crate::support::Stage;

fn few() -> Limits {
    Limits {
        user: Rates::of(12, 120),
        address: Rates::of(6, 60),
        trusted: vec!["127.0.0.1/32".parse().unwrap()],
        ..Limits::default()
    }
}

async fn asks(http: &Http, path: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(http.get(path).await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn what_was_asked_of_one_process_counts_at_the_other() {
    let stage = Stage::new("limits").await;
    let (one, other) = (stage.limited(few()).await, stage.limited(few()).await);
    let viewer = stage.key_of(Role::VIEWER);
    let (here, there) = (one.with_key(viewer), other.with_key(viewer));
    let first = here.get("/api/v1/offices").await.expect(200);
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"minute\";q=12;w=60, \"hour\";q=120;w=3600")
    );
    assert_eq!(asks(&here, "/api/v1/offices", 11).await, [200; 11]);
    let refused = here.get("/api/v1/offices").await.expect(429);
    assert_eq!(refused.json()["type"], "/problems/too-many-requests");
    assert!(refused.header("retry-after").is_some());
    eventually(Duration::from_secs(5), "the other to know", async || {
        let statuses = asks(&there, "/api/v1/offices", 1).await;
        (statuses == [429]).then_some(())
    })
    .await;
    // The figures and the health of a role are nobody's allowance.
    assert_eq!(asks(&here, "/livez", 20).await, [200; 20]);
    stage.end().await;
}

#[tokio::test]
async fn the_public_is_counted_by_address_and_those_with_a_key_are_not() {
    let stage = Stage::new("limits_public").await;
    let http = stage.limited(few()).await;
    let citizen = http.with("x-forwarded-for", "203.0.113.7");
    let path = format!("/api/v1/tracking/{}", "0".repeat(32));
    assert_eq!(asks(&citizen, &path, 6).await, [404; 6]);
    let _ = citizen.get(&path).await.expect(429);
    let other = http.with("x-forwarded-for", "203.0.113.8");
    let _ = other.get(&path).await.expect(404);
    let viewer = citizen.with_key(stage.key_of(Role::VIEWER));
    let _ = viewer.get("/api/v1/offices").await.expect(200);
    stage.end().await;
}
