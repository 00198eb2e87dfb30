//! POST /api/v1/documents/{id}/amend

use axum::extract::State;
use axum::http::StatusCode;
use domain::document::{Amend, DocumentCommand, FieldAmendment};
use events::DocumentId;
use serde::{Deserialize, Deserializer};

use super::sender::Sender;
use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// What is to be put right: each field that is given, also one given as `null`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    sender: Option<Sender>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    external_number: Given<Option<String>>,
    #[serde(default)]
    folios: Option<u32>,
    #[serde(default)]
    has_annexes: Option<bool>,
    #[serde(default)]
    answer_required: Option<bool>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    notes: Given<Option<String>>,
    reason: String,
}

/// Puts it right.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<DocumentId>,
    posted: Posted<Body>,
) -> Answered {
    let command = DocumentCommand::Amend(posted.body.into());
    carry_out(&app, id, &command, &posted.wish, StatusCode::OK).await
}

impl From<Body> for Amend {
    fn from(body: Body) -> Self {
        let sender = body.sender.map(|sender| Box::new(sender.into()));
        let changes = [
            body.subject.map(FieldAmendment::Subject),
            sender.map(FieldAmendment::Sender),
            body.external_number.map(FieldAmendment::ExternalNumber),
            body.folios.map(FieldAmendment::Folios),
            body.has_annexes.map(FieldAmendment::HasAnnexes),
            body.answer_required.map(FieldAmendment::AnswerRequired),
            body.notes.map(FieldAmendment::Notes),
        ];
        Self {
            changes: changes.into_iter().flatten().collect(),
            reason: body.reason,
        }
    }
}

/// A field that may be `null`, or not be there.
#[derive(Debug, Default)]
enum Given<T> {
    #[default]
    Not,
    As(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(field: D) -> Result<Self, D::Error> {
        T::deserialize(field).map(Self::As)
    }
}

impl<T> Given<T> {
    fn map<U>(self, amended: impl FnOnce(T) -> U) -> Option<U> {
        match self {
            Self::Not => None,
            Self::As(value) => Some(amended(value)),
        }
    }
}
