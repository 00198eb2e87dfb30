//! POST /api/v1/documents/{id}/derivations/{n}/attend

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Attend, DocumentCommand};
use events::DocumentId;
use events::classify::Outcome;
use serde::Deserialize;

use crate::app::App;
use crate::routes::documents::derive::Target;
use crate::routes::documents::{Answered, carry_out};
use crate::routes::posted::{At, Posted};

/// What was done, and where the document goes next.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    outcome: Option<Outcome>,
    #[serde(default)]
    next_targets: Vec<Target>,
}

/// Does what the derivation asks.
pub(crate) async fn handle(
    State(app): State<App>,
    At((id, ordinal)): At<(DocumentId, u32)>,
    posted: Posted<Body>,
) -> Answered {
    let targets = posted.body.next_targets.into_iter();
    let command = DocumentCommand::Attend(Attend {
        ordinal,
        note: posted.body.note,
        outcome: posted.body.outcome,
        next_targets: targets.map(Into::into).collect(),
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
