//! POST /api/v1/routing-rules/{id}/retire

use axum::extract::State;
use domain::directory::RoutingRuleCommand;
use events::RoutingRuleId;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Lets it suggest nothing more.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<RoutingRuleId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = RoutingRuleCommand::Retire { reason };
    super::change(&app, id, &command, &posted.wish).await
}
