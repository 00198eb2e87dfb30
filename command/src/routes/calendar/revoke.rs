//! POST /api/v1/calendar/days/revoke

use axum::extract::State;
use calendar::Scope;
use chrono::NaiveDate;
use domain::directory::CalendarCommand;
use serde::Deserialize;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::Posted;

/// A day off to be taken back.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The day, `2026-07-27`.
    on: NaiveDate,
    /// For whom it is one: `nation`, `region:08`, `province:0801`.
    scope: Scope,
    /// The law or decree that says so, 1 to 200 characters.
    legal_basis: String,
    /// Why, 1 to 1,000 characters.
    reason: String,
}

/// Takes it back.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let command = CalendarCommand::Revoke {
        on: body.on,
        scope: body.scope,
        legal_basis: body.legal_basis,
        reason: body.reason,
    };
    change(&app, &command, &posted.wish).await
}
