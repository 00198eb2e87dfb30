//! POST /api/v1/documents/{id}/derivations/{n}/assign

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::{DocumentId, UserId};
use serde::Deserialize;

use crate::app::App;
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::{At, Posted};

/// Who is to act.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    user_id: UserId,
}

/// Gives it to that person.
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, ordinal)): At<(DocumentId, u32)>,
    posted: Posted<Body>,
) -> Answered {
    let user = posted.body.user_id;
    let command = DocumentCommand::Assign { ordinal, user };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
