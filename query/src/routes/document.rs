//! GET /api/v1/documents/{id}

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use events::DocumentId;
use platform::http::Problem;
use readmodel::Scope;

use crate::app::{App, Asking, body};
use crate::cache::{Kind, Question};
use crate::params::{Params, wrong_path};
use crate::store::{Store, StoreError, document};

/// Answers with one document: header, custody and every derivation.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document"))?;
    Params::read(query.as_deref()).finish()?;
    answer(&app, &asking, id).await
}

/// The document `id`, from wherever it is kept.
pub(crate) async fn answer(
    app: &App,
    asking: &Asking,
    id: DocumentId,
) -> Result<Response, Problem> {
    let load = async || load(&app.store, id).await;
    app.answer(asking, &question(id), load).await
}

/// What is asked.
pub(crate) fn question(id: DocumentId) -> Question {
    Question {
        kind: Kind::Document(id),
        name: format!("document {id}"),
        scopes: vec![Scope::Document(id)],
    }
}

/// The document, read.
pub(crate) async fn load(store: &Store, id: DocumentId) -> Result<Option<Vec<u8>>, StoreError> {
    let found = store.read(|pool| document::find(pool, id)).await?;
    found.as_ref().map_or(Ok(None), body)
}
