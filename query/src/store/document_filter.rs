//! What a list of documents can be narrowed down by.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::classify::{Channel, DocumentStatus, Priority};
use events::{DocumentTypeId, OfficeId, UserId};
use readmodel::document::{priority_rank, search_key};
use serde::Serialize;
use uuid::Uuid;

use super::{SqlText, Value};

/// Open documents, as the partial index of due dates has them.
const OPEN: &str = "status in ('registered', 'in_process')";

/// What documents are wanted. All filters of a list hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// With this registry number.
    Number(String),
    /// With a registry number that begins so.
    NumberPrefix(String),
    /// Whose sender's name begins so; case and accents do not matter.
    SenderName(String),
    /// Whose sender shows one of these numbers.
    SenderNumber(Vec<String>),
    /// To which the sender gave one of these numbers.
    ExternalNumber(Vec<String>),
    /// Of one of these types.
    DocumentType(Vec<DocumentTypeId>),
    /// Of one of these classes.
    Category(Vec<String>),
    /// That stand so.
    Status(Vec<DocumentStatus>),
    /// That press so.
    Priority(Vec<Priority>),
    /// That one of these offices holds.
    HolderOffice(Vec<OfficeId>),
    /// That one of these users registered.
    RegisteredBy(Vec<UserId>),
    /// That came in so.
    Channel(Vec<Channel>),
    /// With any of these tags.
    Tag(Vec<String>),
    /// With or without enclosures.
    HasAnnexes(bool),
    /// Presented from the one instant until before the other.
    Presented(Span<DateTime<Utc>>),
    /// Registered then.
    Registered(Span<DateTime<Utc>>),
    /// Attended then.
    Attended(Span<DateTime<Utc>>),
    /// Due from the one day until before the other.
    Due(Span<NaiveDate>),
    /// Open and due before this day.
    Overdue(NaiveDate),
    /// Open and due from the one day until before the other.
    DueWithin(Span<NaiveDate>),
}

/// From one moment until before another; an absent end is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span<T> {
    /// The first moment within.
    pub from: Option<T>,
    /// The first moment after it.
    pub until: Option<T>,
}

impl Filter {
    /// Adds the condition to a text that ends with `and`.
    pub(crate) fn add_to(&self, text: &mut SqlText) {
        match self {
            Self::Number(number) => {
                text.push("number = ").bind(Value::Text(number.clone()));
            }
            Self::NumberPrefix(prefix) => {
                text.begins_with("number", prefix);
            }
            Self::SenderName(name) => {
                text.begins_with("sender_key", &search_key(name));
            }
            Self::SenderNumber(numbers) => {
                text.any_of("sender_number", &Value::Texts(numbers.clone()));
            }
            Self::ExternalNumber(numbers) => {
                text.any_of("external_number", &Value::Texts(numbers.clone()));
            }
            Self::DocumentType(types) => {
                text.any_of("document_type_id", &ids(types, |id| id.0));
            }
            Self::Category(categories) => {
                text.any_of("category", &Value::Texts(categories.clone()));
            }
            Self::Status(statuses) => {
                text.any_of("status", &words(statuses));
            }
            Self::Priority(priorities) => {
                let ranks = priorities.iter().copied().map(priority_rank).collect();
                text.any_of("priority", &Value::Ranks(ranks));
            }
            Self::HolderOffice(offices) => {
                text.any_of("holder_office_id", &ids(offices, |id| id.0));
            }
            Self::RegisteredBy(users) => {
                text.any_of("registered_by", &ids(users, |id| id.0));
            }
            Self::Channel(channels) => {
                text.any_of("channel", &words(channels));
            }
            Self::Tag(tags) => {
                text.push("tags && ").bind(Value::Texts(tags.clone()));
            }
            Self::HasAnnexes(has) => {
                text.push("has_annexes = ").bind(Value::Flag(*has));
            }
            Self::Presented(span) => span.add_to(text, "presented_at", Value::At),
            Self::Registered(span) => span.add_to(text, "registered_at", Value::At),
            Self::Attended(span) => span.add_to(text, "attended_at", Value::At),
            Self::Due(span) => span.add_to(text, "due_on", Value::Day),
            Self::Overdue(today) => {
                text.push(OPEN)
                    .push("\nand due_on < ")
                    .bind(Value::Day(*today));
            }
            Self::DueWithin(span) => {
                text.push(OPEN).push("\nand ");
                span.add_to(text, "due_on", Value::Day);
            }
        }
    }
}

impl<T: Copy> Span<T> {
    /// Adds `column >= from and column < until`.
    pub(crate) fn add_to(
        self,
        text: &mut SqlText,
        column: &'static str,
        value: impl Fn(T) -> Value,
    ) {
        text.push(column).push(" is not null");
        if let Some(from) = self.from {
            text.push("\nand ")
                .push(column)
                .push(" >= ")
                .bind(value(from));
        }
        if let Some(until) = self.until {
            text.push("\nand ")
                .push(column)
                .push(" < ")
                .bind(value(until));
        }
    }
}

/// Ids as a bound value.
pub(crate) fn ids<T: Copy>(of: &[T], id: impl Fn(T) -> Uuid) -> Value {
    Value::Ids(of.iter().copied().map(id).collect())
}

/// Words as a bound value.
pub(crate) fn words<T: ToString>(of: &[T]) -> Value {
    Value::Texts(of.iter().map(ToString::to_string).collect())
}

/// Combinations of filters, each with a name, whose plans are held by a test: every filter alone,
/// with one value and with two, and those that a desk or a head of office asks for together.
#[expect(clippy::too_many_lines, reason = "a table, and nothing else")]
pub(crate) fn samples() -> Vec<(&'static str, Vec<Filter>)> {
    let id = |n: u128| Uuid::from_u128(n);
    let text = |texts: &[&str]| texts.iter().copied().map(str::to_owned).collect::<Vec<_>>();
    let at = |days| Some(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(days));
    let day = |days| at(days).map(|at| at.date_naive());
    let today = NaiveDate::from_ymd_opt(2025, 11, 26).unwrap_or_default();
    let recent = Span {
        from: at(20_410),
        until: at(20_417),
    };
    let earlier = Span {
        from: at(20_300),
        until: at(20_307),
    };
    let year = Span {
        from: at(20_089),
        until: None,
    };
    let week = Span {
        from: day(20_410),
        until: day(20_417),
    };
    let open = vec![DocumentStatus::Registered, DocumentStatus::InProcess];
    let office = Filter::HolderOffice(vec![OfficeId(id(3))]);
    vec![
        ("", vec![]),
        ("number", vec![Filter::Number("EXP-2025-000777".to_owned())]),
        (
            "number prefix",
            vec![Filter::NumberPrefix("EXP-2025-0007".to_owned())],
        ),
        ("series", vec![Filter::NumberPrefix("EXP-2025".to_owned())]),
        (
            "sender name",
            vec![Filter::SenderName("Sender 77".to_owned())],
        ),
        (
            "sender name, short",
            vec![Filter::SenderName("se".to_owned())],
        ),
        (
            "sender number",
            vec![Filter::SenderNumber(text(&["00000042"]))],
        ),
        (
            "sender numbers",
            vec![Filter::SenderNumber(text(&["00000042", "00000043"]))],
        ),
        (
            "external number",
            vec![Filter::ExternalNumber(text(&["OF-42"]))],
        ),
        (
            "external numbers",
            vec![Filter::ExternalNumber(text(&["OF-42", "OF-84"]))],
        ),
        (
            "type",
            vec![Filter::DocumentType(vec![DocumentTypeId(id(2))])],
        ),
        (
            "types",
            vec![Filter::DocumentType(vec![
                DocumentTypeId(id(2)),
                DocumentTypeId(id(3)),
            ])],
        ),
        ("category", vec![Filter::Category(text(&["c5"]))]),
        ("categories", vec![Filter::Category(text(&["c5", "c6"]))]),
        ("status", vec![Filter::Status(vec![DocumentStatus::Voided])]),
        ("open", vec![Filter::Status(open.clone())]),
        ("urgent", vec![Filter::Priority(vec![Priority::Urgent])]),
        (
            "priorities",
            vec![Filter::Priority(vec![Priority::High, Priority::Urgent])],
        ),
        ("holder", vec![office.clone()]),
        (
            "holders",
            vec![Filter::HolderOffice(vec![OfficeId(id(3)), OfficeId(id(4))])],
        ),
        (
            "registered by",
            vec![Filter::RegisteredBy(vec![UserId(id(5))])],
        ),
        (
            "registered by several",
            vec![Filter::RegisteredBy(vec![UserId(id(5)), UserId(id(6))])],
        ),
        ("channel", vec![Filter::Channel(vec![Channel::Exchange])]),
        (
            "channels",
            vec![Filter::Channel(vec![Channel::Web, Channel::Exchange])],
        ),
        ("tag", vec![Filter::Tag(text(&["t16"]))]),
        ("tags", vec![Filter::Tag(text(&["t16", "t18"]))]),
        ("annexes", vec![Filter::HasAnnexes(true)]),
        ("no annexes", vec![Filter::HasAnnexes(false)]),
        ("presented", vec![Filter::Presented(recent)]),
        ("registered", vec![Filter::Registered(recent)]),
        ("registered since", vec![Filter::Registered(year)]),
        ("attended", vec![Filter::Attended(earlier)]),
        ("due", vec![Filter::Due(week)]),
        ("overdue", vec![Filter::Overdue(today)]),
        ("due within", vec![Filter::DueWithin(week)]),
        (
            "holder, open",
            vec![office.clone(), Filter::Status(open.clone())],
        ),
        (
            "holder, overdue",
            vec![office.clone(), Filter::Overdue(today)],
        ),
        (
            "holder, urgent",
            vec![office.clone(), Filter::Priority(vec![Priority::Urgent])],
        ),
        (
            "holder, registered",
            vec![office, Filter::Registered(recent)],
        ),
        (
            "status, registered",
            vec![Filter::Status(open.clone()), Filter::Registered(recent)],
        ),
        (
            "open, urgent",
            vec![
                Filter::Status(open),
                Filter::Priority(vec![Priority::Urgent]),
            ],
        ),
        (
            "type, channel, annexes",
            vec![
                Filter::DocumentType(vec![DocumentTypeId(id(2))]),
                Filter::Channel(vec![Channel::Counter]),
                Filter::HasAnnexes(true),
            ],
        ),
    ]
}
