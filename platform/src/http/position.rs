//! Positions in the log, as headers carry them.
//!
//! Here a position is a text. What it means is known to those who know the log.

use axum::extract::FromRequestParts;
use axum::http::HeaderName;
use axum::http::request::Parts;

use super::problem::{MALFORMED_HEADER, Problem};

/// The header with the position an answer had.
pub const MESA_POSITION: HeaderName = HeaderName::from_static("mesa-position");

/// The header with the position an answer must have reached.
pub const MESA_MIN_POSITION: HeaderName = HeaderName::from_static("mesa-min-position");

/// The header that says `true` when an answer is older than asked for, or could not be checked.
pub const MESA_STALE: HeaderName = HeaderName::from_static("mesa-stale");

/// Characters a position may have.
const LONGEST: usize = 100;

/// The text of `Mesa-Min-Position`, if the request has it: at most 100 visible ASCII characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MinPosition(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for MinPosition {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(MESA_MIN_POSITION) else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default();
        let good =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if good {
            Ok(Self(Some(text.to_owned())))
        } else {
            Err(malformed())
        }
    }
}

/// The problem of a `Mesa-Min-Position` that names no position.
#[must_use]
pub fn malformed() -> Problem {
    Problem::new(&MALFORMED_HEADER)
        .detail("Mesa-Min-Position is the Mesa-Position of an earlier answer")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    #[tokio::test]
    async fn a_position_is_a_short_visible_text() {
        let (mut parts, ()) = Request::new(()).into_parts();
        let absent = MinPosition::from_request_parts(&mut parts, &()).await;
        assert_eq!(absent.unwrap(), MinPosition(None));
        parts
            .headers
            .insert(MESA_MIN_POSITION, HeaderValue::from_static("MESA_LOG:7"));
        let given = MinPosition::from_request_parts(&mut parts, &()).await;
        assert_eq!(given.unwrap().0.as_deref(), Some("MESA_LOG:7"));
        parts
            .headers
            .insert(MESA_MIN_POSITION, HeaderValue::from_static("a b"));
        assert!(
            MinPosition::from_request_parts(&mut parts, &())
                .await
                .is_err()
        );
    }
}
