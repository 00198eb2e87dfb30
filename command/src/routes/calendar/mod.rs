//! Acts on the calendar, one file each.

pub(super) mod declare;
pub(super) mod default_term;
pub(super) mod revoke;

use axum::http::StatusCode;
use calendar::Period;
use domain::directory::CalendarCommand;
use events::Aggregate;
use platform::http::Problem;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};

/// The calendar after the act.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedCalendar")]
pub(super) struct Body {
    /// How many facts it has.
    version: u64,
    /// The version that terms computed from now on name.
    calendar_version: u64,
    /// How many days off are declared.
    days: usize,
    /// How long documents may take where no rule of their type says so; the law's, if absent.
    default_term: Option<Period>,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Carries out `command` on the calendar.
pub(super) async fn change(app: &App, command: &CalendarCommand, wish: &Wish) -> Answered {
    let aggregate = Aggregate::Calendar;
    let asking = wish.asking(&aggregate.to_string());
    let done = app
        .carry_out(&app.calendar, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let calendar = &done.history.state;
    let body = Body {
        version: done.history.version,
        calendar_version: calendar.days.version(),
        days: calendar.days.all().count(),
        default_term: calendar.default_term,
    };
    let place = (StatusCode::OK, "/api/v1/calendar");
    Ok(Answer::new(app, &aggregate, &done, place, body))
}
