//! POST /api/v1/api-keys

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use domain::directory::ApiKeyCommand;
use events::{ApiKeyId, Permissions, UserId};
use serde::Deserialize;

use super::{Answered, answer, carry_out};
use crate::app::App;
use crate::routes::posted::Posted;
use crate::routes::problem;

const SHOWN_ONCE: &str = "keep this key: it is shown only now";
const SHOWN_BEFORE: &str = "the secret was shown when the key was created; if it is lost, revoke this key and create another";

/// A key to be issued.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    user_id: UserId,
    name: String,
    #[serde(default)]
    expires_at: Option<DateTime<Utc>>,
    /// What it opens of what its user may do, as words such as `documents.read`; everything, when
    /// not said.
    #[serde(default)]
    scopes: Option<Permissions>,
}

/// Issues it. A retry finds the key, which is named after its command, but mints no second secret.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let asking = posted.wish.asking("api-keys");
    let id = ApiKeyId(asking.command.0);
    let command = posted.body.issuing(id);
    let done = carry_out(&app, id, &command, asking, &posted.wish).await?;
    let made = app.vault.make(id).await;
    let Some(new) = made.map_err(|error| problem::of_vault(&error))? else {
        let shown = (None, Some(SHOWN_BEFORE));
        return Ok(answer(&app, id, &done, StatusCode::OK, shown));
    };
    app.organisation.sees_digest(new.revision).await;
    let shown = (Some(new.key.text()), Some(SHOWN_ONCE));
    Ok(answer(&app, id, &done, StatusCode::CREATED, shown))
}

impl Body {
    fn issuing(self, key: ApiKeyId) -> ApiKeyCommand {
        ApiKeyCommand::Issue {
            key,
            user: self.user_id,
            name: self.name,
            expires_at: self.expires_at,
            scopes: self.scopes,
        }
    }
}
