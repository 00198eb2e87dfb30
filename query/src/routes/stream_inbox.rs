//! GET /api/v1/stream/offices/{id}/inbox

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use directory::Act::ReadInbox;
use directory::access::reads_office;
use events::OfficeId;
use platform::http::{Presented, Problem};

use crate::app::{App, Asking, Caller};
use crate::live::Topic;
use crate::params::{Params, wrong_path};
use crate::routes::{inbox, problem};

/// Answers with the counters of an inbox and the first page of a tray, and each change of them as
/// it happens.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    key: Presented,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let office: OfficeId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of an office"))?;
    let user = &caller.0;
    if !reads_office(user, office) {
        return Err(problem::other_office());
    }
    let mut params = Params::read(query.as_deref());
    let part = inbox::part(&mut params);
    params.finish()?;
    let topic = Topic::Inbox(office, part, inbox::shows_restricted(user, office));
    let stream = app.live.stream(
        topic,
        ReadInbox,
        (key, caller.sight()),
        asking.wanted,
        &headers,
    );
    stream.await
}
