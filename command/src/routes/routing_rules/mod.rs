//! Acts on routing rules, one file each.

pub(super) mod change;
pub(super) mod create;
pub(super) mod reinstate;
pub(super) mod retire;

use axum::http::StatusCode;
use domain::directory::{RoutingRule, RoutingRuleCommand};
use events::routing::RoutingRuleSet;
use events::{Aggregate, RoutingRuleId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// A routing rule.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedRoutingRule")]
pub(super) struct Body {
    id: RoutingRuleId,
    version: u64,
    #[serde(flatten)]
    rule: RoutingRuleSet,
    active: bool,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Changes the rule `id` by `command`.
pub(super) async fn change(
    app: &App,
    id: RoutingRuleId,
    command: &RoutingRuleCommand,
    wish: &Wish,
) -> Answered {
    let asking = wish.asking(&Aggregate::RoutingRule(id).to_string());
    carry_out(app, id, command, asking, wish, StatusCode::OK).await
}

/// Carries out `command` on the rule `id`.
pub(super) async fn carry_out(
    app: &App,
    id: RoutingRuleId,
    command: &RoutingRuleCommand,
    asking: Asking,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let aggregate = Aggregate::RoutingRule(id);
    let done = app
        .carry_out(&app.routing_rules, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let RoutingRule::Present { rule, active, .. } = &done.history.state else {
        return Err(Problem::new(&INTERNAL_ERROR));
    };
    let body = Body {
        id,
        version: done.history.version,
        rule: RoutingRuleSet::clone(rule),
        active: *active,
    };
    let location = format!("/api/v1/routing-rules/{id}");
    let read_at = (status, location.as_str());
    Ok(Answer::new(app, &aggregate, &done, read_at, body))
}
