//! POST /api/v1/calendar/default-term

use axum::extract::State;
use calendar::Period;
use domain::directory::CalendarCommand;
use serde::Deserialize;

use super::{Answered, change};
use crate::app::App;
use crate::routes::posted::Posted;

/// How long documents may take where no rule of their type says so.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// `{"unit": "business_days", "length": 30}`, also `calendar_days` and `months`; what the law
    /// says, if absent.
    #[serde(default)]
    period: Option<Period>,
    /// Why, 1 to 1,000 characters.
    reason: String,
}

/// Says so from now on; deadlines that are there stay.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let body = posted.body;
    let command = CalendarCommand::SetDefaultTerm {
        period: body.period,
        reason: body.reason,
    };
    change(&app, &command, &posted.wish).await
}
