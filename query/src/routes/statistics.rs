//! GET /api/v1/statistics

use axum::extract::{RawQuery, State};
use axum::response::Response;
use chrono::{Days, NaiveDate};
use events::classify::{Channel, Priority};
use platform::http::Problem;
use readmodel::Scope;

use crate::app::{App, Asking, body};
use crate::cache::{Kind, Question};
use crate::figures::Figures;
use crate::freshness::Freshness;
use crate::params::Params;
use crate::store::statistics::{self, StatisticsAsked};
use crate::store::{Store, StoreError};

/// Days when no period is named, today included.
const USUAL: u64 = 30;

/// Days a period may have at most.
const LONGEST: i64 = 3_660;

/// Answers with the figures of a period, which `office`, `type`, `priority` and `channel` narrow
/// down.
pub(crate) async fn handle(
    State(app): State<App>,
    asking: Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = read(query.as_deref(), app.today())?;
    let load = async || load(&app.store, &app.freshness, &wanted).await;
    app.answer(&asking, &question(&wanted), load).await
}

/// What is asked.
pub(crate) fn question(asked: &StatisticsAsked) -> Question {
    Question {
        kind: Kind::Statistics,
        name: format!("statistics {}", serde_json::json!(asked)),
        scopes: vec![Scope::Statistics],
    }
}

/// What is asked for when nothing is said: everything of the usual period.
pub(crate) fn usual(today: NaiveDate) -> StatisticsAsked {
    StatisticsAsked {
        from: today - Days::new(USUAL - 1),
        to: today,
        offices: Vec::new(),
        document_types: Vec::new(),
        priorities: Vec::new(),
        channels: Vec::new(),
    }
}

/// The figures, read.
pub(crate) async fn load(
    store: &Store,
    freshness: &Freshness,
    asked: &StatisticsAsked,
) -> Result<Option<Vec<u8>>, StoreError> {
    let stream = freshness.stream();
    let read = async |pool| statistics::sums(pool, asked, stream).await;
    let sums = store.read(read).await?;
    let position = freshness.position(sums.sequence);
    body(&Figures::of(asked, sums, position))
}

fn read(query: Option<&str>, today: NaiveDate) -> Result<StatisticsAsked, Problem> {
    let mut params = Params::read(query);
    let days = params.days("from", "to");
    let to = days
        .and_then(|days| days.until)
        .map_or(today, |until| until - Days::new(1));
    let from = days
        .and_then(|days| days.from)
        .unwrap_or(to - Days::new(USUAL - 1));
    if from > to {
        params.refuse("from", "wrong_order", "`from` is not after `to`".to_owned());
    } else if (to - from).num_days() >= LONGEST {
        let detail = format!("a period has at most {LONGEST} days");
        params.refuse("from", "too_long", detail);
    }
    let asked = StatisticsAsked {
        from,
        to,
        offices: params.many("office", "the id of an office"),
        document_types: params.many("type", "the id of a document type"),
        priorities: params.words("priority", Priority::ALL),
        channels: params.words("channel", Channel::ALL),
    };
    params.finish()?;
    Ok(asked)
}
