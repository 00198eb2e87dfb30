//! GET /api/v1/stream/feed

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use directory::Act::ReadDocuments;
use platform::http::{Presented, Problem};

use crate::app::{App, Asking, Caller};
use crate::live::Topic;
use crate::params::Params;

/// Answers with every step of every document as it happens: to viewers and administrators all of
/// them, to others those that touch their own offices.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    key: Presented,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    Params::read(query.as_deref()).finish()?;
    let stream = app.live.stream(
        Topic::Feed,
        ReadDocuments,
        (key, caller.sight()),
        asking.wanted,
        &headers,
    );
    stream.await
}
