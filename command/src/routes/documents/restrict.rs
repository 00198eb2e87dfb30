//! POST /api/v1/documents/{id}/restrict

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets only the offices that work on it see it.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = DocumentCommand::Restrict { reason };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
