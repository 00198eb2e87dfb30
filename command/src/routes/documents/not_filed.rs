//! POST /api/v1/documents/{id}/not-filed

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::DocumentId;

use super::{Answered, carry_out};
use crate::app::{App, Wish};
use crate::routes::posted::At;

/// Says that what was observed was not corrected in time (O2).
pub(crate) async fn handle(State(app): State<App>, At(id): At<DocumentId>, wish: Wish) -> Answered {
    carry_out(
        &app,
        id,
        &DocumentCommand::DeclareNotFiled,
        &wish,
        StatusCode::OK,
    )
    .await
}
