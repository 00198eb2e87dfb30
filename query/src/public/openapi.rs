//! GET /api/openapi.json
//!
//! The document of the whole API, as it is committed; `mesa/tests/openapi.rs` holds it to the code.

use axum::http::header;
use axum::response::IntoResponse;

/// The document.
pub(super) const DOCUMENT: &str = include_str!("../../../docs/openapi.json");

/// Answers with it.
pub(crate) async fn handle() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, DOCUMENT)
}
