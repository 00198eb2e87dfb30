//! GET /api/v1/documents/{id}/attachments/{attachment}
//!
//! The bytes of a file, whole or a range of them, as they come out of the object store.

use std::fmt::Write;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use directory::Sight;
use events::{AttachmentId, DocumentId};
use http_range_header::parse_range_header;
use platform::http::Problem;
use platform::http::problem::{INTERNAL_ERROR, NOT_FOUND, RANGE_NOT_SATISFIABLE, UNAVAILABLE};
use platform::objects::ObjectsError;
use readmodel::AttachmentRow;
use serde::Deserialize;

use super::answer::said;
use super::document;
use super::problem::missing;
use crate::app::{App, Asking, Caller};
use crate::params::{Params, wrong_path};

/// A browser that shows a file may neither guess what it is nor run what is in it.
const SAFE: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox",
    ),
    (header::ACCEPT_RANGES, "bytes"),
];

/// Answers with the file.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path((id, attachment)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wrong = |name: &'static str, what| wrong_path(name, what);
    let id: DocumentId = (id.parse()).map_err(|_| wrong("id", "the id of a document"))?;
    let attachment = attachment.parse();
    let attachment = attachment.map_err(|_| wrong("attachment", "the id of an attachment"))?;
    Params::read(query.as_deref()).finish()?;
    let (file, told) = find(&app, &asking, &caller.sight(), id, attachment).await?;
    serve(&app, &asking, &file, told, &headers).await
}

/// The file as the document lists it, and what is said of that list.
async fn find(
    app: &App,
    asking: &Asking,
    sight: &Sight,
    id: DocumentId,
    attachment: AttachmentId,
) -> Result<(AttachmentRow, HeaderMap), Problem> {
    #[derive(Deserialize)]
    struct Listed {
        #[serde(default)]
        attachments: Vec<AttachmentRow>,
    }
    let answer = document::find(app, asking, sight, id).await?;
    let body = answer.body.ok_or_else(missing)?;
    let listed: Listed = serde_json::from_slice(&body).map_err(|error| {
        tracing::error!(%error, "a document cannot be read");
        Problem::new(&INTERNAL_ERROR)
    })?;
    let mut all = listed.attachments.into_iter();
    let file = all.find(|file| file.id == attachment).ok_or_else(missing)?;
    let tag = HeaderValue::try_from(format!("\"{}\"", file.sha256));
    let tag = tag.map_err(|_| Problem::new(&INTERNAL_ERROR))?;
    let position = app.freshness.position(answer.position);
    Ok((file, said(&position, answer.stale, &tag)))
}

/// The bytes that are asked for.
async fn serve(
    app: &App,
    asking: &Asking,
    file: &AttachmentRow,
    mut told: HeaderMap,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    if told
        .get(header::ETAG)
        .is_some_and(|tag| asking.had.has(tag))
    {
        return Ok((StatusCode::NOT_MODIFIED, told).into_response());
    }
    let (status, from, to) = match wanted(file.size, headers, &told)? {
        Some((from, to)) => (StatusCode::PARTIAL_CONTENT, from, to),
        None => (StatusCode::OK, 0, file.size),
    };
    let bytes = app.objects.read(&file.sha256.0, from, to).await;
    let bytes = bytes.map_err(|error| of_objects(&error, file))?;
    for (name, value) in SAFE {
        told.insert(name, HeaderValue::from_static(value));
    }
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(&file.file_name));
    let mut say = |name, text: String| {
        HeaderValue::try_from(text).is_ok_and(|value| told.insert(name, value).is_none())
    };
    say(header::CONTENT_TYPE, file.media_type.clone());
    say(header::CONTENT_LENGTH, (to - from).to_string());
    say(header::CONTENT_DISPOSITION, disposition);
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {from}-{}/{}", to - 1, file.size);
        say(header::CONTENT_RANGE, range);
    }
    Ok((status, told, Body::from_stream(bytes)).into_response())
}

/// The range that is wanted, from and up to but without; none for the whole. Several ranges at once
/// are answered with the whole, as may be done (RFC 9110, 14.2).
fn wanted(size: u64, headers: &HeaderMap, told: &HeaderMap) -> Result<Option<(u64, u64)>, Problem> {
    let asked = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let same = |tag: &HeaderValue| told.get(header::ETAG) == Some(tag);
    let fits = headers.get(header::IF_RANGE).is_none_or(same);
    let Some(parsed) = asked.filter(|_| fits).map(parse_range_header) else {
        return Ok(None);
    };
    // What is no range at all is passed over; what lies outside of the file is not.
    let Ok(parsed) = parsed else { return Ok(None) };
    let Ok(ranges) = parsed.validate(size) else {
        let all = HeaderValue::try_from(format!("bytes */{size}"));
        let problem = Problem::new(&RANGE_NOT_SATISFIABLE);
        return Err(match all {
            Ok(all) => problem.header(header::CONTENT_RANGE, all),
            Err(_) => problem,
        });
    };
    Ok(match ranges.as_slice() {
        [one] => Some((*one.start(), *one.end() + 1)),
        _ => None,
    })
}

/// A name as a header may carry it (RFC 8187).
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn of_objects(error: &ObjectsError, file: &AttachmentRow) -> Problem {
    let error: &(dyn std::error::Error + 'static) = error;
    tracing::error!(error, attachment.id = %file.id, "the bytes of a file cannot be read");
    match error.downcast_ref() {
        Some(ObjectsError::Missing) => {
            Problem::new(&NOT_FOUND).detail("the object store does not have the bytes of this file")
        }
        _ => Problem::new(&UNAVAILABLE).detail("the object store does not answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &'static str) -> Result<Option<(u64, u64)>, StatusCode> {
        let headers = [(header::RANGE, HeaderValue::from_static(text))];
        let found = wanted(100, &headers.into_iter().collect(), &HeaderMap::new());
        found.map_err(|problem| problem.kind().status)
    }

    #[test]
    fn one_range_is_given_as_asked_and_what_is_none_is_the_whole() {
        assert_eq!(range("bytes=0-9"), Ok(Some((0, 10))));
        assert_eq!(range("bytes=90-"), Ok(Some((90, 100))));
        assert_eq!(range("bytes=-5"), Ok(Some((95, 100))));
        assert_eq!(range("bytes=0-9,20-29"), Ok(None));
        assert_eq!(range("sheets=1-2"), Ok(None));
        assert_eq!(range("bytes=100-"), Err(StatusCode::RANGE_NOT_SATISFIABLE));
    }

    #[test]
    fn a_name_is_written_so_that_no_header_breaks() {
        assert_eq!(
            encoded("Plano N.º 1\r\n.pdf"),
            "Plano%20N.%C2%BA%201%0D%0A.pdf"
        );
    }
}
