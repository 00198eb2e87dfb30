//! Acts on document types, one file each.

pub(super) mod change;
pub(super) mod create;
pub(super) mod reinstate;
pub(super) mod retire;
pub(super) mod term;

use axum::http::StatusCode;
use calendar::Period;
use domain::directory::{DocumentType, DocumentTypeCommand};
use events::{Aggregate, DocumentTypeId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// A document type.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedDocumentType")]
pub(super) struct Body {
    id: DocumentTypeId,
    version: u64,
    name: String,
    series: String,
    active: bool,
    terms: Vec<Term>,
}

/// How long its documents may take.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedTerm")]
pub(super) struct Term {
    category: Option<String>,
    period: Period,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Changes the document type `id` by `command`.
pub(super) async fn change(
    app: &App,
    id: DocumentTypeId,
    command: &DocumentTypeCommand,
    wish: &Wish,
) -> Answered {
    let asking = wish.asking(&Aggregate::DocumentType(id).to_string());
    carry_out(app, id, command, asking, wish, StatusCode::OK).await
}

/// Carries out `command` on the document type `id`.
pub(super) async fn carry_out(
    app: &App,
    id: DocumentTypeId,
    command: &DocumentTypeCommand,
    asking: Asking,
    wish: &Wish,
    status: StatusCode,
) -> Answered {
    let aggregate = Aggregate::DocumentType(id);
    let done = app
        .carry_out(&app.document_types, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let DocumentType::Present {
        description,
        active,
        terms,
        ..
    } = &done.history.state
    else {
        return Err(Problem::new(&INTERNAL_ERROR));
    };
    let body = Body {
        id,
        version: done.history.version,
        name: description.name.clone(),
        series: description.series.clone(),
        active: *active,
        terms: terms
            .iter()
            .map(|(category, period)| Term {
                category: category.clone(),
                period: *period,
            })
            .collect(),
    };
    let location = format!("/api/v1/document-types/{id}");
    Ok(Answer::new(
        app,
        &aggregate,
        &done,
        (status, &location),
        body,
    ))
}
