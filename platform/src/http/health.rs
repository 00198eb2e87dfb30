//! `/livez`, `/readyz` and `/version`.
//!
//! A process is alive when it answers. It is ready when every check is: a *degraded* check (a
//! cache that is away) is told, but keeps the process in service; an *unready* one takes it out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::{BoxFuture, join_all};
use serde::Serialize;

use super::json::Json;

/// Where a process says whether it is ready.
pub(super) const READY: &str = "/readyz";

/// How long one check may take before it counts as unready.
const LIMIT: Duration = Duration::from_secs(1);

/// How something the process relies on is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// As it must be.
    Ready,
    /// The process is slower or tells less, and why.
    Degraded(String),
    /// The process cannot do its work, and why.
    Unready(String),
}

impl Health {
    const fn word(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Degraded(_) => "degraded",
            Self::Unready(_) => "unready",
        }
    }

    fn detail(&self) -> Option<&str> {
        match self {
            Self::Ready => None,
            Self::Degraded(why) | Self::Unready(why) => Some(why),
        }
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Ready => 0,
            Self::Degraded(_) => 1,
            Self::Unready(_) => 2,
        }
    }
}

type Ask = dyn Fn() -> BoxFuture<'static, Health> + Send + Sync;

/// One named thing that is looked at.
#[derive(Clone)]
pub struct Check {
    name: &'static str,
    ask: Arc<Ask>,
}

impl Check {
    /// The check `name`, made by `ask`.
    pub fn new<F>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Health> + Send + 'static,
    {
        Self {
            name,
            ask: Arc::new(move || Box::pin(ask())),
        }
    }

    /// What is looked at.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    async fn run(&self) -> (&'static str, Health) {
        let health = tokio::time::timeout(LIMIT, (self.ask)())
            .await
            .unwrap_or_else(|_| Health::Unready("the check took too long".to_owned()));
        (self.name, health)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Check").field(&self.name).finish()
    }
}

/// The three routes of a process that plays `role` and relies on what `checks` look at.
pub fn routes(role: &'static str, checks: Vec<Check>) -> Router {
    let version = Build {
        name: "mesa",
        role,
        version: env!("CARGO_PKG_VERSION"),
    };
    Router::new()
        .route("/livez", get(async || fresh(Json(Live { state: "alive" }))))
        .route(READY, get(async move || ready(&checks).await))
        .route("/version", get(async move || fresh(Json(version))))
}

/// The answer of a process that was told to stop: the others are to be asked.
pub(super) fn leaving() -> Response {
    told(&[("serving", Health::Unready("the process stops".to_owned()))])
}

async fn ready(checks: &[Check]) -> Response {
    told(&join_all(checks.iter().map(Check::run)).await)
}

fn told(found: &[(&'static str, Health)]) -> Response {
    let worst = found
        .iter()
        .map(|(_, health)| health)
        .max_by_key(|health| health.rank())
        .unwrap_or(&Health::Ready);
    let status = match worst {
        Health::Ready | Health::Degraded(_) => StatusCode::OK,
        Health::Unready(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let body = Readiness {
        state: worst.word(),
        checks: found
            .iter()
            .map(|(name, health)| Found {
                name,
                state: health.word(),
                detail: health.detail(),
            })
            .collect(),
    };
    (status, fresh(Json(body))).into_response()
}

fn fresh(body: impl IntoResponse) -> Response {
    let never = HeaderValue::from_static("no-store");
    ([(header::CACHE_CONTROL, never)], body).into_response()
}

#[derive(Serialize)]
struct Live {
    state: &'static str,
}

#[derive(Clone, Copy, Serialize)]
struct Build {
    name: &'static str,
    role: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Readiness<'a> {
    state: &'static str,
    checks: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    name: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}
