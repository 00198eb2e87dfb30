//! POST /api/v1/documents/{id}/unrestrict

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets everybody who reads documents see it again.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = DocumentCommand::Unrestrict { reason };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
