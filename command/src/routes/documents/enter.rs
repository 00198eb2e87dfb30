//! POST /api/v1/documents/{id}/register

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use domain::document::RegisterSubmitted;
use events::classify::Priority;
use events::{DocumentId, DocumentTypeId};
use serde::Deserialize;

use super::register::{Warning, normal};
use super::{Answered, answer};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};
use crate::routes::problem;

/// What the desk says of a submitted document; the rest stays as it was submitted.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Its type; the one that was said when absent.
    #[serde(default)]
    document_type_id: Option<DocumentTypeId>,
    /// A finer class within the type.
    #[serde(default)]
    category: Option<String>,
    /// How many sheets; what was said when absent.
    #[serde(default)]
    folios: Option<u32>,
    /// How pressing; `normal` when absent.
    #[serde(default = "normal")]
    priority: Priority,
    /// Words to find it by, at most 10.
    #[serde(default)]
    tags: BTreeSet<String>,
    /// Remarks of the desk; those of the sender when absent.
    #[serde(default)]
    notes: Option<String>,
    /// By when it must be attended, if the document says so.
    #[serde(default)]
    due_on: Option<NaiveDate>,
    /// What it looks like, and is registered all the same.
    #[serde(default)]
    acknowledged_warnings: BTreeSet<Warning>,
    /// That only the offices that work on it see it from the beginning, and why.
    #[serde(default)]
    restricted: Option<Reason>,
}

/// Gives it its number.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = posted.body.into();
    let done = app
        .register_submitted(id, &command, &posted.wish)
        .await
        .map_err(problem::of_registration)?;
    answer(&app, id, &done, StatusCode::OK)
}

impl From<Body> for RegisterSubmitted {
    fn from(body: Body) -> Self {
        Self {
            document_type: body.document_type_id,
            category: body.category,
            folios: body.folios,
            priority: body.priority,
            tags: body.tags,
            notes: body.notes,
            due_on: body.due_on,
            acknowledged_warnings: body
                .acknowledged_warnings
                .into_iter()
                .map(Into::into)
                .collect(),
            restricted: body.restricted.map(|restricted| restricted.reason),
        }
    }
}
