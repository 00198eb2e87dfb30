//! POST /api/v1/calendar/days

use axum::extract::State;
use calendar::{Day, Scope};
use chrono::NaiveDate;
use domain::directory::CalendarCommand;
use serde::Deserialize;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::Posted;

/// Days off to be declared, all or none; those that are declared just so are passed over.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The days, 1 to 400.
    days: Vec<DayBody>,
    /// Why they are entered, 1 to 1,000 characters.
    reason: String,
}

/// A day off.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GivenDay")]
struct DayBody {
    /// The day, `2026-07-27`.
    on: NaiveDate,
    /// For whom: `nation`, `region:08`, `province:0801`.
    scope: Scope,
    /// What it is, 1 to 200 characters.
    name: String,
    /// The law or decree that says so, 1 to 200 characters.
    legal_basis: String,
    /// Whether terms stand still on it; they do, if absent.
    #[serde(default = "stands_still")]
    suspends_terms: bool,
}

const fn stands_still() -> bool {
    true
}

/// Declares them.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let days = body.days.into_iter().map(|day| Day {
        on: day.on,
        scope: day.scope,
        name: day.name,
        legal_basis: day.legal_basis,
        suspends_terms: day.suspends_terms,
    });
    let command = CalendarCommand::Declare {
        days: days.collect(),
        reason: body.reason,
    };
    change(&app, &command, &posted.wish).await
}
