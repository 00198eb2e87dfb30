//! POST /api/v1/substitutions/{id}/end

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::SubstitutionCommand;
use events::{Aggregate, SubstitutionId};

use super::{Answered, carry_out};
use crate::app::App;
use crate::routes::posted::{At, Posted, Reason};

/// Ends it before its last day.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<SubstitutionId>,
    posted: Posted<Reason>,
) -> Answered {
    let reason = posted.body.reason;
    let command = SubstitutionCommand::End { reason };
    let asking = posted.wish.asking(&Aggregate::Substitution(id).to_string());
    carry_out(&app, id, &command, (asking, &posted.wish), StatusCode::OK).await
}
