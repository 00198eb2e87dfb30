//! GET /api/v1/offices
//!
//! And one of them: `GET /api/v1/offices/{id}`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use calendar::{OfficeHours, Place};
use events::OfficeId;
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Office {
    id: OfficeId,
    code: String,
    name: String,
    parent_id: Option<OfficeId>,
    active: bool,
    place: Option<Place>,
    hours: Option<OfficeHours>,
}

impl From<&directory::Office> for Office {
    fn from(office: &directory::Office) -> Self {
        Self {
            id: office.id,
            code: office.code.clone(),
            name: office.name.clone(),
            parent_id: office.parent,
            active: office.active,
            place: office.place,
            hours: office.hours,
        }
    }
}

/// Answers with the offices, by code; `active` narrows them down.
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
        |row: &Office| &row.code,
        |all| {
            let wanted = all
                .offices()
                .filter(|it| active.is_none_or(|a| it.active == a));
            wanted.map(Office::from).collect()
        },
    )
}

/// Answers with one office.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: OfficeId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of an office"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| {
        all.office(id).map(Office::from)
    })
}
