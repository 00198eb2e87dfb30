//! POST /api/v1/series

use axum::extract::State;
use axum::http::StatusCode;
use domain::series::SeriesCommand;
use events::{Aggregate, SeriesId};
use platform::http::Problem;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::posted::Posted;
use super::problem;
use crate::app::App;

/// A series that is to begin at a number other than 1.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    code: String,
    year: i32,
    first: u64,
}

/// A series that has begun.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "OpenedSeries")]
pub(crate) struct Opened {
    id: SeriesId,
    version: u64,
    next: u64,
}

/// Lets it begin.
pub(crate) async fn handle(
    State(app): State<App>,
    posted: Posted<Body>,
) -> Result<Answer<Opened>, Problem> {
    let Body { code, year, first } = posted.body;
    let id = SeriesId::new(&code, year).map_err(problem::of_series)?;
    let aggregate = Aggregate::Series(id.clone());
    let series = id.clone();
    let command = SeriesCommand::Open { series, first };
    let asking = posted.wish.asking("series");
    let done = app
        .carry_out(&app.series, &aggregate, &command, asking, &posted.wish)
        .await
        .map_err(problem::of)?;
    let body = Opened {
        id,
        version: done.history.version,
        next: done.history.state.next(),
    };
    let read_at = (StatusCode::CREATED, "/api/v1/series");
    Ok(Answer::new(&app, &aggregate, &done, read_at, body))
}
