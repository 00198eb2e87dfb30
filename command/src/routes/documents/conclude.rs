//! POST /api/v1/documents/{id}/conclude

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Conclude, DocumentCommand};
use events::DocumentId;
use events::classify::Outcome;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// How it ends.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[serde(default)]
    outcome: Option<Outcome>,
    #[serde(default)]
    note: Option<String>,
}

/// Finishes the document.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Conclude(Conclude {
        outcome: posted.body.outcome,
        note: posted.body.note,
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
