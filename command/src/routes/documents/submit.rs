//! POST /api/v1/documents/submit

use axum::extract::State;
use domain::document::{DocumentCommand, Submit};
use events::classify::Channel;
use events::{DocumentId, DocumentTypeId, OfficeId};
use serde::Deserialize;

use super::register::Origin;
use super::sender::Sender;
use super::{Answered, begin};
use crate::app::App;
use crate::routes::posted::Posted;
use crate::routes::problem;
use crate::vault::tracking_token;

/// A document handed in at the digital desk; it gets its number when the desk registers it.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Its type, as far as the sender knows.
    document_type_id: DocumentTypeId,
    /// The desk that is to register it; the caller's usual office when absent.
    #[serde(default)]
    office_id: Option<OfficeId>,
    /// The number the sender gave it.
    #[serde(default)]
    external_number: Option<String>,
    /// Who presents it.
    sender: Sender,
    /// What it is about, 1 to 2,000 characters.
    subject: String,
    /// How many sheets.
    folios: u32,
    /// Whether something is enclosed.
    #[serde(default)]
    has_annexes: bool,
    /// Where it came in. It follows from who submits, `exchange` for who may use integrations and
    /// else `web`; another is refused.
    #[serde(default)]
    channel: Option<Channel>,
    /// What the sender says beside it.
    #[serde(default)]
    notes: Option<String>,
    /// Whether the sender expects an answer.
    #[serde(default)]
    answer_required: bool,
    /// Another document it belongs to.
    #[serde(default)]
    related_document_id: Option<DocumentId>,
    /// Where it came from, if from another system.
    #[serde(default)]
    origin: Option<Origin>,
}

/// Takes it in.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let token = tracking_token().map_err(|error| problem::of_vault(&error))?;
    let asking = posted.wish.asking("submissions");
    let origin = posted.body.origin.clone().map(Into::into);
    let document = asking.document(origin.as_ref());
    let command = command(posted.body, document, token);
    begin(&app, document, &command, asking, &posted.wish).await
}

fn command(body: Body, document: DocumentId, tracking_token: String) -> DocumentCommand {
    DocumentCommand::Submit(Box::new(Submit {
        document,
        document_type: body.document_type_id,
        office: body.office_id,
        external_number: body.external_number,
        sender: body.sender.into(),
        subject: body.subject,
        folios: body.folios,
        has_annexes: body.has_annexes,
        channel: body.channel,
        notes: body.notes,
        answer_required: body.answer_required,
        related_document: body.related_document_id,
        origin: body.origin.map(Into::into),
        tracking_token,
    }))
}
