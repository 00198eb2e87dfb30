//! GET /api/v1/stream/documents/{id}

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use directory::Act::ReadDocuments;
use platform::http::{Presented, Problem};

use crate::app::{App, Asking, Caller};
use crate::live::Topic;
use crate::params::{Params, wrong_path};

/// Answers with a document, and each change of it as it happens.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    key: Presented,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document"))?;
    Params::read(query.as_deref()).finish()?;
    let topic = Topic::Document(id);
    let stream = app.live.stream(
        topic,
        ReadDocuments,
        (key, caller.sight()),
        asking.wanted,
        &headers,
    );
    stream.await
}
