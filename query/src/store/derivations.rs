//! The list of derivations.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use directory::Sight;
use events::classify::{DerivationKind, DerivationStatus};
use events::{DocumentId, OfficeId, UserId};
use readmodel::DerivationRow;
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::document::derivation;
use super::document_filter::{Span, ids, words};
use super::keyset::{Direction, SortKey};
use super::{Shape, SqlText, Value};

const SELECT: &str = "/* q:derivations.list */
select *
from derivations
where true";

/// Open derivations, as the partial index of due dates has them.
const OPEN: &str = "status in ('pending', 'received')";

/// What derivations are wanted. All filters of a list hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Of these documents.
    Document(Vec<DocumentId>),
    /// With this number.
    Number(String),
    /// With a number that begins so.
    NumberPrefix(String),
    /// Sent by one of these offices.
    FromOffice(Vec<OfficeId>),
    /// Sent to one of these offices.
    ToOffice(Vec<OfficeId>),
    /// Given to one of these users.
    ToUser(Vec<UserId>),
    /// Sent by one of these users.
    SentBy(Vec<UserId>),
    /// Received by one of these users.
    ReceivedBy(Vec<UserId>),
    /// Of one of these kinds.
    Kind(Vec<DerivationKind>),
    /// That stand so.
    Status(Vec<DerivationStatus>),
    /// That can or cannot wait.
    Urgent(bool),
    /// That want an answer or not.
    AnswerRequired(bool),
    /// Sent from the one instant until before the other.
    Sent(Span<DateTime<Utc>>),
    /// Received then.
    Received(Span<DateTime<Utc>>),
    /// Attended then.
    Attended(Span<DateTime<Utc>>),
    /// Due from the one day until before the other.
    Due(Span<NaiveDate>),
    /// Open and due before this day.
    Overdue(NaiveDate),
}

/// What a list of derivations is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// When it was sent.
    Sent,
    /// The last day; derivations without one are later than all others.
    Due,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 2] = [Self::Sent, Self::Due];

    /// The word it is asked for by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Due => "due",
        }
    }

    const fn key(self) -> SortKey {
        SortKey {
            columns: match self {
                Self::Sent => &["sent_at", "document_id", "ordinal"],
                Self::Due => &[
                    "coalesce(due_on, '9999-12-31'::date)",
                    "document_id",
                    "ordinal",
                ],
            },
        }
    }

    /// The key of a row in this sort.
    pub(crate) fn key_of(self, row: &DerivationRow) -> Vec<Value> {
        let never = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or(NaiveDate::MAX);
        let first = match self {
            Self::Sent => Value::At(row.sent_at),
            Self::Due => Value::Day(row.due_on.unwrap_or(never)),
        };
        vec![
            first,
            Value::Id(row.document_id.0),
            Value::Number(i64::from(row.ordinal)),
        ]
    }

    /// A key with parts of the right kinds.
    pub(crate) fn sample_key(self) -> Vec<Value> {
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_400);
        let first = match self {
            Self::Sent => Value::At(at),
            Self::Due => Value::Day(at.date_naive()),
        };
        vec![
            first,
            Value::Id(Uuid::from_u128(u128::MAX / 2)),
            Value::Number(1),
        ]
    }
}

/// Which derivations, in which order, after which.
#[derive(Clone, Debug, Serialize)]
pub struct DerivationsAsked {
    /// What all of them have.
    pub filters: Vec<Filter>,
    /// What whoever asks sees of restricted documents.
    pub sight: Sight,
    /// What they are sorted by.
    pub sort: Sort,
    /// Which way.
    pub direction: Direction,
    /// The key of the row they come after.
    pub after: Option<Vec<Value>>,
    /// How many at most.
    pub limit: u32,
}

/// The derivations asked for, and one more when there are more.
pub(crate) async fn list(
    pool: PgPool,
    asked: &DerivationsAsked,
) -> sqlx::Result<Vec<DerivationRow>> {
    text(asked)
        .fetch_all(&pool)
        .await?
        .iter()
        .map(derivation)
        .collect()
}

fn text(asked: &DerivationsAsked) -> SqlText {
    let mut text = SqlText::new(SELECT);
    for filter in &asked.filters {
        text.push("\nand ");
        filter.add_to(&mut text);
    }
    text.shown_to(&asked.sight);
    let key = asked.sort.key();
    key.page(
        &mut text,
        asked.direction,
        asked.after.as_deref(),
        asked.limit,
    );
    text
}

impl Filter {
    fn add_to(&self, text: &mut SqlText) {
        match self {
            Self::Document(documents) => {
                text.any_of("document_id", &ids(documents, |id| id.0));
            }
            Self::Number(number) => {
                text.push("number = ").bind(Value::Text(number.clone()));
            }
            Self::NumberPrefix(prefix) => {
                text.begins_with("number", prefix);
            }
            Self::FromOffice(offices) => {
                text.any_of("from_office_id", &ids(offices, |id| id.0));
            }
            Self::ToOffice(offices) => {
                text.any_of("to_office_id", &ids(offices, |id| id.0));
            }
            Self::ToUser(users) => {
                text.any_of("to_user_id", &ids(users, |id| id.0));
            }
            Self::SentBy(users) => {
                text.any_of("sent_by", &ids(users, |id| id.0));
            }
            Self::ReceivedBy(users) => {
                text.any_of("received_by", &ids(users, |id| id.0));
            }
            Self::Kind(kinds) => {
                text.any_of("kind", &words(kinds));
            }
            Self::Status(statuses) => {
                text.any_of("status", &words(statuses));
            }
            Self::Urgent(true) => {
                text.push("urgent");
            }
            Self::Urgent(false) => {
                text.push("not urgent");
            }
            Self::AnswerRequired(true) => {
                text.push("answer_required");
            }
            Self::AnswerRequired(false) => {
                text.push("not answer_required");
            }
            Self::Sent(span) => span.add_to(text, "sent_at", Value::At),
            Self::Received(span) => span.add_to(text, "received_at", Value::At),
            Self::Attended(span) => span.add_to(text, "attended_at", Value::At),
            Self::Due(span) => span.add_to(text, "due_on", Value::Day),
            Self::Overdue(today) => {
                text.push(OPEN)
                    .push("\nand due_on < ")
                    .bind(Value::Day(*today));
            }
        }
    }
}

/// Every shape the list can have.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, filters) in samples() {
        for sort in Sort::ALL {
            for direction in Direction::ALL {
                for after in [None, Some(sort.sample_key())] {
                    let page = if after.is_some() { "next" } else { "first" };
                    let asked = DerivationsAsked {
                        filters: filters.clone(),
                        sight: Sight::Offices(vec![OfficeId(Uuid::from_u128(3))]),
                        sort,
                        direction,
                        after,
                        limit: 50,
                    };
                    let sort = sort.word();
                    shapes.push(Shape {
                        name: format!("derivations.list[{name}] {sort} {direction} {page}"),
                        text: text(&asked),
                        decode: |row| derivation(row).map(drop),
                    });
                }
            }
        }
    }
    shapes
}

fn samples() -> Vec<(&'static str, Vec<Filter>)> {
    let office = |n| OfficeId(Uuid::from_u128(n));
    let user = |n| UserId(Uuid::from_u128(n));
    let document = |n| DocumentId(Uuid::from_u128(n));
    let at = |days| Some(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(days));
    let day = |days| at(days).map(|at| at.date_naive());
    let recent = Span {
        from: at(20_410),
        until: at(20_417),
    };
    let earlier = Span {
        from: at(20_300),
        until: at(20_307),
    };
    let week = Span {
        from: day(20_410),
        until: day(20_417),
    };
    let today = NaiveDate::from_ymd_opt(2025, 11, 26).unwrap_or_default();
    let pending = Filter::Status(vec![DerivationStatus::Pending]);
    let waiting = Filter::Status(vec![DerivationStatus::Pending, DerivationStatus::Received]);
    vec![
        ("", vec![]),
        ("document", vec![Filter::Document(vec![document(7)])]),
        (
            "documents",
            vec![Filter::Document(vec![document(7), document(8)])],
        ),
        (
            "number",
            vec![Filter::Number("EXP-2025-000777-D01".to_owned())],
        ),
        (
            "number prefix",
            vec![Filter::NumberPrefix("EXP-2025-0007".to_owned())],
        ),
        ("series", vec![Filter::NumberPrefix("EXP-2025".to_owned())]),
        ("from", vec![Filter::FromOffice(vec![office(3)])]),
        ("to", vec![Filter::ToOffice(vec![office(3)])]),
        (
            "to several",
            vec![Filter::ToOffice(vec![office(3), office(4)])],
        ),
        ("to user", vec![Filter::ToUser(vec![user(6)])]),
        ("sent by", vec![Filter::SentBy(vec![user(5)])]),
        ("received by", vec![Filter::ReceivedBy(vec![user(5)])]),
        ("copies", vec![Filter::Kind(vec![DerivationKind::Copy])]),
        ("pending", vec![pending.clone()]),
        ("waiting", vec![waiting.clone()]),
        ("urgent", vec![Filter::Urgent(true)]),
        ("not urgent", vec![Filter::Urgent(false)]),
        ("answer required", vec![Filter::AnswerRequired(true)]),
        ("no answer required", vec![Filter::AnswerRequired(false)]),
        ("sent", vec![Filter::Sent(recent)]),
        ("received", vec![Filter::Received(earlier)]),
        ("attended", vec![Filter::Attended(earlier)]),
        ("due", vec![Filter::Due(week)]),
        ("overdue", vec![Filter::Overdue(today)]),
        (
            "to, pending",
            vec![Filter::ToOffice(vec![office(3)]), pending.clone()],
        ),
        (
            "from, pending",
            vec![Filter::FromOffice(vec![office(3)]), pending],
        ),
        (
            "to, waiting",
            vec![Filter::ToOffice(vec![office(3)]), waiting.clone()],
        ),
        (
            "to, overdue",
            vec![Filter::ToOffice(vec![office(3)]), Filter::Overdue(today)],
        ),
        (
            "to, sent",
            vec![Filter::ToOffice(vec![office(3)]), Filter::Sent(recent)],
        ),
        ("waiting, urgent", vec![waiting, Filter::Urgent(true)]),
    ]
}
