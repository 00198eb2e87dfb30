//! One id and one log line for each request, and its problems in the reader's language.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::language::Language;
use super::metrics;
use super::position::MESA_POSITION;
use super::problem::Problem;
use crate::ids::Ids;
use crate::telemetry::spans::{self, Span};
use crate::telemetry::trace::{TRACEPARENT, Trace};

/// The header with the id of the request, in every answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the trace id of its `traceparent`, else a new one. Everything that the
/// request causes carries it as its correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

/// The span of a request: the next one of the caller's trace, else the first of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestTrace(pub Trace);

/// What became of what was asked, in one word of the role's own: an extension of an answer, for
/// its line in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome(pub &'static str);

impl<S: Send + Sync> FromRequestParts<S> for RequestId {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let Ok(RequestTrace(trace)) = RequestTrace::from_request_parts(parts, state).await;
        Ok(Self(trace.id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestTrace {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let given = parts.extensions.get::<Self>().copied();
        Ok(given.unwrap_or(Self(Trace::begun(Uuid::nil()))))
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
    let caller = traced(request.headers());
    let trace = caller.map_or_else(
        || Trace::begun(ids.next()),
        |caller| caller.next(ids.as_ref()),
    );
    let id = trace.id;
    request.extensions_mut().insert(RequestTrace(trace));
    let language = Language::accepted(request.headers());
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let span = tracing::info_span!(
        "request",
        request_id = %id,
        trace_id = %trace.trace_id(),
        span_id = %trace.span,
        parent_id = caller.map(|caller| tracing::field::display(caller.span)),
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    let problem = response.extensions_mut().remove::<Problem>();
    let outcome = response.extensions_mut().remove::<Outcome>();
    let slug = problem.as_ref().map(|problem| problem.kind().slug);
    if let Some(problem) = problem {
        response = problem_in_place(problem, &response, language, id);
    }
    let duration = begun.elapsed();
    let mut text = Uuid::encode_buffer();
    if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let route = matched.as_ref().map_or("none", MatchedPath::as_str);
    metrics::count(route, &method, response.status(), duration);
    if spans::are_wanted(trace) && route.starts_with("/api/") {
        let mut told = spanned(&response, &method, route, trace, duration, outcome);
        told.parent = caller.map(|caller| caller.span);
        told.tell();
    }
    let _entered = span.enter();
    tracing::info!(
        http.method = %method,
        http.route = route,
        http.status = response.status().as_u16(),
        http.problem = slug,
        command.outcome = outcome.map(|Outcome(word)| word),
        position = response.headers().get(MESA_POSITION).and_then(|at| at.to_str().ok()),
        duration_ms = duration.as_secs_f64() * 1000.0,
        "request answered"
    );
    response
}

/// The span of a request that was answered.
fn spanned(
    response: &Response,
    method: &Method,
    route: &str,
    trace: Trace,
    took: Duration,
    outcome: Option<Outcome>,
) -> Span {
    let name = format!("{method} {route}");
    let mut span = Span::ended_now(name, spans::Kind::Server, trace, took);
    span.failed = response.status().is_server_error();
    span.text("http.request.method", method.as_str());
    span.text("http.route", route);
    let status = response.status().as_u16();
    span.number("http.response.status_code", status.into());
    if let Some(Outcome(word)) = outcome {
        span.text("mesa.command.outcome", word);
    }
    let position = response.headers().get(MESA_POSITION);
    if let Some(position) = position.and_then(|at| at.to_str().ok()) {
        span.text("mesa.position", position);
    }
    span
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

/// The caller's span, if it says which.
fn traced(headers: &HeaderMap) -> Option<Trace> {
    headers.get(TRACEPARENT)?.to_str().ok()?.parse().ok()
}
