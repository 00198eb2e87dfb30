//! GET /api/v1/api-keys
//!
//! And one of them: `GET /api/v1/api-keys/{id}`. What a key opens with is nowhere in an answer
//! (I18).

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use events::{ApiKeyId, Permissions, UserId};
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct ApiKey {
    id: ApiKeyId,
    user_id: UserId,
    name: String,
    expires_at: Option<DateTime<Utc>>,
    scopes: Option<Permissions>,
    revoked: bool,
    #[serde(skip)]
    order: String,
}

impl From<&directory::ApiKey> for ApiKey {
    fn from(key: &directory::ApiKey) -> Self {
        Self {
            id: key.id,
            user_id: key.user,
            name: key.name.clone(),
            expires_at: key.expires_at,
            scopes: key.scopes,
            revoked: key.revoked,
            order: key.id.to_string(),
        }
    }
}

/// Answers with the API keys, by id; `user` and `revoked` narrow them down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let mut params = Params::read(query.as_deref());
    let revoked = params.flag("revoked");
    let users: Vec<UserId> = params.many("user", "the id of a user");
    catalogue::list(
        &app,
        &asking,
        params,
        "id",
        |row: &ApiKey| &row.order,
        |all| {
            let wanted = all
                .api_keys()
                .filter(|it| revoked.is_none_or(|r| it.revoked == r))
                .filter(|it| users.is_empty() || users.contains(&it.user));
            wanted.map(ApiKey::from).collect()
        },
    )
}

/// Answers with one API key.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: ApiKeyId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of an API key"))?;
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| {
        all.api_key(id).map(ApiKey::from)
    })
}
