//! POST /api/v1/documents/{id}/classify

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Classify, DocumentCommand};
use events::classify::Priority;
use events::{DocumentId, DocumentTypeId};
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// The class it is to have, whole.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    document_type_id: DocumentTypeId,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    tags: BTreeSet<String>,
    priority: Priority,
}

/// Sets it.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Classify(Classify {
        document_type: posted.body.document_type_id,
        category: posted.body.category,
        tags: posted.body.tags,
        priority: posted.body.priority,
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}
