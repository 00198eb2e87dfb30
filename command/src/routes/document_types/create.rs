//! POST /api/v1/document-types

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::DocumentTypeCommand;
use events::DocumentTypeId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;

/// The document type to be set up.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    code: String,
    name: String,
    series: String,
}

/// Sets it up.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let id = DocumentTypeId::of_code(&body.code);
    let command = DocumentTypeCommand::Create {
        code: body.code,
        name: body.name,
        series: body.series,
    };
    let asking = posted.wish.asking("document-types");
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
