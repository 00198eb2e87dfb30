//! One id and one log line for each request, and its problems in the reader's language.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::language::Language;
use super::problem::Problem;
use crate::ids::Ids;

/// The header with the id of the request, in every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The id of a request: the trace id of its `traceparent`, else a new one. Everything that the
/// request causes carries it as its correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let given = parts.extensions.get::<Self>().copied();
        Ok(given.unwrap_or(Self(Uuid::nil())))
    }
}

/// The outermost layer. The line has the pattern of the route, never the path or the query: they
/// may hold personal data.
pub(super) async fn each_request(
    State(ids): State<Arc<dyn Ids>>,
    mut request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let id = traced(request.headers()).unwrap_or_else(|| ids.next());
    request.extensions_mut().insert(RequestId(id));
    let language = Language::accepted(request.headers());
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", correlation = %id);
    let mut response = next.run(request).instrument(span.clone()).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let slug = problem.as_ref().map(|problem| problem.kind().slug);
    if let Some(problem) = problem {
        response = problem_in_place(problem, &response, language, id);
    }
    let duration = begun.elapsed();
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let _entered = span.enter();
    tracing::info!(
        http.method = %method,
        http.route = %route,
        http.status = response.status().as_u16(),
        http.problem = slug,
        duration_ms = duration.as_secs_f64() * 1000.0,
        "request answered"
    );
    response
}

/// `problem` in `language`, keeping the headers that layers in between have added.
fn problem_in_place(problem: Problem, given: &Response, language: Language, id: Uuid) -> Response {
    let mut response = problem.render(language, Some(id));
    for (name, value) in given.headers() {
        if !response.headers().contains_key(name) && name != axum::http::header::CONTENT_LENGTH {
            response.headers_mut().append(name, value.clone());
        }
    }
    response
}

/// The trace id of a W3C `traceparent`.
fn traced(headers: &HeaderMap) -> Option<Uuid> {
    let text = headers.get(TRACEPARENT)?.to_str().ok()?;
    let mut parts = text.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let id = (version.len() == 2 && trace.len() == 32)
        .then(|| Uuid::try_parse(trace).ok())
        .flatten()?;
    (!id.is_nil()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str) -> Option<Uuid> {
        let mut headers = HeaderMap::new();
        headers.insert(TRACEPARENT, HeaderValue::from_static(text));
        traced(&headers)
    }

    #[test]
    fn the_trace_id_of_the_caller_is_taken_when_it_is_one() {
        let id = of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assert_eq!(id, "0af7651916cd43dd8448eb211c80319c".parse().ok());
        assert_eq!(of("00-00000000000000000000000000000000-b7-01"), None);
        assert_eq!(of("junk"), None);
        assert_eq!(traced(&HeaderMap::new()), None);
    }
}
