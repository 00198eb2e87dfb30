//! What anybody may ask, without a key: where a document stands, by the token on its receipt (P1), and
//! whether a receipt is genuine; and what the API promises.
//!
//! The whole surface is [`ROUTES`]. Nothing here tells more than its whitelist (I13).

mod docs;
mod openapi;
mod page;
mod tracking;
mod verify;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform::http::Problem;
use platform::http::problem::UNAVAILABLE;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::receipts::PAGE;

pub(crate) use tracking::Tracked;
pub(crate) use verify::Verdict;

/// Every route that needs no key, always by `GET`.
pub(crate) const ROUTES: &[&str] = &[
    "/api/v1/tracking/{token}",
    "/api/v1/receipts/verify",
    PAGE,
    "/api/openapi.json",
    "/docs",
];

/// All of them.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route(ROUTES[0], get(tracking::handle))
        .route(ROUTES[1], get(verify::handle))
        .route(ROUTES[2], get(page::handle))
        .route(ROUTES[3], get(openapi::handle))
        .route(ROUTES[4], get(docs::handle))
        .layer(from_fn(some_at_a_time))
}

/// How many of the public are answered at a time: those who work here are never kept waiting by it.
const AT_A_TIME: usize = 32;
static PLACES: Semaphore = Semaphore::const_new(AT_A_TIME);

/// Lets in as many as may be answered at a time, and asks the others to come again.
async fn some_at_a_time(request: Request, next: Next) -> Response {
    match PLACES.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => Problem::new(&UNAVAILABLE)
            .detail("too many ask at the same time")
            .header(header::RETRY_AFTER, HeaderValue::from_static("1"))
            .into_response(),
    }
}
