//! GET /api/v1/offices/{id}/inbox

use std::collections::BTreeMap;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use chrono::NaiveDate;
use directory::access::reads_office;
use directory::{Sight, User};
use events::OfficeId;
use platform::http::Problem;
use readmodel::{InboxRow, Scope};
use serde::Serialize;

use crate::app::{App, Asking, Caller, body};
use crate::cache::{Kind, Question};
use crate::directory::Members;
use crate::page::{DEFAULT_LIMIT, Page, asked};
use crate::params::{Params, wrong_path};
use crate::routes::problem;
use crate::store::inbox::{self, InboxAsked, Part};
use crate::store::{Store, StoreError};

#[derive(Serialize)]
struct Inbox {
    office_id: OfficeId,
    today: NaiveDate,
    tray: &'static str,
    counters: BTreeMap<&'static str, i64>,
    #[serde(flatten)]
    page: Page<InboxRow>,
}

/// Answers with a part of an office's inbox (`tray`, to begin with what is to be received), and
/// how much lies in every part.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    Caller(user): Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let office: OfficeId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of an office"))?;
    if !reads_office(&user, office) {
        return Err(problem::other_office());
    }
    let restricted = shows_restricted(&user, office);
    let wanted = read(&app, office, restricted, query.as_deref())?;
    let load = async || load(&app.store, &wanted).await;
    app.answer(&asking, &question(&wanted), load).await
}

/// What is asked.
pub(crate) fn question(asked: &InboxAsked) -> Question {
    Question {
        kind: Kind::List,
        name: format!("inbox {}", serde_json::json!(asked)),
        scopes: vec![Scope::Office(asked.office)],
    }
}

/// Whether `user` is shown the restricted documents in the inbox of `office`: an office sees
/// whatever lies in its inbox, and of others' only what is open.
pub(crate) fn shows_restricted(user: &User, office: OfficeId) -> bool {
    user.belongs_to(office) || Sight::of(user) == Sight::Everything
}

/// The third business day of `office` after `today`.
pub(crate) fn soon(members: &Members, office: OfficeId, today: NaiveDate) -> NaiveDate {
    members.read().days_of(office).due_after(today, inbox::SOON)
}

/// The first page of a part.
pub(crate) fn first_page(
    office: OfficeId,
    part: Part,
    restricted: bool,
    today: NaiveDate,
    soon: NaiveDate,
) -> InboxAsked {
    InboxAsked {
        office,
        part,
        restricted,
        today,
        soon,
        after: None,
        limit: DEFAULT_LIMIT,
    }
}

/// The part that is asked for; when nothing is said, what is to be received.
pub(crate) fn part(params: &mut Params) -> Part {
    let parts = Part::all();
    let words: Vec<_> = parts
        .iter()
        .map(|part| format!("`{}`", part.word()))
        .collect();
    let form = format!("one of {}", words.join(", "));
    let part = params.one_with("tray", &form, |word| {
        parts.iter().copied().find(|part| part.word() == word)
    });
    part.unwrap_or(Part::Tray(readmodel::Tray::ToReceive))
}

fn read(
    app: &App,
    office: OfficeId,
    restricted: bool,
    query: Option<&str>,
) -> Result<InboxAsked, Problem> {
    let mut params = Params::read(query);
    let part = part(&mut params);
    let (limit, after) = asked(&mut params, part.word(), &part.sample_key());
    params.finish()?;
    Ok(InboxAsked {
        office,
        part,
        restricted,
        today: app.today(),
        soon: soon(&app.members, office, app.today()),
        after,
        limit,
    })
}

/// The part of the inbox, read.
pub(crate) async fn load(store: &Store, asked: &InboxAsked) -> Result<Option<Vec<u8>>, StoreError> {
    let read = |pool| inbox::find(pool, asked);
    let (counters, rows) = store.read(read).await?;
    let part = asked.part;
    body(&Inbox {
        office_id: asked.office,
        today: asked.today,
        tray: part.word(),
        counters,
        page: Page::of(rows, asked.limit, part.word(), |row| part.key_of(row)),
    })
}
