//! POST /api/v1/documents/{id}/links

use axum::extract::State;
use axum::http::StatusCode;
use domain::Fault;
use domain::document::{DocumentCommand, DocumentRefusal};
use events::DocumentId;
use events::classify::LinkKind;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};
use crate::routes::problem;

/// The other document.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Which.
    document_id: DocumentId,
    /// What this one is to it.
    kind: LinkKind,
}

/// Ties them together.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let Body { document_id, kind } = posted.body;
    let user = &posted.wish.caller.user;
    if !app.shows(document_id, user).await? {
        return Err(problem::refused(&unknown()));
    }
    let command = DocumentCommand::Link {
        other: document_id,
        kind,
    };
    carry_out(&app, id, &command, &posted.wish, StatusCode::CREATED).await
}

fn unknown() -> DocumentRefusal {
    DocumentRefusal::Invalid(vec![Fault {
        pointer: "/document_id".to_owned(),
        code: "unknown",
        detail: "there is no such document".to_owned(),
    }])
}
