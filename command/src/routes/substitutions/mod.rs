//! Acts on substitutions (*encargaturas*), one file each.

pub(super) mod create;
pub(super) mod end;

use axum::http::StatusCode;
use chrono::NaiveDate;
use domain::directory::{Substitution, SubstitutionCommand};
use events::people::{Place, SubstitutionSetUp};
use events::{Aggregate, OfficeId, SubstitutionId, UserId};
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::Serialize;

use super::answer::Answer;
use super::problem;
use crate::app::{App, Wish};
use crate::history::Asking;

/// A substitution, as it is after the act.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedSubstitution")]
pub(super) struct Body {
    /// Its id.
    id: SubstitutionId,
    /// How often it was changed.
    version: u64,
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
    /// Whether it ended before its last day.
    ended: bool,
}

/// What every such act is answered with.
pub(super) type Answered = Result<Answer<Body>, Problem>;

/// Carries out `command` on the substitution `id`.
pub(super) async fn carry_out(
    app: &App,
    id: SubstitutionId,
    command: &SubstitutionCommand,
    (asking, wish): (Asking, &Wish),
    status: StatusCode,
) -> Answered {
    let aggregate = Aggregate::Substitution(id);
    let done = app
        .carry_out(&app.substitutions, &aggregate, command, asking, wish)
        .await
        .map_err(problem::of)?;
    let (set_up, ended) = match &done.history.state {
        Substitution::Absent => return Err(Problem::new(&INTERNAL_ERROR)),
        Substitution::Running { set_up, .. } => (set_up, false),
        Substitution::Ended { set_up, .. } => (set_up, true),
    };
    let body = Body::of(set_up, done.history.version, ended);
    let location = format!("/api/v1/substitutions/{id}");
    Ok(Answer::new(
        app,
        &aggregate,
        &done,
        (status, &location),
        body,
    ))
}

impl Body {
    fn of(set_up: &SubstitutionSetUp, version: u64, ended: bool) -> Self {
        let (user_id, office_id) = match set_up.place {
            Place::User(id) => (Some(id), None),
            Place::HeadOf(id) => (None, Some(id)),
        };
        Self {
            id: set_up.substitution,
            version,
            substitute_id: set_up.substitute,
            user_id,
            office_id,
            from_on: set_up.from_on,
            until_on: set_up.until_on,
            ended,
        }
    }
}
