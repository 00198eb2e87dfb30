//! GET /api/v1/series

use axum::extract::{RawQuery, State};
use axum::response::Response;
use platform::http::Problem;
use readmodel::Scope;

use crate::app::{App, Asking, body};
use crate::cache::{Kind, Question};
use crate::page::Page;
use crate::params::Params;
use crate::store::series;

/// Answers with every series: there are a few each year, so one page holds them all.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    Params::read(query.as_deref()).finish()?;
    let question = Question {
        kind: Kind::List,
        name: "series".to_owned(),
        scopes: vec![Scope::Series],
    };
    let load = async || {
        let items = app.store.read(series::all).await?;
        body(&Page { items, next: None })
    };
    app.answer(&asking, &question, load).await
}
