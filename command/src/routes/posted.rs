//! What every command brings along: who asks, under which key, on what condition, and the body.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::{RequestExt, RequestPartsExt};
use events::Fingerprint;
use platform::http::json::parse;
use platform::http::problem::{INTERNAL_ERROR, MALFORMED_BODY, MALFORMED_PARAMETER};
use platform::http::{ExactJson, IdempotencyKey, IfMatch, Problem, RequestTrace};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::app::Wish;
use crate::organisation::Caller;

/// A command with a JSON body.
#[derive(Debug)]
pub(crate) struct Posted<T> {
    /// What it says.
    pub(crate) body: T,
    /// Everything else about it.
    pub(crate) wish: Wish,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Posted<T> {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let mut wish = request.extract_parts::<Bare>().await?.0;
        let path = request.uri().path().to_owned();
        let exact = ExactJson::from_request(request, state).await?;
        wish.request = Fingerprint::of(&path, &exact.bytes);
        Ok(Self {
            body: exact.value,
            wish,
        })
    }
}

/// A command that says nothing but its address: its body is empty or `{}`.
impl<S: Send + Sync> FromRequest<S> for Wish {
    type Rejection = Problem;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Problem> {
        let mut wish = request.extract_parts::<Bare>().await?.0;
        let path = request.uri().path().to_owned();
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::new(&MALFORMED_BODY))?;
        if !bytes.is_empty() {
            let Nothing {} = parse(&bytes)?;
        }
        wish.request = Fingerprint::of(&path, b"{}");
        Ok(wish)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// A wish whose body was not read yet.
struct Bare(Wish);

impl<S: Send + Sync> FromRequestParts<S> for Bare {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let IdempotencyKey(key) = parts.extract_with_state(state).await?;
        let if_match: IfMatch = parts.extract_with_state(state).await?;
        let Ok(RequestTrace(trace)) = parts.extract_with_state(state).await;
        // Nobody else asks for it.
        let caller = parts.extensions.remove::<Caller>();
        let caller = caller.ok_or_else(|| Problem::new(&INTERNAL_ERROR))?;
        Ok(Self(Wish {
            caller,
            key,
            request: Fingerprint::default(),
            if_match,
            trace,
        }))
    }
}

/// Everything about a command but its body, which is read as it comes in.
#[derive(Debug)]
pub(crate) struct Streamed(pub(crate) Wish);

impl<S: Send + Sync> FromRequestParts<S> for Streamed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Bare(wish) = parts.extract_with_state(state).await?;
        Ok(Self(wish))
    }
}

/// What the query of the address says.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(found) = Query::from_request_parts(parts, state)
            .await
            .map_err(|error| Problem::new(&MALFORMED_PARAMETER).detail(error.body_text()))?;
        Ok(Self(found))
    }
}

/// What the path names.
#[derive(Debug)]
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(found) = Path::from_request_parts(parts, state)
            .await
            .map_err(|error| Problem::new(&MALFORMED_PARAMETER).detail(error.body_text()))?;
        Ok(Self(found))
    }
}

/// A body that says why.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// Why.
    pub(crate) reason: String,
}
