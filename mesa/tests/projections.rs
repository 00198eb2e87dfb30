//! What the operator sees of the views: where they are, what is parked, and how it is tried again.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[expect(dead_code, reason = "other tests need the rest of it")]
#[path = "support/installation.rs"]
mod installation;
mod support;

use installation::{Installation, document};
use serde_json::Value;
use support::Mesa;

async fn told(site: &Installation, words: &[&str], code: i32) -> String {
    let words = words.iter().map(|word| (*word).to_owned());
    let arguments = words.chain(site.log()).chain(site.views());
    Mesa::run(arguments).await.with(code)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_sees_where_views_are_and_tries_what_is_parked_again() {
    let site = Installation::begin("projections").await;
    let ana = site.key("ana").await;
    let (command, projector) = (site.role("command").await, site.role("projector").await);
    let http = command.http.with_key(&ana);
    let registered = http.post("/api/v1/documents", "k", &document()).await;
    let first = registered.expect(201).json();
    site.caught_up().await;
    let shown: Value =
        serde_json::from_str(&told(&site, &["projections", "--json"], 0).await).unwrap();
    let views = &shown[0];
    assert_eq!(views["projection"], "views");
    assert_eq!(views["position"], site.last().await);
    assert_eq!(views["behind_records"], 0);
    assert_eq!(views["generation"], 1);
    assert!(
        views["heartbeat_seconds"].as_f64().unwrap() < 1.0,
        "{shown}"
    );
    assert_eq!(
        told(&site, &["parked"], 0).await.trim(),
        "nothing is parked"
    );

    projector.stopped().await;
    sqlx::query(
        "insert into parked (aggregate, stream, sequence, last_seq, skipped, error, parked_at)
         select subject, 'MESA', c.sequence + 1, c.sequence, 0, 'an older program', now()
         from event_archive, projection_checkpoint c where subject like $1",
    )
    .bind(format!("%.document.{}", first["id"].as_str().unwrap()))
    .execute(&site.pool)
    .await
    .unwrap();
    let notes = format!("/api/v1/documents/{}/notes", first["id"].as_str().unwrap());
    let note = serde_json::json!({"text": "se adjunta plano"});
    let _ = http.post(&notes, "note", &note).await.expect(201);
    let projector = site.role("projector").await;
    site.caught_up().await;
    let listed = told(&site, &["parked", "list"], 0).await;
    assert!(listed.contains("an older program"), "{listed}");
    let all = told(&site, &["projections"], 0).await;
    assert!(all.contains("s ago"), "{all}");
    let nothing = told(&site, &["parked", "retry", "document.x"], 1).await;
    assert!(nothing.contains("mesa parked"), "{nothing}");
    let applied = told(&site, &["parked", "retry", "--all"], 0).await;
    assert!(applied.contains("applied"), "{applied}");
    assert_eq!(
        told(&site, &["parked"], 0).await.trim(),
        "nothing is parked"
    );
    site.verify().await;
    projector.stopped().await;
    let still = told(&site, &["projections"], 0).await;
    assert!(still.contains("none"), "{still}");
    command.stopped().await;
    site.end().await;
}
