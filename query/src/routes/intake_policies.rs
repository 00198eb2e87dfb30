//! GET /api/v1/intake-policies

use axum::extract::{RawQuery, State};
use axum::response::Response;
use calendar::IntakePolicy;
use events::classify::Channel;
use platform::http::Problem;
use serde::Serialize;

use super::answer;
use crate::app::{App, Asking};
use crate::page::Page;
use crate::params::Params;

/// How one channel takes documents in.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChannelPolicy")]
pub(super) struct Row {
    channel: Channel,
    /// The policy in force.
    policy: IntakePolicy,
    /// Whether it is the usual one, because nothing was ever said.
    usual: bool,
}

/// Answers with the policy of every channel (R5): there are a few, so one page holds them all.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Params::read(query.as_deref()).finish()?;
    let reached = app.members.reached();
    let intake = app.members.read().clockwork().intake.clone();
    let items = Channel::ALL.iter().map(|channel| {
        let policy = intake.get(channel).copied();
        Row {
            channel: *channel,
            policy: policy.unwrap_or_default(),
            usual: policy.is_none(),
        }
    });
    let page = Page {
        items: items.collect(),
        next: None,
    };
    answer::from_directory(&app, &asking, reached, &page)
}
