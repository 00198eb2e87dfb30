//! The commands of the API: the whole surface is [`table`], one line a command.
//!
//! Every row names the act that the caller must be allowed; a route without a row does not exist,
//! because the router is built from the rows alone.

mod answer;
mod api_keys;
mod attachments;
mod calendar;
mod contract;
mod derivations;
mod document_types;
mod documents;
mod institution;
mod intake_policies;
mod kinds;
mod login;
mod offices;
mod outcome;
mod posted;
mod problem;
mod roles;
mod routing_rules;
mod series;
mod substitutions;
mod users;

use std::sync::Arc;

use ::directory::Act::{
    self, AcknowledgeCopy, AddNote, AmendDocument, ArchiveDocument, AssignDerivation, AttachFile,
    AttendDerivation, ClassifyDocument, ConcludeDocument, CorrectObservation, DeclareNotFiled,
    DeriveDocument, DeriveMany, ExtendDeadline, LinkDocument, ManageApiKeys, ManageCalendar,
    ManageDocumentTypes, ManageInstitution, ManageIntakePolicies, ManageOffices, ManagePermissions,
    ManageRoles, ManageRoutingRules, ManageSubstitutions, ManageUsers, ObserveDocument, OpenSeries,
    RecallDerivation, ReceiveDerivation, RegisterDocument, RejectDerivation, RestoreDocument,
    RestrictDocument, ResumeClock, ReturnDerivation, SubmitDocument, SuspendClock, VoidDocument,
    WithdrawAttachment,
};
use ::directory::access::allowed;
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use platform::http::auth::unauthenticated;
use platform::http::contract::Contract;
use platform::http::limit::limited;
use platform::http::problem::FORBIDDEN;
use platform::http::{Presented, Problem};
use platform::limit::Gate;

use crate::app::App;
use outcome::Tally;

/// One command: its path below `/api/v1`, what must be allowed, and what answers.
struct Row(&'static str, Act, MethodRouter<App>);

#[rustfmt::skip]
fn table() -> Vec<Row> {
    vec![
        Row("/documents", RegisterDocument, post(documents::register::handle)),
        Row("/documents/submit", SubmitDocument, post(documents::submit::handle)),
        Row("/documents/{id}/register", RegisterDocument, post(documents::enter::handle)),
        Row("/documents/{id}/observe", ObserveDocument, post(documents::observe::handle)),
        Row("/documents/{id}/correct", CorrectObservation, post(documents::correct::handle)),
        Row("/documents/{id}/not-filed", DeclareNotFiled, post(documents::not_filed::handle)),
        Row("/documents/{id}/links", LinkDocument, post(documents::link::handle)),
        Row("/documents/{id}/classify", ClassifyDocument, post(documents::classify::handle)),
        Row("/documents/{id}/amend", AmendDocument, post(documents::amend::handle)),
        Row("/documents/{id}/restrict", RestrictDocument, post(documents::restrict::handle)),
        Row("/documents/{id}/unrestrict", RestrictDocument, post(documents::unrestrict::handle)),
        Row("/documents/{id}/conclude", ConcludeDocument, post(documents::conclude::handle)),
        Row("/documents/{id}/archive", ArchiveDocument, post(documents::archive::handle)),
        Row("/documents/{id}/restore", RestoreDocument, post(documents::restore::handle)),
        Row("/documents/{id}/void", VoidDocument, post(documents::void::handle)),
        Row("/documents/{id}/deadline/extend", ExtendDeadline, post(documents::extend::handle)),
        Row("/documents/{id}/clock/suspend", SuspendClock, post(documents::suspend::handle)),
        Row("/documents/{id}/clock/resume", ResumeClock, post(documents::resume::handle)),
        Row("/documents/{id}/notes", AddNote, post(documents::note::handle)),
        Row("/documents/{id}/attachments", AttachFile, post(attachments::attach::handle)),
        Row("/documents/{id}/attachments/{attachment}/withdraw", WithdrawAttachment, post(attachments::withdraw::handle)),
        Row("/derivations", DeriveMany, post(documents::derive_many::handle)),
        Row("/documents/{id}/derivations", DeriveDocument, post(documents::derive::handle)),
        Row("/documents/{id}/derivations/{n}/receive", ReceiveDerivation, post(derivations::receive::handle)),
        Row("/documents/{id}/derivations/{n}/reject", RejectDerivation, post(derivations::reject::handle)),
        Row("/documents/{id}/derivations/{n}/acknowledge", AcknowledgeCopy, post(derivations::acknowledge::handle)),
        Row("/documents/{id}/derivations/{n}/assign", AssignDerivation, post(derivations::assign::handle)),
        Row("/documents/{id}/derivations/{n}/return", ReturnDerivation, post(derivations::send_back::handle)),
        Row("/documents/{id}/derivations/{n}/recall", RecallDerivation, post(derivations::recall::handle)),
        Row("/documents/{id}/derivations/{n}/attend", AttendDerivation, post(derivations::attend::handle)),
        Row("/series", OpenSeries, post(series::handle)),
        Row("/offices", ManageOffices, post(offices::create::handle)),
        Row("/offices/{id}/change", ManageOffices, post(offices::change::handle)),
        Row("/offices/{id}/situate", ManageOffices, post(offices::situate::handle)),
        Row("/offices/{id}/close", ManageOffices, post(offices::close::handle)),
        Row("/offices/{id}/reopen", ManageOffices, post(offices::reopen::handle)),
        Row("/document-types", ManageDocumentTypes, post(document_types::create::handle)),
        Row("/document-types/{id}/change", ManageDocumentTypes, post(document_types::change::handle)),
        Row("/document-types/{id}/term", ManageDocumentTypes, post(document_types::term::handle)),
        Row("/document-types/{id}/retire", ManageDocumentTypes, post(document_types::retire::handle)),
        Row("/document-types/{id}/reinstate", ManageDocumentTypes, post(document_types::reinstate::handle)),
        Row("/calendar/days", ManageCalendar, post(calendar::declare::handle)),
        Row("/calendar/days/revoke", ManageCalendar, post(calendar::revoke::handle)),
        Row("/calendar/default-term", ManageCalendar, post(calendar::default_term::handle)),
        Row("/intake-policies/{channel}", ManageIntakePolicies, post(intake_policies::set::handle)),
        Row("/institution", ManageInstitution, post(institution::handle)),
        Row("/routing-rules", ManageRoutingRules, post(routing_rules::create::handle)),
        Row("/routing-rules/{id}/change", ManageRoutingRules, post(routing_rules::change::handle)),
        Row("/routing-rules/{id}/retire", ManageRoutingRules, post(routing_rules::retire::handle)),
        Row("/routing-rules/{id}/reinstate", ManageRoutingRules, post(routing_rules::reinstate::handle)),
        Row("/users", ManageUsers, post(users::create::handle)),
        Row("/users/{id}/change", ManageUsers, post(users::change::handle)),
        Row("/users/{id}/deactivate", ManageUsers, post(users::deactivate::handle)),
        Row("/users/{id}/activate", ManageUsers, post(users::activate::handle)),
        Row("/users/{id}/permissions", ManagePermissions, post(users::permissions::handle)),
        Row("/roles", ManageRoles, post(roles::create::handle)),
        Row("/roles/{code}/change", ManageRoles, post(roles::change::handle)),
        Row("/roles/{code}/retire", ManageRoles, post(roles::retire::handle)),
        Row("/roles/{code}/reinstate", ManageRoles, post(roles::reinstate::handle)),
        Row("/substitutions", ManageSubstitutions, post(substitutions::create::handle)),
        Row("/substitutions/{id}/end", ManageSubstitutions, post(substitutions::end::handle)),
        Row("/api-keys", ManageApiKeys, post(api_keys::create::handle)),
        Row("/api-keys/{id}/revoke", ManageApiKeys, post(api_keys::revoke::handle)),
    ]
}

/// Every command: its whole path, always by `POST`, and the act that must be allowed.
pub fn commands() -> Vec<(String, Act)> {
    let whole = |Row(path, act, _)| (format!("/api/v1{path}"), act);
    table().into_iter().map(whole).collect()
}

/// What the commands promise, for the document of the API.
pub fn contract() -> Contract {
    contract::contract(&commands())
}

/// The routes that ask themselves who asks.
const OPEN: [&str; 2] = ["/login", "/users/{id}/password"];

/// All routes, each behind the check that its caller may ask for its act, and all behind the limit
/// on how much anybody may ask.
pub(crate) fn router(app: &App, gate: &Gate) -> Router {
    let mut routes = Router::new();
    for Row(path, act, handler) in table() {
        let tally = Arc::new(Tally::of(path));
        let check = from_fn_with_state((app.clone(), act, tally), authorise);
        routes = routes.route(path, handler.route_layer(check));
    }
    // Two ask themselves who asks: of a login, nobody is known yet; a password is one's own.
    let [login, password] = OPEN;
    routes = routes.route(login, post(login::handle));
    routes = routes.route(password, post(login::password::handle));
    let routes = Router::new().nest("/api/v1", routes.with_state(app.clone()));
    let app = app.clone();
    limited(routes, gate, move |key| app.asker(key))
}

/// Lets a request pass whose key is good and whose user may ask for the act; counts what became
/// of it.
async fn authorise(
    State((app, act, tally)): State<(App, Act, Arc<Tally>)>,
    key: Result<Presented, Problem>,
    mut request: Request,
    next: Next,
) -> Response {
    let now = app.shell.clock.now();
    let found = key.map(|key| app.organisation.authenticate(&key, now));
    let answer = match found {
        Err(problem) => problem.into_response(),
        Ok(None) => unauthenticated().into_response(),
        Ok(Some(caller)) if !allowed(&caller.user, act) => Problem::new(&FORBIDDEN).into_response(),
        Ok(Some(mut caller)) => {
            caller.user = caller.user.asking(act.permission());
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
    };
    tally.count(answer)
}
