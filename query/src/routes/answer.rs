//! Answers with what is said about them: tag, position, staleness.

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::Fingerprint;
use platform::http::problem::NOT_FOUND;
use platform::http::{IfNoneMatch, MESA_POSITION, MESA_STALE, Problem, etag};
use readmodel::Position;
use serde::Serialize;

use crate::app::{App, Asking, body};
use crate::cache::Answer;
use crate::freshness::Freshness;
use crate::routes::problem;

/// The answer, or 304 when the caller has it, or 404 when there is none.
pub(crate) fn respond(
    answer: Answer,
    freshness: &Freshness,
    asking: &Asking,
) -> Result<Response, Problem> {
    let position = freshness.position(answer.position);
    let headers = said(
        &position,
        answer.stale || asking.directory_behind,
        &answer.tag,
    );
    let Some(body) = answer.body else {
        let missing = Problem::new(&NOT_FOUND);
        let told = [MESA_POSITION, MESA_STALE].into_iter();
        return Err(
            told.fold(missing, |problem, name| match headers.get(&name) {
                Some(value) => problem.header(name, value.clone()),
                None => problem,
            }),
        );
    };
    let nothing = IfNoneMatch::of(&HeaderMap::new());
    let had = if answer.is_whole {
        &asking.had
    } else {
        &nothing
    };
    Ok(sent(body, headers, &answer.tag, had))
}

/// An answer from the directory in memory.
pub(crate) fn from_directory<T: Serialize>(
    app: &App,
    asking: &Asking,
    reached: u64,
    value: &T,
) -> Result<Response, Problem> {
    let bytes = body(value).map_err(|error| problem::of_store(&error))?;
    let bytes = Bytes::from(bytes.unwrap_or_default());
    let tag = format!("\"{}\"", Fingerprint::of("answer", &bytes));
    let tag = HeaderValue::try_from(tag).unwrap_or_else(|_| etag(0));
    let position = Position::new(app.names.directory_stream(), reached);
    let stale = asking.directory_behind || !app.members.is_connected();
    let headers = said(&position, stale, &tag);
    Ok(sent(bytes, headers, &tag, &asking.had))
}

pub(crate) fn said(position: &Position, stale: bool, tag: &HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    headers.insert(
        header::VARY,
        HeaderValue::from_static("authorization, x-api-key"),
    );
    if let Ok(position) = HeaderValue::try_from(position.to_string()) {
        headers.insert(MESA_POSITION, position);
    }
    if stale {
        headers.insert(MESA_STALE, HeaderValue::from_static("true"));
    }
    headers
}

fn sent(body: Bytes, mut headers: HeaderMap, tag: &HeaderValue, had: &IfNoneMatch) -> Response {
    if had.has(tag) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    (headers, body).into_response()
}
