//! GET /api/v1/documents

use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{Days, NaiveDate};
use directory::Sight;
use events::RegistryNumber;
use events::classify::{Channel, DocumentStatus, Priority};
use platform::http::Problem;
use readmodel::Scope;

use crate::app::{App, Asking, Caller, body};
use crate::cache::{Kind, Question};
use crate::page::{Page, asked};
use crate::params::Params;
use crate::store::document_filter::{Filter, Span};
use crate::store::documents::{self, DocumentsAsked, Sort};
use crate::store::keyset::Direction;

/// Answers with the documents that have all of what is asked for, page by page.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = read(query.as_deref(), app.today(), caller.sight())?;
    let question = Question {
        kind: Kind::List,
        name: format!("documents {}", serde_json::json!(wanted)),
        scopes: vec![Scope::Documents],
    };
    let load = async || {
        let rows = app
            .store
            .read(|pool| documents::list(pool, &wanted))
            .await?;
        let order = order(wanted.sort, wanted.direction);
        body(&Page::of(rows, wanted.limit, &order, |row| {
            wanted.sort.key_of(row)
        }))
    };
    app.answer(&asking, &question, load).await
}

/// Reads the parameters; `today` is the legal date.
fn read(query: Option<&str>, today: NaiveDate, sight: Sight) -> Result<DocumentsAsked, Problem> {
    let mut params = Params::read(query);
    let filters = filters(&mut params, today);
    let sort = params.one_with("sort", &sorts(), |word| {
        Sort::ALL.into_iter().find(|sort| sort.word() == word)
    });
    let sort = sort.unwrap_or(Sort::Registered);
    let direction = params.one("order", "`asc` or `desc`");
    let direction = direction.unwrap_or(match sort {
        Sort::Due => Direction::Asc,
        Sort::Registered | Sort::Presented | Sort::Priority | Sort::Number | Sort::LastActivity => {
            Direction::Desc
        }
    });
    let (limit, after) = asked(&mut params, &order(sort, direction), &sort.sample_key());
    params.finish()?;
    Ok(DocumentsAsked {
        filters,
        sight,
        sort,
        direction,
        after,
        limit,
    })
}

fn filters(params: &mut Params, today: NaiveDate) -> Vec<Filter> {
    let id = "the id of what the directory has";
    let text = "a text of at most 300 characters";
    let number: Option<RegistryNumber> =
        params.one("number", "a registry number, as EXP-2026-000123");
    let number_prefix = params.one("number_prefix", "the beginning of a registry number");
    let sender_name = params.one("sender_name", "the beginning of a name");
    let due_within = params.one_with("due_within", "a number of days, up to 365", |days| {
        days.parse::<u64>().ok().filter(|days| *days <= 365)
    });
    let overdue = params.one_with("overdue", "`true`", |word| (word == "true").then_some(()));
    let urgent = params.one_with("urgent", "`true`", |word| (word == "true").then_some(()));
    [
        number.map(|number| Filter::Number(number.to_string())),
        number_prefix.map(Filter::NumberPrefix),
        sender_name.map(Filter::SenderName),
        some(params.many("sender_number", text), Filter::SenderNumber),
        some(params.many("external_number", text), Filter::ExternalNumber),
        some(params.many("document_type", id), Filter::DocumentType),
        some(params.many("category", text), Filter::Category),
        some(params.words("status", DocumentStatus::ALL), Filter::Status),
        some(params.words("priority", Priority::ALL), Filter::Priority),
        some(params.many("holder_office", id), Filter::HolderOffice),
        some(params.many("registered_by", id), Filter::RegisteredBy),
        some(params.words("channel", Channel::ALL), Filter::Channel),
        some(params.many("tag", text), Filter::Tag),
        params.flag("has_annexes").map(Filter::HasAnnexes),
        params
            .instants("presented_from", "presented_to")
            .map(Filter::Presented),
        params
            .instants("registered_from", "registered_to")
            .map(Filter::Registered),
        params
            .instants("attended_from", "attended_to")
            .map(Filter::Attended),
        params.days("due_from", "due_to").map(Filter::Due),
        overdue.map(|()| Filter::Overdue(today)),
        due_within.map(|days| {
            Filter::DueWithin(Span {
                from: Some(today),
                until: Some(today + Days::new(days + 1)),
            })
        }),
        urgent.map(|()| Filter::Priority(vec![Priority::Urgent])),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A filter where there is something to filter by.
pub(crate) fn some<T, F>(values: Vec<T>, filter: impl FnOnce(Vec<T>) -> F) -> Option<F> {
    (!values.is_empty()).then(|| filter(values))
}

fn order(sort: Sort, direction: Direction) -> String {
    format!("{} {direction}", sort.word())
}

fn sorts() -> String {
    let words: Vec<_> = Sort::ALL
        .iter()
        .map(|sort| format!("`{}`", sort.word()))
        .collect();
    format!("one of {}", words.join(", "))
}
