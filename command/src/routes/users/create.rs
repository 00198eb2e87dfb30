//! POST /api/v1/users

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::UserCommand;
use events::classify::Role;
use events::{OfficeId, UserId};
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;

/// The user to be set up.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    login: String,
    name: String,
    #[serde(default)]
    office_ids: Vec<OfficeId>,
    roles: BTreeSet<Role>,
}

/// Sets it up.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let id = UserId::of_login(&body.login);
    let command = UserCommand::Create {
        login: body.login,
        name: body.name,
        offices: body.office_ids,
        roles: body.roles,
    };
    let asking = posted.wish.asking("users");
    carry_out(
        &app,
        id,
        &command,
        asking,
        &posted.wish,
        StatusCode::CREATED,
    )
    .await
}
