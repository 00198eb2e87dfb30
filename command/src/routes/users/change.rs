//! POST /api/v1/users/{id}/change

use std::collections::BTreeSet;

use axum::extract::State;
use domain::directory::UserCommand;
use events::classify::Role;
use events::{OfficeId, UserId};
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// What it is from now on, whole.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    name: String,
    #[serde(default)]
    office_ids: Vec<OfficeId>,
    roles: BTreeSet<Role>,
}

/// Describes it anew.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<UserId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = UserCommand::Change {
        name: body.name,
        offices: body.office_ids,
        roles: body.roles,
    };
    super::change(&app, id, &command, &posted.wish).await
}
