//! GET /api/v1/tracking/{token}
//!
//! The public view of a document (P1): a whitelist of the header and of the steps. A token that is
//! none is answered like one that was never given, and as late as one that is right.

use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use directory::Directory;
use events::classify::DocumentStatus;
use events::{DocumentId, OfficeId, legal_date};
use platform::http::{Json, Problem};
use readmodel::{DocumentDetail, TimelineRow};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::app::App;
use crate::params::Params;
use crate::routes::problem::{missing, of_store};
use crate::routes::{document, timeline};
use crate::store::document as rows;

/// When an answer is given, whatever it is: longer than finding a document takes.
const ANSWER: Duration = Duration::from_millis(60);

/// What the public sees of a document, and nothing else (P1, I13).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(crate) struct Tracked {
    /// None before it is registered.
    number: Option<String>,
    document_type: String,
    status: DocumentStatus,
    filed_on: NaiveDate,
    /// The office that has it, by name.
    office: String,
    due_on: Option<NaiveDate>,
    /// First letters, as `R**** Q*****`.
    sender: String,
    steps: Vec<Step>,
}

/// A step that the public sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
struct Step {
    /// The legal date.
    on: NaiveDate,
    /// What happened, as in the timeline.
    event: String,
    /// The office that it leads to, by name.
    office: Option<String>,
}

/// Steps that are the public's business.
const PUBLIC: [&str; 10] = [
    "document.submitted",
    "document.registered",
    "document.observed",
    "document.corrected",
    "document.not_filed",
    "document.derived",
    "derivation.received",
    "document.attended",
    "document.archived",
    "document.voided",
];

/// Answers with the public view.
pub(crate) async fn handle(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let due = Instant::now() + ANSWER;
    let found = find(&app, &token, query.as_deref()).await;
    tokio::time::sleep_until(due).await;
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((no_store, Json(found?)).into_response())
}

async fn find(app: &App, token: &str, query: Option<&str>) -> Result<Tracked, Problem> {
    Params::read(query).finish()?;
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    // A token that is none is looked up too, under the empty name that none has.
    let token = if token.len() == 32 && token.bytes().all(hex) {
        token
    } else {
        ""
    };
    let found = app
        .store
        .read(|pool| rows::by_token(pool, token.to_owned()))
        .await;
    let id: DocumentId = found
        .map_err(|error| of_store(&error))?
        .ok_or_else(missing)?;
    let load = async || document::load(&app.store, id).await;
    let answer = app.cache.answer(&document::question(id), None, load).await;
    let body = answer
        .map_err(|error| of_store(&error))?
        .body
        .ok_or_else(missing)?;
    let document = serde_json::from_slice(&body).map_err(|_| missing())?;
    let steps = steps_of(app, id).await?;
    Ok(tracked(&document, &steps, &app.members.read()))
}

/// The steps, from wherever they are kept.
async fn steps_of(app: &App, id: DocumentId) -> Result<Vec<TimelineRow>, Problem> {
    #[derive(Deserialize)]
    struct Steps {
        items: Vec<TimelineRow>,
    }
    let load = async || timeline::load(&app.store, id).await;
    let answer = app.cache.answer(&timeline::question(id), None, load).await;
    let body = answer
        .map_err(|error| of_store(&error))?
        .body
        .ok_or_else(missing)?;
    let steps: Steps = serde_json::from_slice(&body).map_err(|_| missing())?;
    Ok(steps.items)
}

/// The whitelist: a function of what is named here, whatever else the document has (I13).
fn tracked(document: &DocumentDetail, steps: &[TimelineRow], directory: &Directory) -> Tracked {
    let row = &document.document;
    let name = |id: OfficeId| directory.office(id).map(|office| office.name.clone());
    let kind = directory.document_type(row.document_type_id);
    let public = |step: &&TimelineRow| PUBLIC.contains(&step.event.as_str());
    Tracked {
        number: row.number.as_ref().map(ToString::to_string),
        document_type: kind.map(|kind| kind.name.clone()).unwrap_or_default(),
        status: row.status,
        filed_on: row.filed_on,
        office: name(row.holder_office_id).unwrap_or_default(),
        due_on: row.due_on(),
        sender: masked(&row.sender.name),
        steps: steps
            .iter()
            .filter(public)
            .map(|step| Step {
                on: legal_date(step.at),
                event: step.event.clone(),
                office: step.to_office_id.and_then(name),
            })
            .collect(),
    }
}

/// The first letter of each word, and a star for each of the others, four at most.
fn masked(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(String::from).unwrap_or_default();
        first + &"*".repeat(letters.count().min(4))
    };
    name.split_whitespace()
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_name_shows_first_letters_alone() {
        assert_eq!(masked("Rosa  Quispe de la Ñ"), "R*** Q**** d* l* Ñ");
        assert_eq!(masked(""), "");
    }
}
