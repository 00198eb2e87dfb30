//! GET /api/v1/documents/{id}/receipt

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use events::{DocumentId, Fingerprint};
use platform::http::Problem;
use platform::http::problem::{INTERNAL_ERROR, UNAVAILABLE};
use receipt::Format;

use super::answer::said;
use super::document;
use super::problem::missing;
use crate::app::{App, Asking, Caller};
use crate::params::{Params, wrong_path};

/// Answers with the receipt as PDF: `format=a4`, the default, or `format=80mm`.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id = id.parse();
    let id: DocumentId = id.map_err(|_| wrong_path("id", "the id of a document"))?;
    let mut params = Params::read(query.as_deref());
    let format = params.one_with("format", "a4 or 80mm", Format::of_word);
    params.finish()?;
    let format = format.unwrap_or(Format::A4);
    if app.receipts.keys().is_none() {
        return Err(Problem::new(&UNAVAILABLE)
            .detail("this installation has no keys to seal receipts with: see MESA_RECEIPT_KEYS"));
    }
    let found = document::find(&app, &asking, &caller.sight(), id).await?;
    let body = found.body.ok_or_else(missing)?;
    let document = serde_json::from_slice(&body).map_err(|error| broken(&error))?;
    let receipt = app.receipts.of(&document, &app.members.read());
    let receipt = receipt.ok_or_else(|| {
        missing().detail("a document has a receipt when it is registered: this one is submitted")
    })?;
    let name = format!("cargo-{}.pdf", receipt.facts.number);
    let paper = app.receipts.paper(receipt, format).await;
    let paper = paper.map_err(|error| broken(&*error))?;
    let tag = format!("\"{}\"", Fingerprint::of("receipt", &paper));
    let tag = HeaderValue::try_from(tag).map_err(|error| broken(&error))?;
    let mut headers = said(&app.freshness.position(found.position), found.stale, &tag);
    if asking.had.has(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/pdf"),
    );
    let shown = format!("inline; filename=\"{name}\"");
    let shown = HeaderValue::try_from(shown).map_err(|error| broken(&error))?;
    headers.insert(header::CONTENT_DISPOSITION, shown);
    let nosniff = HeaderValue::from_static("nosniff");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    Ok((headers, paper).into_response())
}

fn broken(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error, "a receipt cannot be made");
    Problem::new(&INTERNAL_ERROR)
}
