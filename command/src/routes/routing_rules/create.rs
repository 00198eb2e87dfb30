//! POST /api/v1/routing-rules

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::RoutingRuleCommand;
use events::RoutingRuleId;
use events::routing::{Conditions, Destination, RoutingRuleSet};
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;

/// The rule to be set up.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    code: String,
    /// What it goes by; everything, if absent.
    #[serde(default)]
    when: Conditions,
    suggest: Destination,
    /// Its place among rules that say equally much: the smallest first.
    #[serde(default)]
    order: u32,
}

/// Sets it up.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let (body, wish) = (posted.body, posted.wish);
    let id = RoutingRuleId::of_code(&body.code);
    let command = RoutingRuleCommand::Create(RoutingRuleSet {
        code: body.code,
        when: body.when,
        suggest: body.suggest,
        order: body.order,
    });
    let asking = wish.asking("routing-rules");
    carry_out(&app, id, &command, asking, &wish, StatusCode::CREATED).await
}
