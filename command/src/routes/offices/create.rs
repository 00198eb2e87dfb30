//! POST /api/v1/offices

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::OfficeCommand;
use events::OfficeId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;

/// The office to be set up.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    code: String,
    name: String,
    #[serde(default)]
    parent_id: Option<OfficeId>,
}

/// Sets it up.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let id = OfficeId::of_code(&body.code);
    let command = OfficeCommand::Create {
        code: body.code,
        name: body.name,
        parent: body.parent_id,
    };
    let asking = posted.wish.asking("offices");
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
