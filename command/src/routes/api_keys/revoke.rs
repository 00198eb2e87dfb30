//! POST /api/v1/api-keys/{id}/revoke

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::ApiKeyCommand;
use events::{Aggregate, ApiKeyId};

use super::{Answered, answer, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets the key open nothing any more.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<ApiKeyId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = ApiKeyCommand::Revoke { reason };
    let asking = posted.wish.asking(&Aggregate::ApiKey(id).to_string());
    let done = carry_out(&app, id, &command, asking, &posted.wish).await?;
    Ok(answer(&app, id, &done, StatusCode::OK, (None, None)))
}
