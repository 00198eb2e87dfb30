//! What every route stands on.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request;
use chrono::NaiveDate;
use directory::{Sight, User};
use events::classify::Role;
use events::{DocumentId, Namespace, legal_date};
use moka::future::Cache as Kept;
use platform::clock::Clock;
use platform::http::auth::unauthenticated;
use platform::http::limit::Asker;
use platform::http::{IfNoneMatch, MinPosition, Presented, Problem, position};
use platform::objects::Objects;
use readmodel::Position;
use serde::Serialize;

use crate::cache::{Answer, Cache, Question};
use crate::directory::Members;
use crate::freshness::{Freshness, PATIENCE};
use crate::live::Live;
use crate::receipts::Receipts;
use crate::routes::answer;
use crate::routes::problem;
use crate::seen;
use crate::store::{Store, StoreError};

/// Registry numbers whose documents are remembered: they never change.
const NUMBERS: u64 = 100_000;

/// How long a followed directory is waited for.
const DIRECTORY_PATIENCE: Duration = PATIENCE;

/// The parts of the role. Clones share them, and cost nothing: a request makes many.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// What an [`App`] is made of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) names: Namespace,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) members: Members,
    pub(crate) freshness: Arc<Freshness>,
    pub(crate) store: Store,
    pub(crate) cache: Cache,
    pub(crate) numbers: Kept<String, DocumentId>,
    pub(crate) live: Live,
    pub(crate) objects: Objects,
    pub(crate) receipts: Receipts,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// An app of these parts.
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// A memory for the documents of registry numbers.
    pub(crate) fn numbers() -> Kept<String, DocumentId> {
        Kept::new(NUMBERS)
    }

    /// Whose credential this is, for the limit on how much may be asked.
    pub(crate) fn asker(&self, presented: &Presented) -> Option<Asker> {
        let user = self.members.owner(presented)?;
        Some(Asker {
            user: user.id.0,
            is_integration: user.is(Role::INTEGRATOR),
        })
    }

    /// The legal date now.
    pub(crate) fn today(&self) -> NaiveDate {
        legal_date(self.clock.now())
    }

    /// Answers `question`: from what is kept, else with what `load` reads.
    pub(crate) async fn answer<F, R>(
        &self,
        asking: &Asking,
        question: &Question,
        load: F,
    ) -> Result<axum::response::Response, Problem>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Option<Vec<u8>>, StoreError>>,
    {
        let answer = self.cache.answer(question, asking.wanted, load).await;
        let answer = answer.map_err(|error| problem::of_store(&error))?;
        answer::respond(answer, &self.freshness, asking)
    }

    /// What is kept about one document as it is for who has `sight`, else what `load` reads.
    pub(crate) async fn show<F, R>(
        &self,
        asking: &Asking,
        sight: &Sight,
        question: &Question,
        load: F,
    ) -> Result<Answer, Problem>
    where
        F: Fn() -> R,
        R: Future<Output = Result<Option<Vec<u8>>, StoreError>>,
    {
        let answer = self.cache.answer(question, asking.wanted, load).await;
        let answer = answer.map_err(|error| problem::of_store(&error))?;
        Ok(seen::shown(&self.cache, &self.store, answer, sight).await)
    }
}

/// A value as the body of an answer.
pub(crate) fn body<T: Serialize>(value: &T) -> Result<Option<Vec<u8>>, StoreError> {
    serde_json::to_vec(value)
        .map(Some)
        .map_err(|error| StoreError::Broken(sqlx::Error::Encode(Box::new(error))))
}

/// Who asks; put into the request by the check of its route.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) User);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut request::Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(unauthenticated)
    }
}

impl Caller {
    /// What the caller sees of restricted documents.
    pub(crate) fn sight(&self) -> Sight {
        Sight::of(&self.0)
    }
}

/// How the caller wants the answer.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    /// The sequence of the log it must include.
    pub(crate) wanted: Option<u64>,
    /// The directory has not come as far as wanted.
    pub(crate) directory_behind: bool,
    /// What the caller has already.
    pub(crate) had: IfNoneMatch,
}

impl FromRequestParts<App> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut request::Parts, app: &App) -> Result<Self, Problem> {
        let wanted = MinPosition::from_request_parts(parts, app).await?;
        let mut asking = Self {
            wanted: None,
            directory_behind: false,
            had: had(&parts.headers),
        };
        if let Some(text) = wanted.0 {
            let wanted: Position = text.parse().map_err(|_| position::malformed())?;
            if wanted.stream == app.names.log_stream() {
                asking.wanted = Some(wanted.sequence);
            } else if wanted.stream == app.names.directory_stream() {
                let wait = app.members.wait_for(wanted.sequence, DIRECTORY_PATIENCE);
                asking.directory_behind = !wait.await;
            } else {
                return Err(position::malformed());
            }
        }
        Ok(asking)
    }
}

fn had(headers: &HeaderMap) -> IfNoneMatch {
    IfNoneMatch::of(headers)
}
