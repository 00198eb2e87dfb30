//! GET /api/v1/routing-rules/suggest
//!
//! And for a document that is there: `GET /api/v1/documents/{id}/suggestions`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use directory::Suggestion;
use directory::routing::Facts;
use events::DocumentId;
use events::classify::{Channel, SenderKind};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use readmodel::DocumentDetail;

use super::problem::missing;
use super::{answer, document};
use crate::app::{App, Asking, Caller};
use crate::page::Page;
use crate::params::{Params, wrong_path};

/// Answers with the offices that the rules suggest for what is not registered yet: `type`,
/// `category`, `subject`, `sender_kind`, `sender_number`, `channel`, `registry_office` say what is
/// known of it.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let subject: Option<String> = params.one("subject", "a text");
    let facts = Facts {
        document_type: params.one("type", "the id of a document type"),
        category: params.one("category", "a text"),
        subject: subject.unwrap_or_default(),
        sender_kind: params.words("sender_kind", SenderKind::ALL).pop(),
        sender_number: params.one("sender_number", "a text"),
        channel: params.words("channel", Channel::ALL).pop(),
        registry_office: params.one("registry_office", "the id of an office"),
    };
    params.finish()?;
    suggested(&app, &asking, &facts)
}

/// Answers with the offices that the rules suggest for a document as it is now.
pub(crate) async fn handle_document(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: DocumentId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document"))?;
    Params::read(query.as_deref()).finish()?;
    let load = async || document::load(&app.store, id).await;
    let (sight, question) = (caller.sight(), document::question(id));
    let body = app.show(&asking, &sight, &question, load).await?.body;
    let detail: DocumentDetail = serde_json::from_slice(&body.ok_or_else(missing)?)
        .map_err(|_| Problem::new(&INTERNAL_ERROR))?;
    let row = detail.document;
    let facts = Facts {
        document_type: Some(row.document_type_id),
        category: row.category,
        subject: row.subject,
        sender_kind: Some(row.sender.kind),
        sender_number: row.sender.number,
        channel: Some(row.channel),
        registry_office: Some(row.registry_office_id),
    };
    suggested(&app, &asking, &facts)
}

fn suggested(app: &App, asking: &Asking, facts: &Facts) -> Result<Response, Problem> {
    let reached = app.members.reached();
    let items: Vec<Suggestion> = app.members.read().suggest(facts);
    answer::from_directory(app, asking, reached, &Page { items, next: None })
}
