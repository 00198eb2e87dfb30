//! Acts on users, one file each.

pub(super) mod activate;
pub(super) mod change;
pub(super) mod create;
pub(super) mod deactivate;
pub(super) mod permissions;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domain::directory::{User, UserCommand};
use events::classify::Role;
use events::{Aggregate, OfficeId, Permissions, UserId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// A user.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedUser")]
pub(super) struct Body {
    id: UserId,
    version: u64,
    name: String,
    office_ids: Vec<OfficeId>,
    roles: BTreeSet<Role>,
    grants: Permissions,
    denials: Permissions,
    active: bool,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Changes the user `id` by `command`.
pub(super) async fn change(app: &App, id: UserId, command: &UserCommand, wish: &Wish) -> Answered {
    let asking = wish.asking(&Aggregate::User(id).to_string());
    carry_out(app, id, command, asking, wish, StatusCode::OK).await
}

/// Carries out `command` on the user `id`.
pub(super) async fn carry_out(
    app: &App,
    id: UserId,
    command: &UserCommand,
    asking: Asking,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let aggregate = Aggregate::User(id);
    let done = app
        .carry_out(&app.users, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let User::Present {
        description,
        permissions,
        active,
        ..
    } = &done.history.state
    else {
        return Err(Problem::new(&INTERNAL_ERROR));
    };
    let body = Body {
        id,
        version: done.history.version,
        name: description.name.clone(),
        office_ids: description.offices.clone(),
        roles: description.roles.clone(),
        grants: permissions.grants,
        denials: permissions.denials,
        active: *active,
    };
    let location = format!("/api/v1/users/{id}");
    Ok(Answer::new(
        app,
        &aggregate,
        &done,
        (status, &location),
        body,
    ))
}
