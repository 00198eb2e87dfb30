//! GET /api/v1/derivations

use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::NaiveDate;
use directory::access::reads_office;
use directory::{Sight, User};
use events::Permission;
use events::classify::{DerivationKind, DerivationStatus};
use platform::http::Problem;
use readmodel::Scope;

use super::documents::some;
use crate::app::{App, Asking, Caller, body};
use crate::cache::{Kind, Question};
use crate::page::{Page, asked};
use crate::params::Params;
use crate::routes::problem;
use crate::store::derivations::{self, DerivationsAsked, Filter, Sort};
use crate::store::keyset::Direction;

/// Answers with the derivations that have all of what is asked for, page by page.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    Caller(user): Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = read(query.as_deref(), app.today(), Sight::of(&user))?;
    if !may_read(&user, &wanted.filters) {
        return Err(problem::other_office());
    }
    let question = Question {
        kind: Kind::List,
        name: format!("derivations {}", serde_json::json!(wanted)),
        scopes: vec![Scope::Documents],
    };
    let load = async || {
        let rows = app
            .store
            .read(|pool| derivations::list(pool, &wanted))
            .await?;
        let order = order(wanted.sort, wanted.direction);
        body(&Page::of(rows, wanted.limit, &order, |row| {
            wanted.sort.key_of(row)
        }))
    };
    app.answer(&asking, &question, load).await
}

/// Those who read every office read all derivations. Others read those of documents they name, as
/// they read the documents, and those that leave or reach their own offices.
fn may_read(user: &User, filters: &[Filter]) -> bool {
    let own = |offices: &[events::OfficeId]| offices.iter().all(|id| reads_office(user, *id));
    let everything = user.may(Permission::OfficesReadAll);
    everything
        || filters.iter().any(|filter| match filter {
            Filter::Document(_) => true,
            Filter::FromOffice(offices) | Filter::ToOffice(offices) => own(offices),
            Filter::Number(_)
            | Filter::NumberPrefix(_)
            | Filter::ToUser(_)
            | Filter::SentBy(_)
            | Filter::ReceivedBy(_)
            | Filter::Kind(_)
            | Filter::Status(_)
            | Filter::Urgent(_)
            | Filter::AnswerRequired(_)
            | Filter::Sent(_)
            | Filter::Received(_)
            | Filter::Attended(_)
            | Filter::Due(_)
            | Filter::Overdue(_) => false,
        })
}

fn read(query: Option<&str>, today: NaiveDate, sight: Sight) -> Result<DerivationsAsked, Problem> {
    let mut params = Params::read(query);
    let filters = filters(&mut params, today);
    let sort = params.one_with("sort", "`sent` or `due`", |word| {
        Sort::ALL.into_iter().find(|sort| sort.word() == word)
    });
    let sort = sort.unwrap_or(Sort::Sent);
    let direction = params.one("order", "`asc` or `desc`");
    let direction = direction.unwrap_or(match sort {
        Sort::Sent => Direction::Desc,
        Sort::Due => Direction::Asc,
    });
    let (limit, after) = asked(&mut params, &order(sort, direction), &sort.sample_key());
    params.finish()?;
    Ok(DerivationsAsked {
        filters,
        sight,
        sort,
        direction,
        after,
        limit,
    })
}

fn filters(params: &mut Params, today: NaiveDate) -> Vec<Filter> {
    let id = "an id";
    let overdue = params.one_with("overdue", "`true`", |word| (word == "true").then_some(()));
    let number = params.one(
        "number",
        "the number of a derivation, as EXP-2026-000123-D01",
    );
    let number_prefix = params.one("number_prefix", "the beginning of a number");
    [
        some(params.many("document", id), Filter::Document),
        number.map(Filter::Number),
        number_prefix.map(Filter::NumberPrefix),
        some(params.many("from_office", id), Filter::FromOffice),
        some(params.many("to_office", id), Filter::ToOffice),
        some(params.many("to_user", id), Filter::ToUser),
        some(params.many("sent_by", id), Filter::SentBy),
        some(params.many("received_by", id), Filter::ReceivedBy),
        some(params.words("kind", DerivationKind::ALL), Filter::Kind),
        some(
            params.words("status", DerivationStatus::ALL),
            Filter::Status,
        ),
        params.flag("urgent").map(Filter::Urgent),
        params.flag("answer_required").map(Filter::AnswerRequired),
        params.instants("sent_from", "sent_to").map(Filter::Sent),
        params
            .instants("received_from", "received_to")
            .map(Filter::Received),
        params
            .instants("attended_from", "attended_to")
            .map(Filter::Attended),
        params.days("due_from", "due_to").map(Filter::Due),
        overdue.map(|()| Filter::Overdue(today)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn order(sort: Sort, direction: Direction) -> String {
    format!("{} {direction}", sort.word())
}
