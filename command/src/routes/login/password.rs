//! POST /api/v1/users/{id}/password
//!
//! Users change their own, saying the one before; who manages users sets that of others. No
//! password, and no digest of one, is in an event (I18).

use ::directory::Act::ManageUsers;
use ::directory::access::{allowed, may_give};
use axum::extract::State;
use axum::http::StatusCode;
use events::UserId;
use platform::http::auth::unauthenticated;
use platform::http::limit::Origin;
use platform::http::problem::FORBIDDEN;
use platform::http::{FieldError, Json, Presented, Problem};
use platform::secret::Secret;
use serde::Deserialize;

use super::of_login;
use crate::app::App;
use crate::organisation::Caller;
use crate::routes::kinds::{BEYOND_OWN_PERMISSIONS, ENTRY_NOT_FOUND, INVALID_COMMAND};
use crate::routes::posted::At;

/// The password from now on.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The new one, 12 to 200 characters.
    password: String,
    /// The one before, when it is one's own.
    #[serde(default)]
    current_password: Option<String>,
}

/// Sets it.
pub(crate) async fn handle(
    State(app): State<App>,
    origin: Origin,
    presented: Presented,
    At(id): At<UserId>,
    Json(body): Json<Body>,
) -> Result<StatusCode, Problem> {
    let now = app.shell.clock.now();
    let caller = app.organisation.authenticate(&presented, now);
    let caller = caller.ok_or_else(unauthenticated)?;
    let own = caller.user.id == id;
    if !own {
        may_set(&caller, id)?;
    }
    if !(12..=200).contains(&body.password.chars().count()) {
        let error = FieldError::new("/password", "length", "must have 12 to 200 characters");
        return Err(Problem::new(&INVALID_COMMAND).error(error));
    }
    if own {
        let current = Secret::from(body.current_password.unwrap_or_default());
        let login = &caller.user.login;
        let confirmed = app.login.log_in(login, Some(id), &current, &origin, now);
        confirmed.await.map_err(of_login)?;
    }
    let password = Secret::from(body.password);
    app.login.set(id, &password).await.map_err(of_login)?;
    tracing::info!(user.id = %id, by.id = %caller.user.id, "a password was set");
    Ok(StatusCode::NO_CONTENT)
}

/// Whether the caller may set the password of another.
fn may_set(caller: &Caller, id: UserId) -> Result<(), Problem> {
    if !allowed(&caller.user, ManageUsers) {
        return Err(Problem::new(&FORBIDDEN));
    }
    let target = caller.directory.user(id);
    let target = target.ok_or_else(|| Problem::new(&ENTRY_NOT_FOUND))?;
    if may_give(&caller.user, target.permissions) {
        Ok(())
    } else {
        Err(Problem::new(&BEYOND_OWN_PERMISSIONS))
    }
}
