//! GET /api/v1/calendar

use axum::extract::{RawQuery, State};
use axum::response::Response;
use calendar::{Day, Period, Place};
use platform::http::Problem;
use serde::Serialize;

use super::answer;
use crate::app::{App, Asking};
use crate::params::Params;

/// The days off, and what terms are computed by.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Calendar")]
pub(super) struct Body<'d> {
    /// The version that terms computed now name.
    calendar_version: u64,
    /// How long documents may take where no rule of their type says so; the law's, if absent.
    default_term: Option<Period>,
    /// The days off in force, by date and then the widest scope first.
    days: Vec<&'d Day>,
}

/// Answers with the days off in force; `from` and `to` narrow them down, and `place` (a province,
/// `0801`) to those of an office there.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let span = params.days("from", "to");
    let from = span.as_ref().and_then(|span| span.from);
    let until = span.as_ref().and_then(|span| span.until);
    let place: Option<Place> = params.one("place", "a province, four digits");
    params.finish()?;
    let reached = app.members.reached();
    let directory = app.members.read();
    let clockwork = directory.clockwork();
    let wanted = |day: &&Day| {
        from.is_none_or(|from| from <= day.on)
            && until.is_none_or(|until| day.on < until)
            && (place.is_none() || day.scope.covers(place))
    };
    let body = Body {
        calendar_version: clockwork.calendar.version(),
        default_term: clockwork.default_term,
        days: clockwork.calendar.all().filter(wanted).collect(),
    };
    answer::from_directory(&app, &asking, reached, &body)
}
