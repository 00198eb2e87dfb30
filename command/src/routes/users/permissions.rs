//! POST /api/v1/users/{id}/permissions

use axum::extract::State;
use domain::directory::UserCommand;
use events::directory::UserPermissionsChanged;
use events::{Permissions, UserId};
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// The user's single permissions from now on, whole, beside those of the roles.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// What the user may do whatever the roles.
    #[serde(default)]
    grants: Permissions,
    /// What the user may not do whatever the roles and grants: a denial wins.
    #[serde(default)]
    denials: Permissions,
}

/// Grants and denies them, at once.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<UserId>,
    posted: Posted<Body>,
) -> Answered {
    let Body { grants, denials } = posted.body;
    let command = UserCommand::SetPermissions(UserPermissionsChanged { grants, denials });
    super::change(&app, id, &command, &posted.wish).await
}
