//! GET /api/v1/documents/{id}

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use directory::Sight;
use events::DocumentId;
use platform::http::Problem;
use readmodel::Scope;

use super::answer::respond;
use crate::app::{App, Asking, Caller, body};
use crate::cache::{Answer, Kind, Question};
use crate::params::{Params, wrong_path};
use crate::store::{Store, StoreError, document};

/// Answers with one document: header, custody and every derivation.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document"))?;
    Params::read(query.as_deref()).finish()?;
    answer(&app, &asking, &caller.sight(), id).await
}

/// The document `id`, from wherever it is kept.
pub(crate) async fn answer(
    app: &App,
    asking: &Asking,
    sight: &Sight,
    id: DocumentId,
) -> Result<Response, Problem> {
    let answer = find(app, asking, sight, id).await?;
    respond(answer, &app.freshness, asking)
}

/// The document `id` as it is for who has `sight`.
pub(crate) async fn find(
    app: &App,
    asking: &Asking,
    sight: &Sight,
    id: DocumentId,
) -> Result<Answer, Problem> {
    let load = async || load(&app.store, id).await;
    app.show(asking, sight, &question(id), load).await
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
