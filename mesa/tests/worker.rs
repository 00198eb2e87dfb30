//! Workers that are killed while they reschedule deadlines: each deadline is moved once, and counted
//! once, whoever ends where (T2).

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

#[expect(dead_code, reason = "other tests need the rest of it")]
#[path = "support/installation.rs"]
mod installation;
mod support;

use std::time::Duration;

use calendar::Day;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use events::legal_date;
use futures::StreamExt;
use futures::stream::iter;
use platform::clock::{Clock, SystemClock};

use installation::{Installation, document};

/// A weekday within the course of what is registered today.
fn soon() -> NaiveDate {
    let week = legal_date(SystemClock.now()) + Days::new(7);
    match week.weekday() {
        Weekday::Sat | Weekday::Sun => week + Days::new(2),
        _ => week,
    }
}

async fn count(site: &Installation, sql: &'static str) -> u64 {
    let n: Option<i64> = sqlx::query_scalar(sql).fetch_one(&site.pool).await.unwrap();
    n.unwrap_or(0).try_into().unwrap()
}

async fn settled(site: &Installation) -> u64 {
    count(site, "select sum(settled)::bigint from calendar_progress").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_workers_killed_in_the_middle_leave_each_deadline_rescheduled_once() {
    const DOCUMENTS: u64 = 2_000;
    const KILLS: u64 = 3;
    let site = Installation::begin("worker_killed").await;
    let key = site.key("ana").await;
    let (command, projector) = (site.role("command").await, site.role("projector").await);
    let http = command.http.with_key(&key);
    let registered = iter(0..DOCUMENTS).map(|n| {
        let http = &http;
        async move {
            let key = format!("d{n}");
            // Too many for a busy log: asking again with the same key is right.
            let registered = async || {
                let answer = http.post("/api/v1/documents", &key, &document()).await;
                (answer.status != 503).then_some(answer)
            };
            let answer = kit::eventually(Duration::from_secs(30), "the register", registered);
            let _ = answer.await.expect(201);
        }
    });
    registered.buffer_unordered(32).collect::<Vec<()>>().await;
    site.caught_up().await;
    let day = Day {
        on: soon(),
        scope: calendar::Scope::Nation,
        name: "Duelo nacional".to_owned(),
        legal_basis: "D. S. 1-2026".to_owned(),
        suspends_terms: true,
    };
    site.app.declare_days(vec![day], "Decreto").await.unwrap();

    let mut in_the_middle = 0;
    for kill in 0..KILLS {
        let worker = site.role("worker").await;
        let part = settled(&site).await.max(DOCUMENTS * kill / (KILLS + 2));
        let moved = async || (settled(&site).await > part).then_some(());
        kit::eventually(Duration::from_secs(30), "the worker to move", moved).await;
        worker.killed();
        if settled(&site).await < DOCUMENTS {
            in_the_middle += 1;
        } else {
            break;
        }
    }
    assert!(in_the_middle > 0, "it was never killed in the middle");

    let worker = site.role("worker").await;
    let all = async || (settled(&site).await == DOCUMENTS).then_some(());
    kit::eventually(Duration::from_mins(1), "every deadline", all).await;
    site.caught_up().await;
    for (what, sql) in [
        ("found", "select touched from calendar_progress"),
        (
            "counted as moved",
            "select rescheduled from calendar_progress",
        ),
        (
            "moved",
            "select count(*) from timeline where event = 'deadline.rescheduled'",
        ),
        (
            "of documents",
            "select count(distinct document_id) from timeline where event = 'deadline.rescheduled'",
        ),
        (
            "know the day",
            "select count(*) from documents where calendar_version = 1",
        ),
    ] {
        assert_eq!(count(&site, sql).await, DOCUMENTS, "{what}");
    }
    let ready = worker.http.get("/readyz").await.expect(200).json();
    assert_eq!(ready["state"], "ready");
    let figures = worker.http.get("/metrics").await.expect(200);
    let none = "mesa_worker_rescheduling_backlog 0";
    assert!(figures.text().lines().any(|line| line == none));
    site.verify().await;
    worker.stopped().await;
    projector.stopped().await;
    command.stopped().await;
    site.end().await;
}
