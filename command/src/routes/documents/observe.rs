//! POST /api/v1/documents/{id}/observe

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{DocumentCommand, Observe};
use events::DocumentId;
use events::desk::ObservedItem;
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// All that is to be corrected, in one act (O1).
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// 1 to 50 items.
    items: Vec<Item>,
}

/// One thing to be corrected.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GivenItem")]
struct Item {
    /// A short name, unique among the items of the document.
    item: String,
    /// What is wrong, and how it is put right.
    detail: String,
}

/// Observes it.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let items = posted.body.items.into_iter().map(Into::into);
    let command = DocumentCommand::Observe(Observe {
        items: items.collect(),
    });
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}

impl From<Item> for ObservedItem {
    fn from(item: Item) -> Self {
        Self {
            item: item.item,
            detail: item.detail,
        }
    }
}
