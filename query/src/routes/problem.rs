//! Everything that can go wrong with a question, as a problem.

use axum::http::{HeaderValue, header};
use platform::http::Problem;
use platform::http::problem::{FORBIDDEN, INTERNAL_ERROR, NOT_FOUND, UNAVAILABLE};

use crate::store::StoreError;

/// Seconds after which asking again may help.
const RETRY_AFTER: &str = "1";

/// The database gave nothing.
pub(crate) fn of_store(error: &StoreError) -> Problem {
    match error {
        StoreError::Away(_) => Problem::new(&UNAVAILABLE)
            .detail("the read models do not answer, and nothing is kept for this question")
            .header(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER)),
        StoreError::Broken(error) => {
            tracing::error!(%error, "a read went wrong");
            Problem::new(&INTERNAL_ERROR)
        }
    }
}

/// The caller may not read what belongs to this office.
pub(crate) fn other_office() -> Problem {
    Problem::new(&FORBIDDEN).detail(
        "name an office you belong to; what lies in others is read by viewers and administrators",
    )
}

/// There is nothing with this id.
pub(crate) fn missing() -> Problem {
    Problem::new(&NOT_FOUND)
}
