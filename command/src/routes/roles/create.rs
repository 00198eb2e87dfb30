//! POST /api/v1/roles

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::{RoleCommand, RoleWish};
use events::Permissions;
use events::classify::Role;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;

/// The role to be set up.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Its code: 1 to 31 lower-case letters, digits and underscores, beginning with a letter.
    code: Role,
    /// The name shown, 1 to 200 characters.
    name: String,
    /// What it permits, as words such as `documents.read`.
    permissions: Permissions,
}

/// Sets it up.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let command = RoleCommand {
        code: body.code,
        wish: RoleWish::Create {
            name: body.name,
            permissions: body.permissions,
        },
    };
    let asking = posted.wish.asking("roles");
    carry_out(&app, &command, asking, &posted.wish, StatusCode::CREATED).await
}
