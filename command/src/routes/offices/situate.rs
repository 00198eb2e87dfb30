//! POST /api/v1/offices/{id}/situate

use axum::extract::State;
use calendar::{OfficeHours, Place};
use domain::directory::OfficeCommand;
use events::OfficeId;
use serde::Deserialize;

use super::Answered;
use crate::app::App;
use crate::routes::posted::{At, Posted};

/// Where it stands and when its desk is open, whole.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Its province, `0801`: whose days off are its own. Only those of the nation, if absent.
    #[serde(default)]
    place: Option<Place>,
    /// `{"opens": "08:00:00", "closes": "16:30:00"}`, local time; those hours, if absent.
    #[serde(default)]
    hours: Option<OfficeHours>,
}

/// Says so from now on; deadlines that are there stay.
pub(crate) async fn handle(
    State(app): State<App>,
    At(id): At<OfficeId>,
    posted: Posted<Body>,
) -> Answered {
    let body = posted.body;
    let command = OfficeCommand::Situate {
        place: body.place,
        hours: body.hours,
    };
    super::change(&app, id, &command, &posted.wish).await
}
