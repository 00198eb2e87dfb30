//! POST /api/v1/intake-policies/{channel}

use axum::extract::State;
use axum::http::StatusCode;
use calendar::IntakePolicy;
use domain::directory::SetIntakePolicy;
use events::Aggregate;
use events::classify::Channel;
use platform::http::Problem;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::routes::answer::Answer;
use crate::routes::posted::{At, Posted};
use crate::routes::problem;

/// How the channel takes documents in from now on.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// `{"mode": "full_day", "closed_days": "same_day" | "next_business_day"}` or
    /// `{"mode": "office_hours", "cut_off": "16:30:00"}`; without a cut-off, until the office
    /// closes.
    policy: IntakePolicy,
    /// Why, 1 to 1,000 characters.
    reason: String,
}

/// The policy after the act.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedIntakePolicy")]
pub(crate) struct Told {
    channel: Channel,
    version: u64,
    policy: IntakePolicy,
}

/// Says so; what is filed already keeps its date (I9).
pub(crate) async fn handle(
    State(app): State<App>,
    At(channel): At<Channel>,
    posted: Posted<Body>,
) -> Result<Answer<Told>, Problem> {
    let (body, wish) = (posted.body, posted.wish);
    let aggregate = Aggregate::IntakePolicy(channel);
    let asking = wish.asking(&aggregate.to_string());
    let command = SetIntakePolicy {
        policy: body.policy,
        reason: body.reason,
    };
    let done = app
        .carry_out(&app.intake_policies, &aggregate, &command, asking, &wish)
        .await
        .map_err(problem::of)?;
    let told = Told {
        channel,
        version: done.history.version,
        policy: done.history.state.policy.unwrap_or_default(),
    };
    let location = format!("/api/v1/intake-policies/{channel}");
    Ok(Answer::new(
        &app,
        &aggregate,
        &done,
        (StatusCode::OK, &location),
        told,
    ))
}
