//! GET /api/v1/documents/duplicates

use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{Days, NaiveDate, NaiveTime};
use directory::Sight;
use platform::http::Problem;
use readmodel::Scope;
use serde::Serialize;

use crate::app::{App, Asking, Caller, body};
use crate::cache::{Kind, Question};
use crate::params::Params;
use crate::store::duplicates::{self, DuplicatesAsked, Warning};

/// How many days back a nearly equal subject counts.
const DAYS: u64 = 30;

/// What a document that is to be registered looks like. It is asked before registering, and never
/// keeps anybody from it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct Warnings {
    /// One of a kind for each document; none when there is nothing alike.
    warnings: Vec<Warning>,
}

/// Answers with the documents that look like the one described.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = read(query.as_deref(), app.today(), caller.sight())?;
    let question = Question {
        kind: Kind::List,
        name: format!("duplicates {}", serde_json::json!(wanted)),
        scopes: vec![Scope::Documents],
    };
    let load = async || {
        let found = app.store.read(|pool| duplicates::find(pool, &wanted));
        let warnings = found.await?;
        body(&Warnings { warnings })
    };
    app.answer(&asking, &question, load).await
}

fn read(query: Option<&str>, today: NaiveDate, sight: Sight) -> Result<DuplicatesAsked, Problem> {
    let mut params = Params::read(query);
    let text = "a text of at most 300 characters";
    let hash = "a SHA-256, 64 hex digits";
    let first = today.checked_sub_days(Days::new(DAYS)).unwrap_or(today);
    let wanted = DuplicatesAsked {
        sender_number: params.one("sender_number", text),
        sender_name: params.one("sender_name", text),
        external_number: params.one("external_number", text),
        subject: params.one("subject", text),
        files: params.many_with("sha256", hash, |text| {
            let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hash.then(|| text.to_ascii_lowercase())
        }),
        except: params.one("except", "the id of a document"),
        sight,
        since: first.and_time(NaiveTime::MIN).and_utc(),
    };
    params.finish()?;
    Ok(wanted)
}
