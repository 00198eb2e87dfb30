//! POST /api/v1/derivations

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::document::{Derive, DocumentCommand};
use events::{Aggregate, DocumentId};
use futures::{StreamExt, stream};
use platform::http::precondition::IDEMPOTENT_REPLAYED;
use platform::http::{FieldError, IfMatch, Json, Language, MESA_POSITION, Outcome, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::derive::Target;
use super::put;
use crate::app::{App, Wish};
use crate::routes::answer::DocumentBody;
use crate::routes::kinds::INVALID_COMMAND;
use crate::routes::outcome;
use crate::routes::posted::Posted;

/// How many documents one request may name.
const MOST: usize = 50;
/// How many are sent on at once.
const TOGETHER: usize = 8;

/// Many documents to one office. Each is sent or not by itself.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Which, 1 to 50, none twice.
    document_ids: Vec<DocumentId>,
    /// Where to.
    target: Target,
    /// Why attended ones are to be open again.
    #[serde(default)]
    reason: Option<String>,
}

/// What became of each, in the order of the request.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "DerivedMany")]
pub(crate) struct Results {
    results: Vec<Item>,
}

/// What became of one document.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "DerivedOne")]
struct Item {
    /// The document.
    document_id: DocumentId,
    /// The status that it alone would have been answered with.
    status: u16,
    /// Whether it was done by an earlier request under the same key.
    replayed: bool,
    /// The document, if it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentBody>,
    /// Why it was not sent, otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    problem: Option<Value>,
}

/// Sends them, each under a key of its own that follows from the request's.
pub(crate) async fn handle(
    State(app): State<App>,
    headers: HeaderMap,
    posted: Posted<Body>,
) -> Result<Response, Problem> {
    let Body {
        document_ids,
        target,
        reason,
    } = posted.body;
    check(&document_ids)?;
    let targets = vec![target.into()];
    let command = DocumentCommand::Derive(Derive { targets, reason });
    let wish = Wish {
        if_match: IfMatch::Absent,
        ..posted.wish
    };
    let language = Language::accepted(&headers);
    let sent = document_ids
        .into_iter()
        .map(|id| one(&app, id, &command, &wish, language));
    let done: Vec<_> = stream::iter(sent).buffered(TOGETHER).collect().await;
    Ok(answer(&app, done))
}

/// The name of each document once, and not too many.
fn check(documents: &[DocumentId]) -> Result<(), Problem> {
    let count = documents.len();
    let wrong = |code, detail: String| {
        let error = FieldError::new("/document_ids", code, detail);
        Err(Problem::new(&INVALID_COMMAND).error(error))
    };
    if !(1..=MOST).contains(&count) {
        let detail = format!("has {count} documents; 1 to {MOST} are allowed");
        return wrong("count", detail);
    }
    if documents.iter().collect::<BTreeSet<_>>().len() < count {
        return wrong("twice", "names a document twice".to_owned());
    }
    Ok(())
}

/// Sends one; says also where it stands in the log, and the word for it.
async fn one(
    app: &App,
    id: DocumentId,
    command: &DocumentCommand,
    wish: &Wish,
    language: Language,
) -> (Item, u64, Outcome) {
    let asking = wish.asking(&format!("derivations {}", Aggregate::Document(id)));
    match put(app, id, command, asking, wish).await {
        Ok(done) => {
            let item = Item {
                document_id: id,
                status: StatusCode::CREATED.as_u16(),
                replayed: done.replayed,
                document: DocumentBody::of(&done),
                problem: None,
            };
            (item, done.history.sequence, outcome::of(&done))
        }
        Err(problem) => {
            let item = Item {
                document_id: id,
                status: problem.kind().status.as_u16(),
                replayed: false,
                document: None,
                problem: Some(problem.to_json(language)),
            };
            (item, 0, Outcome("refused"))
        }
    }
}

fn answer(app: &App, done: Vec<(Item, u64, Outcome)>) -> Response {
    let last = done.iter().map(|(_, sequence, _)| *sequence).max();
    let words = ["appended", "replayed", "nothing"];
    let said = |word: &&str| done.iter().any(|(_, _, outcome)| outcome.0 == *word);
    let word = words.into_iter().find(said).unwrap_or("refused");
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, text: String| {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    };
    if let Some(last) = last.filter(|last| *last > 0) {
        let stream = app.shell.names.log_stream();
        put(MESA_POSITION, format!("{stream}:{last}"));
    }
    if done.iter().all(|(item, _, _)| item.replayed) {
        put(IDEMPOTENT_REPLAYED, "true".to_owned());
    }
    let results = done.into_iter().map(|(item, _, _)| item).collect();
    let told = axum::Extension(Outcome(word));
    (StatusCode::OK, headers, told, Json(Results { results })).into_response()
}
