//! GET /api/v1/document-types
//!
//! And one of them: `GET /api/v1/document-types/{id}`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use directory::TypeTerm;
use events::DocumentTypeId;
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct DocumentType {
    id: DocumentTypeId,
    code: String,
    name: String,
    series: String,
    active: bool,
    terms: Vec<TypeTerm>,
}

impl From<&directory::DocumentType> for DocumentType {
    fn from(document_type: &directory::DocumentType) -> Self {
        Self {
            id: document_type.id,
            code: document_type.code.clone(),
            name: document_type.name.clone(),
            series: document_type.series.clone(),
            active: document_type.active,
            terms: document_type.terms.clone(),
        }
    }
}

/// Answers with the document types, by code; `active` narrows them down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let active = params.flag("active");
    catalogue::list(
        &app,
        &asking,
        params,
        "code",
        |row: &DocumentType| &row.code,
        |all| {
            let wanted = all
                .document_types()
                .filter(|it| active.is_none_or(|a| it.active == a));
            wanted.map(DocumentType::from).collect()
        },
    )
}

/// Answers with one document type.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: DocumentTypeId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a document type"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| {
        all.document_type(id).map(DocumentType::from)
    })
}
