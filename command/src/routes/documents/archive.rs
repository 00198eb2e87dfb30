//! POST /api/v1/documents/{id}/archive

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Archive, DocumentCommand};
use events::DocumentId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// How it is kept.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    classification: String,
    retention_years: u32,
    location: String,
}

/// Puts the document away.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Archive(Archive {
        classification: posted.body.classification,
        retention_years: posted.body.retention_years,
        location: posted.body.location,
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
