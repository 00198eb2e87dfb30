//! Acts on roles, one file each.

pub(super) mod change;
pub(super) mod create;
pub(super) mod reinstate;
pub(super) mod retire;

use axum::http::StatusCode;
use domain::directory::{RoleCommand, RoleWish};
use events::classify::Role;
use events::{Aggregate, Permissions};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// A role, as it is after the act.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedRole")]
pub(super) struct Body {
    /// Its code, by which users have it.
    code: Role,
    /// How often it was changed.
    version: u64,
    /// The name shown.
    name: String,
    /// What it permits.
    permissions: Permissions,
    /// Whether it permits anything now.
    active: bool,
}

/// How a role is described.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// The name shown, 1 to 200 characters.
    name: String,
    /// What it permits, as words such as `documents.read`.
    permissions: Permissions,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Changes the role `code`.
pub(super) async fn change(app: &App, code: Role, wish: RoleWish, asked: &Wish) -> Answered {
    let asking = asked.asking(&Aggregate::Role(code).to_string());
    let command = RoleCommand { code, wish };
    carry_out(app, &command, asking, asked, StatusCode::OK).await
}

/// Carries out `command` on its role.
pub(super) async fn carry_out(
    app: &App,
    command: &RoleCommand,
    asking: Asking,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let code = command.code;
    let aggregate = Aggregate::Role(code);
    let done = app
        .carry_out(&app.roles, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let directory = app.organisation.now();
    let Some(entry) = directory.role(code) else {
        return Err(Problem::new(&INTERNAL_ERROR));
    };
    let body = Body {
        code,
        version: done.history.version,
        name: entry.name.clone(),
        permissions: entry.permissions,
        active: entry.active,
    };
    let location = format!("/api/v1/roles/{code}");
    Ok(Answer::new(
        app,
        &aggregate,
        &done,
        (status, &location),
        body,
    ))
}
