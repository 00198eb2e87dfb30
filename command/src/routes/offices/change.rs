//! POST /api/v1/offices/{id}/change

use axum::extract::State;
use domain::directory::OfficeCommand;
use events::OfficeId;
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
    parent_id: Option<OfficeId>,
}

/// Describes it anew.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<OfficeId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = OfficeCommand::Change {
        name: body.name,
        parent: body.parent_id,
    };
    super::change(&app, id, &command, &posted.wish).await
}
