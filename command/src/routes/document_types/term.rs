//! POST /api/v1/document-types/{id}/term

use axum::extract::State;
use calendar::Period;
use domain::directory::DocumentTypeCommand;
use events::DocumentTypeId;
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// How long its documents may take.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Those of this category only, 1 to 100 characters; the whole type, if absent.
    #[serde(default)]
    category: Option<String>,
    /// `{"unit": "business_days", "length": 15}`, also `calendar_days` and `months`; no rule of its
    /// own, if absent.
    #[serde(default)]
    period: Option<Period>,
}

/// Says so from now on; deadlines that are there stay.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentTypeId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = DocumentTypeCommand::SetTerm {
        category: body.category,
        period: body.period,
    };
    super::change(&app, id, &command, &posted.wish).await
}
