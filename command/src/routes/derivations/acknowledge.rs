//! POST /api/v1/documents/{id}/derivations/{n}/acknowledge

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;

use crate::app::{App, Wish};
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::At;

/// Confirms having seen the copy.
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, ordinal)): At<(DocumentId, u32)>,
    wish: Wish,
) -> Answered {
    let command = DocumentCommand::Acknowledge { ordinal };
    carry_out(&app, id, &command, &wish, StatusCode::OK).await
}
