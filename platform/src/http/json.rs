//! JSON bodies, in and out.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::MAX_BODY;
use super::problem::{
    BODY_TOO_LARGE, FieldError, INTERNAL_ERROR, MALFORMED_BODY, Problem, UNSUPPORTED_MEDIA_TYPE,
};

/// A JSON body. As an extractor it answers a wrong body with a problem that points to the place;
/// as an answer it is `application/json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

/// A JSON body with the very bytes that came: for those who compare requests by digest.
#[derive(Clone, Debug)]
pub struct ExactJson<T> {
    /// What the body says.
    pub value: T,
    /// The body.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let exact = ExactJson::from_request(request, state).await?;
        Ok(Self(exact.value))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ExactJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(&UNSUPPORTED_MEDIA_TYPE)
                .detail("send the body with `Content-Type: application/json`"));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let kind = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, kind)], body).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "an answer has no JSON form");
                Problem::new(&INTERNAL_ERROR).into_response()
            }
        }
    }
}

/// Reads a JSON body.
///
/// # Errors
///
/// A [`MALFORMED_BODY`] problem whose `errors` point to the place.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut text).map_err(|error| {
        let place = pointer(error.path());
        malformed(place, error.inner())
    })?;
    text.end()
        .map_err(|error| malformed(String::new(), &error))?;
    Ok(value)
}

fn malformed(place: String, error: &serde_json::Error) -> Problem {
    let said = error.to_string();
    if error.is_syntax() || error.is_eof() {
        return Problem::new(&MALFORMED_BODY).error(FieldError::new("", "not_json", said));
    }
    let (code, place) = if said.starts_with("unknown field `") {
        ("unknown_field", last_named(place, &said))
    } else if said.starts_with("missing field `") {
        ("missing_field", last_named(place, &said))
    } else if said.starts_with("unknown variant `") {
        ("unknown_word", place)
    } else {
        ("wrong_value", place)
    };
    let detail = said
        .rsplit_once(" at line ")
        .map_or(said.as_str(), |(what, _)| what)
        .to_owned();
    Problem::new(&MALFORMED_BODY).error(FieldError::new(place, code, detail))
}

/// `place` with the field that the message names between the first backquotes as its last part.
fn last_named(place: String, said: &str) -> String {
    let Some(name) = said.split('`').nth(1) else {
        return place;
    };
    let part = format!("/{}", escaped(name));
    if place.ends_with(&part) {
        place
    } else {
        place + &part
    }
}

/// A path as an RFC 6901 pointer.
fn pointer(path: &Path) -> String {
    let part = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(part).collect()
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase())
        .is_some_and(|kind| {
            kind == "application/json"
                || (kind.starts_with("application/") && kind.ends_with("+json"))
        })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is the argument of a map_err"
)]
fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(&BODY_TOO_LARGE).detail(format!("a body has at most {MAX_BODY} bytes"))
    } else {
        Problem::new(&MALFORMED_BODY).detail("the body could not be read whole")
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[expect(dead_code, reason = "only its form matters here")]
        targets: Vec<Target>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Target {
        #[expect(dead_code, reason = "only its form matters here")]
        office_id: u32,
    }

    fn refused(body: &str) -> FieldError {
        let problem = parse::<Order>(body.as_bytes()).unwrap_err();
        problem.field_errors()[0].clone()
    }

    #[test]
    fn a_wrong_value_is_pointed_to() {
        let error = refused(r#"{"targets":[{"office_id":1},{"office_id":"x"}]}"#);
        assert_eq!(error.pointer, "/targets/1/office_id");
        assert_eq!(error.code, "wrong_value");
    }

    #[test]
    fn an_unknown_field_is_pointed_to() {
        let error = refused(r#"{"targets":[{"office_id":1,"a/b":2}]}"#);
        assert_eq!(error.pointer, "/targets/0/a~1b");
        assert_eq!(error.code, "unknown_field");
    }

    #[test]
    fn a_missing_field_is_pointed_to() {
        let error = refused(r#"{"targets":[{}]}"#);
        assert_eq!(error.pointer, "/targets/0/office_id");
        assert_eq!(error.code, "missing_field");
        assert_eq!(error.detail, "missing field `office_id`");
    }

    #[test]
    fn what_is_no_json_and_what_follows_the_json_is_refused() {
        assert_eq!(refused("{").code, "not_json");
        assert_eq!(refused(r#"{"targets":[]} x"#).code, "not_json");
    }
}
