//! POST /api/v1/routing-rules/{id}/change

use axum::extract::State;
use domain::directory::RoutingRuleCommand;
use events::RoutingRuleId;
use events::routing::{Conditions, Destination};
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// What the rule says from now on, whole.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[serde(default)]
    when: Conditions,
    suggest: Destination,
    #[serde(default)]
    order: u32,
}

/// Says so.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<RoutingRuleId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = RoutingRuleCommand::Change {
        when: body.when,
        suggest: body.suggest,
        order: body.order,
    };
    super::change(&app, id, &command, &posted.wish).await
}
