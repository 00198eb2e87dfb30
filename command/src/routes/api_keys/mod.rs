//! Acts on API keys, one file each.

pub(super) mod create;
pub(super) mod revoke;

use axum::http::StatusCode;
use domain::directory::{ApiKey, ApiKeyCommand};
use events::{Aggregate, ApiKeyId};
use platform::http::Problem;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::asked::Done;
use crate::history::Asking;

/// An API key; its whole text only in the one answer that shows it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedApiKey")]
pub(super) struct Body {
    id: ApiKeyId,
    version: u64,
    revoked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Carries out `command` on the key `id`.
pub(super) async fn carry_out(
    app: &App,
    id: ApiKeyId,
    command: &ApiKeyCommand,
    asking: Asking,
    wish: &Wish,
) -> Result<Done<ApiKey>, Problem> {
    let aggregate = Aggregate::ApiKey(id);
    app.carry_out(&app.api_keys, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)
}

/// The answer that `done` is, with the text of a key that is new.
pub(super) fn answer(
    app: &App,
    id: ApiKeyId,
    done: &Done<ApiKey>,
    status: StatusCode,
    (key, note): (Option<String>, Option<&'static str>),
) -> Answer<Body> {
    let body = Body {
        id,
        version: done.history.version,
        revoked: matches!(done.history.state, ApiKey::Revoked { .. }),
        key,
        note,
    };
    let location = format!("/api/v1/api-keys/{id}");
    Answer::new(app, &Aggregate::ApiKey(id), done, (status, &location), body)
}
