//! Acts on offices, one file each.

pub(super) mod change;
pub(super) mod close;
pub(super) mod create;
pub(super) mod reopen;
pub(super) mod situate;

use axum::http::StatusCode;
use calendar::{OfficeHours, Place};
use domain::directory::{Office, OfficeCommand};
use events::{Aggregate, OfficeId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// An office.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedOffice")]
pub(super) struct Body {
    id: OfficeId,
    version: u64,
    code: String,
    name: String,
    parent_id: Option<OfficeId>,
    active: bool,
    place: Option<Place>,
    hours: Option<OfficeHours>,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Changes the office `id` by `command`.
pub(super) async fn change(
    app: &App,
    id: OfficeId,
    command: &OfficeCommand,
    wish: &Wish,
) -> Answered {
    let asking = wish.asking(&Aggregate::Office(id).to_string());
    carry_out(app, id, command, asking, wish, StatusCode::OK).await
}

/// Carries out `command` on the office `id`.
pub(super) async fn carry_out(
    app: &App,
    id: OfficeId,
    command: &OfficeCommand,
    asking: Asking,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let aggregate = Aggregate::Office(id);
    let done = app
        .carry_out(&app.offices, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let Office::Present {
        code,
        description,
        active,
        situation,
        ..
    } = &done.history.state
    else {
        return Err(Problem::new(&INTERNAL_ERROR));
    };
    let body = Body {
        id,
        version: done.history.version,
        code: code.clone(),
        name: description.name.clone(),
        parent_id: description.parent,
        active: *active,
        place: situation.place,
        hours: situation.hours,
    };
    let location = format!("/api/v1/offices/{id}");
    Ok(Answer::new(
        app,
        &aggregate,
        &done,
        (status, &location),
        body,
    ))
}
