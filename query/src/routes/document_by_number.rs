//! GET /api/v1/documents/by-number/{number}

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderValue;
use axum::response::Response;
use events::{DocumentId, RegistryNumber};
use platform::http::{MESA_STALE, Problem};

use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};
use crate::routes::{document, problem};
use crate::store;

/// Answers with the document that has this registry number, as `GET /api/v1/documents/{id}` does.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let number: RegistryNumber = number
        .parse()
        .map_err(|_| wrong_path("number", "a registry number, as EXP-2026-000123"))?;
    Params::read(query.as_deref()).finish()?;
    let id = find(&app, &asking, number.to_string()).await?;
    document::answer(&app, &asking, id).await
}

/// The document with this number. A number never goes to another document (R2), so what was found
/// once is remembered.
async fn find(app: &App, asking: &Asking, number: String) -> Result<DocumentId, Problem> {
    let fresh = match asking.wanted {
        Some(wanted) => app.freshness.wait_for(wanted, &app.store).await,
        None => app.freshness.is_live(),
    };
    if let Some(id) = app.numbers.get(&number).await {
        return Ok(id);
    }
    let found = app
        .store
        .read(|pool| store::document::by_number(pool, &number))
        .await;
    let id = found
        .map_err(|error| problem::of_store(&error))?
        .ok_or_else(|| not_yet(problem::missing(), fresh))?;
    app.numbers.insert(number, id).await;
    Ok(id)
}

/// What is not there may be there in a moment, unless the answer is `fresh`.
fn not_yet(missing: Problem, fresh: bool) -> Problem {
    if fresh {
        return missing;
    }
    missing.header(MESA_STALE, HeaderValue::from_static("true"))
}
