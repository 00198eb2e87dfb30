//! POST /api/v1/documents/{id}/notes

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// A remark.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    text: String,
}

/// Writes it down.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let text = posted.body.text;
    let command = DocumentCommand::AddNote { text };
    carry_out(&app, id, &command, &posted.wish, StatusCode::CREATED).await
}
