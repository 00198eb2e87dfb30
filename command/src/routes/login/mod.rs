//! POST /api/v1/login
//!
//! Open to everybody, as a login must be; and beside it [`password`], which asks itself who asks.

pub(super) mod password;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use events::UserId;
use platform::http::limit::Origin;
use platform::http::problem::{INTERNAL_ERROR, TOO_MANY_ATTEMPTS};
use platform::http::{Json, Problem};
use platform::secret::Secret;
use serde::{Deserialize, Serialize};

use super::{kinds, problem};
use crate::app::App;
use crate::login::LoginError;

/// Who wants a token.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// The user's login.
    login: String,
    /// The user's password.
    password: String,
}

/// A token.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "LoginToken")]
pub(super) struct Answer {
    /// What to send as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How many seconds it opens; then one logs in again.
    expires_in: i64,
    /// Whose it is.
    user_id: UserId,
}

/// Gives a token to who has the password.
pub(crate) async fn handle(
    State(app): State<App>,
    origin: Origin,
    Json(body): Json<Body>,
) -> Result<Response, Problem> {
    let id = UserId::of_login(&body.login);
    let known = app.organisation.now();
    let known = known.user(id).filter(|user| user.active).map(|_| id);
    let password = Secret::from(body.password);
    let now = app.shell.clock.now();
    let token = app
        .login
        .log_in(&body.login, known, &password, &origin, now);
    let token = token.await.map_err(of_login)?;
    if let Some(revision) = token.revision {
        app.organisation.sees_digest(revision).await;
    }
    let answer = Answer {
        access_token: token.text.expose().to_owned(),
        token_type: "Bearer",
        expires_in: token.seconds,
        user_id: id,
    };
    Ok((uncached(), Json(answer)).into_response())
}

fn uncached() -> [(HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

/// The answer to a login that did not succeed.
pub(super) fn of_login(error: LoginError) -> Problem {
    match error {
        LoginError::Wrong => Problem::new(&kinds::WRONG_PASSWORD),
        LoginError::Wait { seconds } => {
            Problem::new(&TOO_MANY_ATTEMPTS).header(header::RETRY_AFTER, HeaderValue::from(seconds))
        }
        LoginError::Vault(error) => problem::of_vault(&error),
        LoginError::Crypto(error) => {
            tracing::error!(error, "a login failed");
            Problem::new(&INTERNAL_ERROR)
        }
    }
}
