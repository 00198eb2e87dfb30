//! GET /api/v1/stream/totals

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use directory::Act::ReadStatistics;
use platform::http::{Presented, Problem};

use crate::app::{App, Asking, Caller};
use crate::live::Topic;
use crate::params::Params;

/// Answers with the figures of the last thirty days, and each change of them as it happens.
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
        Topic::Totals,
        ReadStatistics,
        (key, caller.sight()),
        asking.wanted,
        &headers,
    );
    stream.await
}
