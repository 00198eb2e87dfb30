//! POST /api/v1/offices/{id}/close

use axum::extract::State;
use domain::directory::OfficeCommand;
use events::OfficeId;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets it take no more documents.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<OfficeId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = OfficeCommand::Close { reason };
    change(&app, id, &command, &posted.wish).await
}
