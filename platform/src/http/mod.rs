//! What every HTTP side of Mesa does alike: problems, bodies, preconditions, keys, health,
//! one log line a request, and a shutdown that loses nobody.
//!
//! A role builds its routes, merges [`health::routes`], and passes the whole through [`wrap`],
//! which adds what surrounds every request. Then [`serve`] runs it until the tasks stop.

pub mod auth;
pub mod contract;
pub mod health;
pub mod json;
pub mod keyring;
pub mod language;
pub mod limit;
mod metrics;
pub mod position;
pub mod precondition;
pub mod problem;
mod serve;
pub mod tokens;
pub mod trace;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;

pub use auth::{Presented, PresentedKey};
pub use health::{Check, Health};
pub use json::{ExactJson, Json};
pub use keyring::{Keyring, Recognised};
pub use language::{Language, Titles};
pub use position::{MESA_MIN_POSITION, MESA_POSITION, MESA_STALE, MinPosition};
pub use precondition::{IdempotencyKey, IfMatch, IfNoneMatch, etag};
pub use problem::{FieldError, Kind, Problem};
pub use serve::serve;
pub use trace::{Outcome, RequestId, RequestTrace};

use crate::ids::Ids;

/// The largest body a request may have, 1 MiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// Surrounds `routes` with what every request gets: an id and a log line, problems in the
/// reader's language for whatever goes wrong (an unknown path, another method, a panic), and a
/// limit on bodies.
pub fn wrap(routes: Router, ids: Arc<dyn Ids>) -> Router {
    routes
        .fallback(async || Problem::new(&problem::NO_SUCH_PATH))
        .method_not_allowed_fallback(async || Problem::new(&problem::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(ids, trace::each_request))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the layer gives the payload away"
)]
fn panicked(payload: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let said = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("nothing that can be shown");
    tracing::error!(panic = said, "a request ended in a panic");
    Problem::new(&problem::INTERNAL_ERROR).into_response()
}

#[cfg(test)]
mod tests;
