//! GET /api/v1/substitutions
//!
//! And one of them: `GET /api/v1/substitutions/{id}`.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use chrono::NaiveDate;
use events::people::Place;
use events::{OfficeId, SubstitutionId, UserId};
use platform::http::Problem;
use serde::Serialize;

use super::catalogue;
use crate::app::{App, Asking};
use crate::params::{Params, wrong_path};

#[derive(Serialize, schemars::JsonSchema)]
pub(super) struct Substitution {
    id: SubstitutionId,
    /// Who acts.
    substitute_id: UserId,
    /// In whose place, if in a person's.
    user_id: Option<UserId>,
    /// As head of which office, if not in a person's place.
    office_id: Option<OfficeId>,
    /// The first day.
    from_on: NaiveDate,
    /// The last day.
    until_on: NaiveDate,
    /// Why.
    reason: String,
    /// Whether it ended before its last day.
    ended: bool,
    /// Whether it lasts today.
    lasts: bool,
    #[serde(skip)]
    order: String,
}

impl Substitution {
    fn of(entry: &directory::Substitution, today: NaiveDate) -> Self {
        let (user_id, office_id) = match entry.place {
            Place::User(id) => (Some(id), None),
            Place::HeadOf(id) => (None, Some(id)),
        };
        Self {
            id: entry.id,
            substitute_id: entry.substitute,
            user_id,
            office_id,
            from_on: entry.from_on,
            until_on: entry.until_on,
            reason: entry.reason.clone(),
            ended: entry.ended,
            lasts: entry.lasts_on(today),
            order: entry.id.to_string(),
        }
    }
}

/// Answers with the substitutions, by id; `lasts` and `substitute` narrow them down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let today = app.today();
    let mut params = Params::read(query.as_deref());
    let lasts = params.flag("lasts");
    let substitutes: Vec<UserId> = params.many("substitute", "the id of a user");
    catalogue::list(
        &app,
        &asking,
        params,
        "id",
        |row: &Substitution| &row.order,
        |all| {
            let wanted = all
                .substitutions()
                .filter(|it| lasts.is_none_or(|lasts| it.lasts_on(today) == lasts))
                .filter(|it| substitutes.is_empty() || substitutes.contains(&it.substitute));
            wanted.map(|it| Substitution::of(it, today)).collect()
        },
    )
}

/// Answers with one substitution.
pub(crate) async fn handle_one(
    State(app): State<App>,
    asking: Asking,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id: SubstitutionId = id
        .parse()
        .map_err(|_| wrong_path("id", "the id of a substitution"))?;
    let today = app.today();
    let params = Params::read(query.as_deref());
    catalogue::one(&app, &asking, params, |all| {
        let found = all.substitution(id);
        found.map(|it| Substitution::of(it, today))
    })
}
