//! POST /api/v1/documents/{id}/deadline/extend

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// By how much, and why.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// How many business days are added to the end, 1 to 1,000.
    days: u32,
    /// Why, 1 to 1,000 characters.
    reason: String,
}

/// Lets it be due later (T1).
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let Body { days, reason } = posted.body;
    let command = DocumentCommand::ExtendDeadline { days, reason };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
