//! GET /api/v1/documents/by-number/{number}

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use events::{DocumentId, RegistryNumber};
use platform::http::Problem;
use uuid::Uuid;

use crate::app::{App, Asking, Caller};
use crate::params::{Params, wrong_path};
use crate::routes::{document, problem};
use crate::store;

/// Answers with the document that has this registry number, as `GET /api/v1/documents/{id}` does.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let number: RegistryNumber = number
        .parse()
        .map_err(|_| wrong_path("number", "a registry number, as EXP-2026-000123"))?;
    Params::read(query.as_deref()).finish()?;
    let found = find(&app, &asking, number.to_string()).await?;
    // What is not shown is answered as what is not there, and so is a number that nobody has.
    let id = found.unwrap_or_else(|| DocumentId(Uuid::nil()));
    document::answer(&app, &asking, &caller.sight(), id).await
}

/// The document with this number. A number never goes to another document (R2), so what was found
/// once is remembered.
async fn find(app: &App, asking: &Asking, number: String) -> Result<Option<DocumentId>, Problem> {
    if let Some(wanted) = asking.wanted {
        app.freshness.wait_for(wanted, &app.store).await;
    }
    if let Some(id) = app.numbers.get(&number).await {
        return Ok(Some(id));
    }
    let found = app
        .store
        .read(|pool| store::document::by_number(pool, &number))
        .await;
    let found = found.map_err(|error| problem::of_store(&error))?;
    if let Some(id) = found {
        app.numbers.insert(number, id).await;
    }
    Ok(found)
}
