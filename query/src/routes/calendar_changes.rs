//! GET /api/v1/calendar/changes

use axum::extract::{RawQuery, State};
use axum::response::Response;
use calendar::{Change, ChangeKind, Day};
use chrono::{DateTime, Utc};
use platform::http::Problem;
use serde::Serialize;

use super::{answer, problem};
use crate::app::{App, Asking};
use crate::params::Params;
use crate::store::calendar::{Progress, progress_of};

/// Changes on a page, when nothing is said, and at most.
const USUAL: usize = 50;
const MOST: usize = 200;

/// The changes of the calendar, the newest first.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "CalendarChanges")]
pub(super) struct Body {
    /// The version that the newest of all changes led to.
    calendar_version: u64,
    /// The changes.
    items: Vec<Item>,
    /// What to give as `before` to read on; absent on the last page.
    next: Option<u64>,
}

/// One change, and how far the deadlines are that it touches (T2).
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "CalendarChange")]
struct Item {
    /// The version it led to.
    version: u64,
    /// Whether the day is one from then on: `declared` or `revoked`.
    kind: &'static str,
    /// The day.
    day: Day,
    /// How many times an open deadline was found that it touches.
    touched: u64,
    /// How many of them are settled.
    done: u64,
    /// How many of those were computed anew by an event; the others had been settled otherwise.
    rescheduled: u64,
    /// When nothing was left to do; absent until then.
    finished_at: Option<DateTime<Utc>>,
}

impl Item {
    fn of(change: Change, progress: Progress) -> Self {
        Self {
            version: change.version,
            kind: match change.kind {
                ChangeKind::Declared => "declared",
                ChangeKind::Revoked => "revoked",
            },
            day: change.day,
            touched: progress.touched,
            done: progress.settled,
            rescheduled: progress.rescheduled,
            finished_at: progress.finished_at,
        }
    }
}

/// Answers with the changes of the calendar; `before` names the version to go on before, `limit` how
/// many there may be.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let before: Option<u64> = params.one("before", "a version of the calendar");
    let limit = params.one_with("limit", "a number from 1 to 200", |text| {
        let limit = text.parse().ok();
        limit.filter(|limit| (1..=MOST).contains(limit))
    });
    params.finish()?;
    let reached = app.members.reached();
    let (calendar_version, changes, next) = {
        let directory = app.members.read();
        let calendar = &directory.clockwork().calendar;
        let all = calendar.changes_since(0);
        let end = before.map_or(all.len(), |before| {
            all.partition_point(|change| change.version < before)
        });
        let begin = end.saturating_sub(limit.unwrap_or(USUAL));
        let page: Vec<Change> = all[begin..end].iter().rev().cloned().collect();
        let last = page.last().map(|change| change.version);
        (calendar.version(), page, last.filter(|_| begin > 0))
    };
    let of = |change: Option<&Change>| change.map_or(0, |change| change.version);
    let (first, last) = (of(changes.last()), of(changes.first()));
    let progress = app.store.read(|pool| progress_of(pool, first, last)).await;
    let progress = progress.map_err(|error| problem::of_store(&error))?;
    let item = |change: Change| {
        let progress = progress.get(&change.version).copied();
        Item::of(change, progress.unwrap_or_default())
    };
    let body = Body {
        calendar_version,
        items: changes.into_iter().map(item).collect(),
        next,
    };
    answer::from_directory(&app, &asking, reached, &body)
}
