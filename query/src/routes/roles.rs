//! GET /api/v1/roles
//!
//! And one of them: `GET /api/v1/roles/{code}`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use events::Permissions;
use events::classify::Role;
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "RoleEntry")]
pub(super) struct Entry {
    /// Its code, by which users have it.
    code: String,
    /// The name shown.
    name: String,
    /// What it permits.
    permissions: Permissions,
    /// Whether it comes with Mesa.
    built_in: bool,
    /// Whether it permits anything now.
    active: bool,
}

impl From<&directory::RoleEntry> for Entry {
    fn from(entry: &directory::RoleEntry) -> Self {
        Self {
            code: entry.code.to_string(),
            name: entry.name.clone(),
            permissions: entry.permissions,
            built_in: entry.code.is_built_in(),
            active: entry.active,
        }
    }
}

/// Answers with the roles, by code; `active` narrows them down.
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
        |row: &Entry| &row.code,
        |all| {
            let wanted = all
                .roles()
                .filter(|it| active.is_none_or(|a| it.active == a));
            wanted.map(Entry::from).collect()
        },
    )
}

/// Answers with one role.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let code: Role = code
        .parse()
        .map_err(|_| wrong_path("code", "the code of a role"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| all.role(code).map(Entry::from))
}
