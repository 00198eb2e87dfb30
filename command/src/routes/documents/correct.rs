//! POST /api/v1/documents/{id}/correct

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Correct, DocumentCommand};
use events::DocumentId;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// What was corrected (O2).
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The names of the items, at least one.
    items: BTreeSet<String>,
    /// What was done.
    #[serde(default)]
    note: Option<String>,
}

/// Takes the correction in.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Correct(Correct {
        items: posted.body.items,
        note: posted.body.note,
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
