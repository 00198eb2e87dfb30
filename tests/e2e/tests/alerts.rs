//! Last days as they come nearer: three, two and one business days before, and after it, each once,
//! whoever looks and however long nobody did (T5, I17). Weeks pass in seconds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "other tests need the rest of it")]
#[path = "support/place.rs"]
mod place;
#[expect(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::time::Duration;

use chrono::TimeDelta;
use mesa::asking::Asking;
use platform::tasks::Tasks;
use serde_json::json;
use sqlx::PgPool;
use worker::alerts::Alerts;
use worker::rescheduling::Rescheduling;

use place::{Place, morning, side};
use support::document;

/// What a worker does, step by step.
struct Rounds {
    alerts: Alerts,
    rescheduling: Rescheduling,
    tasks: Tasks,
}

impl Rounds {
    async fn of(place: &Place, pool: &PgPool) -> Self {
        let tasks = Tasks::default();
        let commands = Asking::of(side(&place.site, &place.clock, &tasks).await);
        Self {
            alerts: Alerts {
                pool: pool.clone(),
                commands: commands.clone(),
                clock: place.clock.clone(),
            },
            rescheduling: Rescheduling {
                pool: pool.clone(),
                commands,
                clock: place.clock.clone(),
            },
            tasks,
        }
    }
}

/// What was said of the last day of a document.
async fn said(place: &Place, id: &str) -> Vec<String> {
    place.site.verify().await;
    let is_alert = |event: &str| matches!(event, "deadline.approaching" | "deadline.missed");
    place.notes(id, is_alert).await
}

/// The clock at ten in the morning of this day.
fn at(place: &Place, day: &str) {
    place.clock.set(format!("{day}T15:00:00Z").parse().unwrap());
}

/// Due on Tuesday 21 April.
const ALL: [&str; 4] = [
    "Vence el 2026-04-21: quedan 3 días hábiles",
    "Vence el 2026-04-21: quedan 2 días hábiles",
    "Vence el 2026-04-21: queda 1 día hábil",
    "Venció el 2026-04-21",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i17_t5_each_alert_is_given_once_by_two_workers_that_look_every_day() {
    let place = Place::open("alerts").await;
    let id = place.register("open", &document()).await;
    let standing = place.register("standing", &document()).await;
    let reason = json!({"reason": "Informe"});
    place.act(&standing, "clock/suspend", "s", reason).await;
    let closed = place.register("closed", &document()).await;
    let granted = json!({"outcome": "granted"});
    place.act(&closed, "conclude", "c", granted).await;
    place.site.verify().await;
    let pool = place.site.fresh.pool().await;
    let (one, other) = (
        Rounds::of(&place, &pool).await,
        Rounds::of(&place, &pool).await,
    );
    let mut days = vec![];
    for day in 0..50 {
        place.clock.set(morning() + TimeDelta::days(day));
        let before = given(&pool).await;
        let (first, second) = tokio::join!(one.alerts.round(), other.alerts.round());
        first.and(second).unwrap();
        if given(&pool).await > before {
            days.push((morning() + TimeDelta::days(day)).date_naive().to_string());
        }
    }
    assert_eq!(said(&place, &id).await, ALL);
    assert_eq!(
        days,
        ["2026-04-16", "2026-04-17", "2026-04-20", "2026-04-22"]
    );
    for silent in [&standing, &closed] {
        assert_eq!(said(&place, silent).await, Vec::<String>::new());
    }
    // What the workers had written down is lost: the history knows what was said.
    sqlx::query("truncate deadline_alerts")
        .execute(&pool)
        .await
        .unwrap();
    one.alerts.round().await.unwrap();
    assert_eq!(said(&place, &id).await, ALL);
    one.tasks.drain().await;
    other.tasks.drain().await;
    pool.close().await;
    place.close().await;
}

async fn given(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from deadline_alerts where given")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_after_a_pause_only_the_nearest_alert_is_given() {
    let place = Place::open("alerts_late").await;
    let id = place.register("open", &document()).await;
    place.site.verify().await;
    at(&place, "2026-04-20");
    let worker = place.worker().await;
    let near = async || (said(&place, &id).await == ALL[2..3]).then_some(());
    kit::eventually(Duration::from_secs(30), "the nearest alert", near).await;
    // Nobody looks for two weeks.
    worker.drain().await;
    at(&place, "2026-05-05");
    let worker = place.worker().await;
    let missed = async || (said(&place, &id).await == ALL[2..]).then_some(());
    kit::eventually(Duration::from_secs(30), "the end", missed).await;
    worker.drain().await;
    place.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t5_a_rescheduled_deadline_is_never_spoken_of_by_its_old_date() {
    let place = Place::open("alerts_moved").await;
    let id = place.register("open", &document()).await;
    place.site.verify().await;
    let pool = place.site.fresh.pool().await;
    at(&place, "2026-04-17");
    place.declare("2026-04-20", "nation").await;
    let rounds = Rounds::of(&place, &pool).await;
    // The day is known and the deadline is behind: by the rows two days are left, and nothing is said.
    rounds.alerts.round().await.unwrap();
    assert_eq!(said(&place, &id).await, Vec::<String>::new());
    rounds.rescheduling.round().await.unwrap();
    place.site.verify().await;
    for day in ["2026-04-17", "2026-04-21", "2026-04-22", "2026-04-23"] {
        at(&place, day);
        rounds.alerts.round().await.unwrap();
    }
    let moved = [
        "Vence el 2026-04-22: quedan 2 días hábiles",
        "Vence el 2026-04-22: queda 1 día hábil",
        "Venció el 2026-04-22",
    ];
    assert_eq!(said(&place, &id).await, moved);
    rounds.tasks.drain().await;
    pool.close().await;
    place.close().await;
}
