//! POST /api/v1/document-types/{id}/reinstate

use axum::extract::State;
use domain::directory::DocumentTypeCommand;
use events::DocumentTypeId;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Uses it again.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentTypeId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = DocumentTypeCommand::Reinstate { reason };
    change(&app, id, &command, &posted.wish).await
}
