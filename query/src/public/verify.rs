//! GET /api/v1/receipts/verify
//!
//! Whether the code of a receipt is genuine, and whether the document still is what it says.

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use platform::http::problem::UNAVAILABLE;
use platform::http::{Json, Problem};
use receipt::{Claim, ClaimError};
use serde::Serialize;

use crate::app::App;
use crate::params::Params;
use crate::receipts::facts;
use crate::routes::document;
use crate::store::document as rows;

/// What is said of a code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(crate) struct Verdict {
    /// Whether the seal holds.
    valid: bool,
    /// Why it does not: `malformed`, `unknown_key` or `forged`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// What it says, when it holds.
    #[serde(flatten)]
    says: Option<Says>,
}

/// What a genuine receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
struct Says {
    number: String,
    filed_on: NaiveDate,
    key: String,
    /// `current` when the document still is what was sealed, `changed` when it is not, `unknown`
    /// when that cannot be seen now.
    document: &'static str,
}

/// Answers with the verdict on `code`: the text of the QR code, with or without its address.
pub(crate) async fn handle(
    State(app): State<App>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let code: Option<String> = params.one("code", "the text of the code on a receipt");
    params.finish()?;
    let Some(keys) = app.receipts.keys() else {
        let detail = "this installation has no keys of receipts: see MESA_RECEIPT_KEYS";
        return Err(Problem::new(&UNAVAILABLE).detail(detail));
    };
    let claim = code.unwrap_or_default().parse::<Claim>();
    let checked = claim.and_then(|claim| claim.check(keys).map(|()| claim));
    let verdict = match checked {
        Ok(claim) => Verdict {
            valid: true,
            reason: None,
            says: Some(says(&app, claim).await),
        },
        Err(error) => Verdict {
            valid: false,
            reason: Some(word(error)),
            says: None,
        },
    };
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(verdict)).into_response())
}

const fn word(error: ClaimError) -> &'static str {
    match error {
        ClaimError::Malformed => "malformed",
        ClaimError::UnknownKey | ClaimError::NoKey => "unknown_key",
        ClaimError::Forged => "forged",
    }
}

async fn says(app: &App, claim: Claim) -> Says {
    let document = match is_current(app, &claim).await {
        Some(true) => "current",
        Some(false) => "changed",
        None => "unknown",
    };
    Says {
        number: claim.number,
        filed_on: claim.filed_on,
        key: claim.key,
        document,
    }
}

async fn is_current(app: &App, claim: &Claim) -> Option<bool> {
    let number = claim.number.as_str();
    let id = app.store.read(|pool| rows::by_number(pool, number)).await;
    let id = id.ok()??;
    let load = async || document::load(&app.store, id).await;
    let answer = app.cache.answer(&document::question(id), None, load).await;
    let document = serde_json::from_slice(&answer.ok()?.body?).ok()?;
    facts(&document).map(|facts| claim.is_of(&facts))
}
