//! GET /api/v1/users
//!
//! And one of them: `GET /api/v1/users/{id}`.

use std::collections::BTreeSet;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use events::classify::Role;
use events::{OfficeId, Permissions, UserId};
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct User {
    id: UserId,
    login: String,
    name: String,
    office_ids: Vec<OfficeId>,
    roles: BTreeSet<Role>,
    grants: Permissions,
    denials: Permissions,
    /// What all that adds up to.
    permissions: Permissions,
    active: bool,
}

impl From<&directory::User> for User {
    fn from(user: &directory::User) -> Self {
        Self {
            id: user.id,
            login: user.login.clone(),
            name: user.name.clone(),
            office_ids: user.offices.clone(),
            roles: user.roles.clone(),
            grants: user.grants,
            denials: user.denials,
            permissions: user.permissions,
            active: user.active,
        }
    }
}

/// Answers with the users, by login; `active`, `office` and `role` narrow them down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let active = params.flag("active");
    let offices: Vec<OfficeId> = params.many("office", "the id of an office");
    let roles: Vec<Role> = params.many("role", "the code of a role");
    catalogue::list(
        &app,
        &asking,
        params,
        "login",
        |row: &User| &row.login,
        |all| {
            let wanted = all
                .users()
                .filter(|it| active.is_none_or(|a| it.active == a))
                .filter(|it| offices.is_empty() || offices.iter().any(|id| it.offices.contains(id)))
                .filter(|it| roles.is_empty() || roles.iter().any(|role| it.is(*role)));
            wanted.map(User::from).collect()
        },
    )
}

/// Answers with one user.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: UserId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a user"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| all.user(id).map(User::from))
}
