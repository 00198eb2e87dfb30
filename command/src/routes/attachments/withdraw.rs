//! POST /api/v1/documents/{id}/attachments/{attachment}/withdraw

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::DocumentCommand;
use events::{AttachmentId, DocumentId};

use crate::app::App;
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::{At, Posted, Reason};

/// Says that it does not belong to the document; its bytes stay (A1).
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, attachment)): At<(DocumentId, AttachmentId)>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = DocumentCommand::WithdrawAttachment { attachment, reason };
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
