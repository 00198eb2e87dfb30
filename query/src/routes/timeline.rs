//! GET /api/v1/documents/{id}/timeline

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use events::DocumentId;
use platform::http::Problem;
use readmodel::{Scope, SeenBy, TimelineRow};
use serde::Serialize;

use super::answer::respond;
use crate::app::{App, Asking, Caller, body};
use crate::cache::{Kind, Question};
use crate::params::{Params, wrong_path};
use crate::store::{Store, StoreError, timeline};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Timeline {
    document_id: DocumentId,
    seen_by: SeenBy,
    items: Vec<TimelineRow>,
}

/// Answers with the *hoja de ruta* of a document, step by step.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: DocumentId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document"))?;
    Params::read(query.as_deref()).finish()?;
    let load = async || load(&app.store, id).await;
    let (sight, question) = (caller.sight(), question(id));
    let found = app.show(&asking, &sight, &question, load).await?;
    respond(found, &app.freshness, &asking)
}

/// What is asked.
pub(crate) fn question(id: DocumentId) -> Question {
    Question {
        kind: Kind::Timeline,
        name: format!("timeline {id}"),
        scopes: vec![Scope::Document(id)],
    }
}

/// The steps, read.
pub(crate) async fn load(store: &Store, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
    let (seen_by, items) = store.read(|pool| timeline::of(pool, id)).await?;
    if items.is_empty() {
        return Ok(None);
    }
    body(&Timeline {
        document_id: id,
        seen_by,
        items,
    })
}
