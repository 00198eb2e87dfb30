//! POST /api/v1/documents/{id}/derivations

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use domain::document::{Derive, DocumentCommand};
use events::classify::DerivationKind;
use events::{DocumentId, OfficeId, UserId};
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// Where to send it.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    targets: Vec<Target>,
    #[serde(default)]
    reason: Option<String>,
}

/// One office it is to go to.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Target {
    office_id: OfficeId,
    kind: DerivationKind,
    #[serde(default)]
    user_id: Option<UserId>,
    #[serde(default)]
    instructions: Option<String>,
    #[serde(default)]
    urgent: bool,
    #[serde(default)]
    answer_required: bool,
    #[serde(default)]
    due: Option<NaiveDate>,
}

/// Sends it.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Derive(Derive {
        targets: posted.body.targets.into_iter().map(Into::into).collect(),
        reason: posted.body.reason,
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::CREATED).await
}

impl From<Target> for domain::document::Target {
    fn from(target: Target) -> Self {
        Self {
            office: target.office_id,
            kind: target.kind,
            user: target.user_id,
            instructions: target.instructions,
            urgent: target.urgent,
            answer_required: target.answer_required,
            due_on: target.due,
        }
    }
}
