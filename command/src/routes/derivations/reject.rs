//! POST /api/v1/documents/{id}/derivations/{n}/reject

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;

use crate::app::App;
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::{At, Posted, Reason};

/// Refuses what was sent.
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, ordinal)): At<(DocumentId, u32)>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = DocumentCommand::Reject { ordinal, reason };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
