//! The questions of the API: the whole surface is [`table`], one line a question.
//!
//! Every row names the act that the caller must be allowed; a route without a row does not exist,
//! because the router is built from the rows alone.

pub(crate) mod answer;
mod api_keys;
mod attachment;
mod calendar;
mod calendar_changes;
mod catalogue;
mod contract;
mod derivations;
pub(crate) mod document;
mod document_by_number;
mod document_types;
mod documents;
mod duplicates;
pub(crate) mod inbox;
mod institution;
mod intake_policies;
mod offices;
pub(crate) mod problem;
mod receipt;
mod roles;
mod routing_rules;
mod series;
pub(crate) mod statistics;
mod stream_document;
mod stream_feed;
mod stream_inbox;
mod stream_totals;
mod substitutions;
mod suggestions;
pub(crate) mod timeline;
mod users;

use ::directory::Act::{
    self, FindDuplicates, ReadApiKeys, ReadCatalogue, ReadDocuments, ReadInbox, ReadStatistics,
    ReadUsers,
};
use ::directory::access::allowed;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use platform::http::auth::unauthenticated;
use platform::http::contract::Contract;
use platform::http::limit::limited;
use platform::http::problem::FORBIDDEN;
use platform::http::{Presented, Problem};
use platform::limit::Gate;

use crate::app::{App, Caller};

/// One question: its path below `/api/v1`, what must be allowed, and what answers.
struct Row(&'static str, Act, MethodRouter<App>);

#[rustfmt::skip]
fn table() -> Vec<Row> {
    vec![
        Row("/documents", ReadDocuments, get(documents::handle)),
        Row("/documents/duplicates", FindDuplicates, get(duplicates::handle)),
        Row("/documents/{id}", ReadDocuments, get(document::handle)),
        Row("/documents/by-number/{number}", ReadDocuments, get(document_by_number::handle)),
        Row("/documents/{id}/timeline", ReadDocuments, get(timeline::handle)),
        Row("/documents/{id}/attachments/{attachment}", ReadDocuments, get(attachment::handle)),
        Row("/documents/{id}/receipt", ReadDocuments, get(receipt::handle)),
        Row("/documents/{id}/suggestions", ReadDocuments, get(suggestions::handle_document)),
        Row("/derivations", ReadDocuments, get(derivations::handle)),
        Row("/offices/{id}/inbox", ReadInbox, get(inbox::handle)),
        Row("/statistics", ReadStatistics, get(statistics::handle)),
        Row("/stream/documents/{id}", ReadDocuments, get(stream_document::handle)),
        Row("/stream/offices/{id}/inbox", ReadInbox, get(stream_inbox::handle)),
        Row("/stream/totals", ReadStatistics, get(stream_totals::handle)),
        Row("/stream/feed", ReadDocuments, get(stream_feed::handle)),
        Row("/series", ReadCatalogue, get(series::handle)),
        Row("/offices", ReadCatalogue, get(offices::handle)),
        Row("/offices/{id}", ReadCatalogue, get(offices::handle_one)),
        Row("/document-types", ReadCatalogue, get(document_types::handle)),
        Row("/document-types/{id}", ReadCatalogue, get(document_types::handle_one)),
        Row("/calendar", ReadCatalogue, get(calendar::handle)),
        Row("/calendar/changes", ReadCatalogue, get(calendar_changes::handle)),
        Row("/intake-policies", ReadCatalogue, get(intake_policies::handle)),
        Row("/institution", ReadCatalogue, get(institution::handle)),
        Row("/routing-rules", ReadCatalogue, get(routing_rules::handle)),
        Row("/routing-rules/suggest", ReadCatalogue, get(suggestions::handle)),
        Row("/routing-rules/{id}", ReadCatalogue, get(routing_rules::handle_one)),
        Row("/users", ReadUsers, get(users::handle)),
        Row("/users/{id}", ReadUsers, get(users::handle_one)),
        Row("/roles", ReadUsers, get(roles::handle)),
        Row("/roles/{code}", ReadUsers, get(roles::handle_one)),
        Row("/substitutions", ReadUsers, get(substitutions::handle)),
        Row("/substitutions/{id}", ReadUsers, get(substitutions::handle_one)),
        Row("/api-keys", ReadApiKeys, get(api_keys::handle)),
        Row("/api-keys/{id}", ReadApiKeys, get(api_keys::handle_one)),
    ]
}

/// Every question: its whole path, always by `GET`, and the act that must be allowed.
#[must_use]
pub fn questions() -> Vec<(String, Act)> {
    let whole = |Row(path, act, _)| (format!("/api/v1{path}"), act);
    table().into_iter().map(whole).collect()
}

/// What the questions promise, for the document of the API.
#[must_use]
pub fn contract() -> Contract {
    contract::contract(&questions())
}

/// All routes, each behind the check that its caller may ask for its act, and all behind the limit
/// on how much anybody may ask.
pub(crate) fn router(app: &App, gate: &Gate) -> Router {
    let mut routes = Router::new();
    for Row(path, act, handler) in table() {
        let check = from_fn_with_state((app.clone(), act), authorise);
        routes = routes.route(path, handler.route_layer(check));
    }
    let public = crate::public::router().with_state(app.clone());
    let routes = Router::new()
        .nest("/api/v1", routes.with_state(app.clone()))
        .merge(public);
    let app = app.clone();
    limited(routes, gate, move |key| app.asker(key))
}

/// Lets a request pass whose key is good and whose user may ask for the act.
async fn authorise(
    State((app, act)): State<(App, Act)>,
    key: Result<Presented, Problem>,
    mut request: Request,
    next: Next,
) -> Response {
    match key.map(|key| app.members.owner(&key)) {
        Err(problem) => problem.into_response(),
        Ok(None) => unauthenticated().into_response(),
        Ok(Some(user)) if !allowed(&user, act) => Problem::new(&FORBIDDEN).into_response(),
        Ok(Some(user)) => {
            // Offices that a substitution lends count for what it lends, and for nothing else.
            let asking = user.asking(act.permission());
            request.extensions_mut().insert(Caller(asking));
            next.run(request).await
        }
    }
}
