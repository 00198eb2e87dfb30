//! POST /api/v1/documents

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use domain::document::RegisterDocument;
use events::classify::{Channel, DuplicateKind, Priority};
use events::desk::AcknowledgedWarning;
use events::{DocumentId, DocumentTypeId, OfficeId};
use serde::Deserialize;

use super::sender::Sender;
use super::{Answered, answer, located};
use crate::app::App;
use crate::routes::posted::{Posted, Reason};
use crate::routes::problem;

/// A document to be entered in the register.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    document_type_id: DocumentTypeId,
    #[serde(default)]
    office_id: Option<OfficeId>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    external_number: Option<String>,
    sender: Sender,
    subject: String,
    folios: u32,
    #[serde(default)]
    has_annexes: bool,
    #[serde(default = "normal")]
    priority: Priority,
    channel: Channel,
    #[serde(default)]
    tags: BTreeSet<String>,
    #[serde(default)]
    notes: Option<String>,
    #[serde(default)]
    answer_required: bool,
    #[serde(default)]
    presented_at: Option<DateTime<Utc>>,
    #[serde(default)]
    due_on: Option<NaiveDate>,
    #[serde(default)]
    related_document_id: Option<DocumentId>,
    #[serde(default)]
    origin: Option<Origin>,
    /// What it looks like, and is registered all the same (`GET /documents/duplicates`).
    #[serde(default)]
    acknowledged_warnings: BTreeSet<Warning>,
    /// That only the offices that work on it see it from the beginning, and why.
    #[serde(default)]
    restricted: Option<Reason>,
}

/// Where a document came from, if from another system.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GivenOrigin")]
pub(super) struct Origin {
    /// The system.
    integration: String,
    /// Its name there.
    external_id: String,
}

/// A warning that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AcknowledgedWarning")]
pub(super) struct Warning {
    /// What is alike.
    kind: DuplicateKind,
    /// The document that was there.
    document_id: DocumentId,
}

pub(super) const fn normal() -> Priority {
    Priority::Normal
}

/// Enters it.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let command: RegisterDocument = posted.body.into();
    let id = posted
        .wish
        .asking("documents")
        .document(command.origin.as_ref());
    let done = app.register(command, &posted.wish).await;
    let done = done.map_err(|error| located(id, problem::of_registration(error)))?;
    answer(&app, id, &done, StatusCode::CREATED)
}

impl From<Body> for RegisterDocument {
    fn from(body: Body) -> Self {
        Self {
            document_type: body.document_type_id,
            office: body.office_id,
            category: body.category,
            external_number: body.external_number,
            sender: body.sender.into(),
            subject: body.subject,
            folios: body.folios,
            has_annexes: body.has_annexes,
            priority: body.priority,
            channel: body.channel,
            tags: body.tags,
            notes: body.notes,
            answer_required: body.answer_required,
            presented_at: body.presented_at,
            due_on: body.due_on,
            related_document: body.related_document_id,
            origin: body.origin.map(Into::into),
            acknowledged_warnings: body
                .acknowledged_warnings
                .into_iter()
                .map(Into::into)
                .collect(),
            restricted: body.restricted.map(|restricted| restricted.reason),
        }
    }
}

impl From<Origin> for events::document::Origin {
    fn from(origin: Origin) -> Self {
        Self {
            integration: origin.integration,
            external_id: origin.external_id,
        }
    }
}

impl From<Warning> for AcknowledgedWarning {
    fn from(warning: Warning) -> Self {
        Self {
            kind: warning.kind,
            document: warning.document_id,
        }
    }
}
