//! GET /api/v1/institution

use axum::extract::{RawQuery, State};
use axum::response::Response;
use events::institution::Profile;
use platform::http::Problem;
use serde::Serialize;

use super::answer;
use crate::app::{App, Asking};
use crate::params::Params;

/// The institution.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Institution")]
pub(super) struct Body {
    #[serde(flatten)]
    profile: Profile,
    /// Whether it is what the configuration says, because nothing was ever set.
    usual: bool,
}

/// Answers with how the institution is described: as it was set, else as the configuration of this
/// role says.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Params::read(query.as_deref()).finish()?;
    let reached = app.members.reached();
    let body = {
        let directory = app.members.read();
        Body {
            profile: app.receipts.institution(&directory),
            usual: directory.institution().is_none(),
        }
    };
    answer::from_directory(&app, &asking, reached, &body)
}
