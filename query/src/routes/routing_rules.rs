//! GET /api/v1/routing-rules
//!
//! And one of them: `GET /api/v1/routing-rules/{id}`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use directory::RoutingRule;
use events::RoutingRuleId;
use platform::http::Problem;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

/// Answers with the routing rules, by code; `active` narrows them down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let active = params.flag("active");
    catalogue::list(
        &app,
        &asking,
        params,
        "code",
        |row: &RoutingRule| &row.code,
        |all| {
            let wanted = |rule: &&RoutingRule| active.is_none_or(|it| it == rule.active);
            all.routing_rules().filter(wanted).cloned().collect()
        },
    )
}

/// Answers with one routing rule.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: RoutingRuleId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a routing rule"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| all.routing_rule(id).cloned())
}
