//! POST /api/v1/document-types/{id}/change

use axum::extract::State;
use domain::directory::DocumentTypeCommand;
use events::DocumentTypeId;
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// What it is from now on, whole.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    name: String,
    series: String,
}

/// Describes it anew.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentTypeId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = DocumentTypeCommand::Change {
        name: body.name,
        series: body.series,
    };
    super::change(&app, id, &command, &posted.wish).await
}
