//! POST /api/v1/roles/{code}/reinstate

use axum::extract::State;
use domain::directory::RoleWish;
use events::classify::Role;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets it permit again what it did.
pub(crate) async fn handle(
    State(app): State<App>,
    At(code): At<Role>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    super::change(&app, code, RoleWish::Reinstate { reason }, &posted.wish).await
}
