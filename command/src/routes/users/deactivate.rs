//! POST /api/v1/users/{id}/deactivate

use axum::extract::State;
use domain::directory::UserCommand;
use events::UserId;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets the user do nothing more.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<UserId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = UserCommand::Deactivate { reason };
    change(&app, id, &command, &posted.wish).await
}
