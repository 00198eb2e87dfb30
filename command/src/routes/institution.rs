//! POST /api/v1/institution

use axum::extract::State;
use axum::http::StatusCode;
use domain::directory::SetInstitution;
use events::Aggregate;
use events::institution::Profile;
use platform::http::Problem;
use platform::http::problem::INTERNAL_ERROR;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::posted::Posted;
use super::problem;
use crate::app::App;

/// How the institution is described from now on.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Body {
    /// Its name, 1 to 200 characters.
    name: String,
    /// Its acronym, 1 to 20 characters.
    #[serde(default)]
    acronym: Option<String>,
    /// Its RUC, eleven digits.
    #[serde(default)]
    ruc: Option<String>,
    /// Where it is, 1 to 200 characters.
    #[serde(default)]
    address: Option<String>,
    /// Where the public reaches this installation, as `https://mesa.example.pe`.
    #[serde(default)]
    public_url: Option<String>,
    /// Lines at the foot of receipts, three at most.
    #[serde(default)]
    receipt_lines: Vec<String>,
    /// Why, 1 to 1,000 characters.
    reason: String,
}

/// The institution after the act.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "ChangedInstitution")]
pub(crate) struct Told {
    version: u64,
    #[serde(flatten)]
    profile: Profile,
}

/// Says so: receipts are made anew, with what is said now.
pub(crate) async fn handle(
    State(app): State<App>,
    posted: Posted<Body>,
) -> Result<Answer<Told>, Problem> {
    let (body, wish) = (posted.body, posted.wish);
    let aggregate = Aggregate::Institution;
    let asking = wish.asking(&aggregate.to_string());
    let command = SetInstitution {
        profile: Profile {
            name: body.name,
            acronym: body.acronym,
            ruc: body.ruc,
            address: body.address,
            public_url: body.public_url,
            receipt_lines: body.receipt_lines,
        },
        reason: body.reason,
    };
    let done = app
        .carry_out(&app.institution, &aggregate, &command, asking, &wish)
        .await
        .map_err(problem::of)?;
    let profile = done.history.state.profile.clone();
    let told = Told {
        version: done.history.version,
        profile: profile.ok_or_else(|| Problem::new(&INTERNAL_ERROR))?,
    };
    let read_at = (StatusCode::OK, "/api/v1/institution");
    Ok(Answer::new(&app, &aggregate, &done, read_at, told))
}
