//! POST /api/v1/substitutions

use axum::extract::State;
use axum::http::StatusCode;
use chrono::NaiveDate;
use domain::directory::SubstitutionCommand;
use events::people::Place;
use events::{OfficeId, SubstitutionId, UserId};
use platform::http::{FieldError, Problem};
use serde::Deserialize;

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::kinds::INVALID_COMMAND;
use crate::routes::posted::Posted;

/// A substitution to be set up: in the place of `user_id`, or of the head of `office_id`.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Who acts.
    substitute_id: UserId,
    /// In whose place: this user's, in each of the user's offices.
    #[serde(default)]
    user_id: Option<UserId>,
    /// In whose place: that of the head of this office.
    #[serde(default)]
    office_id: Option<OfficeId>,
    /// The first day, a legal date.
    from_on: NaiveDate,
    /// The last day, a legal date.
    until_on: NaiveDate,
    /// Why: the resolution or memorandum that orders it, 1 to 1,000 characters.
    reason: String,
}

/// Sets it up. It ends by itself after its last day.
pub(crate) async fn handle(State(app): State<App>, posted: Posted<Body>) -> Answered {
    let asking = posted.wish.asking("substitutions");
    let id = SubstitutionId::set_up_by(asking.command);
    let command = posted.body.setting_up(id)?;
    let asked = (asking, &posted.wish);
    carry_out(&app, id, &command, asked, StatusCode::CREATED).await
}

impl Body {
    fn setting_up(self, substitution: SubstitutionId) -> Result<SubstitutionCommand, Problem> {
        let place = match (self.user_id, self.office_id) {
            (Some(user), None) => Place::User(user),
            (None, Some(office)) => Place::HeadOf(office),
            (Some(_), Some(_)) | (None, None) => {
                let error = "name either the user or the office whose head is away";
                let error = FieldError::new("/user_id", "one_of", error);
                return Err(Problem::new(&INVALID_COMMAND).error(error));
            }
        };
        Ok(SubstitutionCommand::SetUp {
            substitution,
            substitute: self.substitute_id,
            place,
            from_on: self.from_on,
            until_on: self.until_on,
            reason: self.reason,
        })
    }
}
