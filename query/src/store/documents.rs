//! The list of documents: closed filters, closed sorts, one index for each page.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use directory::Sight;
use events::classify::{Channel, DocumentStatus, Outcome, Priority, SenderKind};
use events::{DocumentId, DocumentTypeId, OfficeId, RegistryNumber, UserId};
use readmodel::desk::number_text;
use readmodel::document::priority_rank;
use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::document::office;
use super::document_filter::Filter;
use super::keyset::{Direction, SortKey};
use super::row::Columns;
use super::{Shape, SqlText, Value, document_filter};

/// Rows as a list shows them: the columns of [`DocumentItem`].
const SELECT: &str = "/* q:documents.list */
select id, number, document_type_id, category, external_number, sender_name, sender_kind,
    sender_number, subject, folios, has_annexes, priority, channel, tags, answer_required,
    presented_at, filed_on, registered_at, registered_by, registry_office_id, due_on, status,
    holder_office_id, in_transit_to_id, attended_at, outcome, seen_by is not null as restricted, version,
    last_activity_at
from documents
where true";

/// What a list of documents is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// When it was registered.
    Registered,
    /// When it was presented.
    Presented,
    /// The last day; documents without one are later than all others.
    Due,
    /// How pressing it is, then when it was registered.
    Priority,
    /// The registry number.
    Number,
    /// When something last happened.
    LastActivity,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 6] = [
        Self::Registered,
        Self::Presented,
        Self::Due,
        Self::Priority,
        Self::Number,
        Self::LastActivity,
    ];

    /// The word it is asked for by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Presented => "presented",
            Self::Due => "due",
            Self::Priority => "priority",
            Self::Number => "number",
            Self::LastActivity => "last_activity",
        }
    }

    const fn key(self) -> SortKey {
        SortKey {
            columns: match self {
                Self::Registered => &["registered_at", "id"],
                Self::Presented => &["presented_at", "id"],
                Self::Due => &["coalesce(due_on, '9999-12-31'::date)", "id"],
                Self::Priority => &["priority", "registered_at", "id"],
                Self::Number => &["number", "id"],
                Self::LastActivity => &["last_activity_at", "id"],
            },
        }
    }

    /// The key of a row in this sort.
    pub(crate) fn key_of(self, item: &DocumentItem) -> Vec<Value> {
        let id = Value::Id(item.id.0);
        match self {
            Self::Registered => vec![Value::At(item.registered_at), id],
            Self::Presented => vec![Value::At(item.presented_at), id],
            Self::Due => vec![Value::Day(item.due_on.unwrap_or(NEVER)), id],
            Self::Priority => vec![
                Value::Rank(priority_rank(item.priority)),
                Value::At(item.registered_at),
                id,
            ],
            Self::Number => vec![Value::Text(number_text(item.number.as_ref())), id],
            Self::LastActivity => vec![Value::At(item.last_activity_at), id],
        }
    }

    /// A key with parts of the right kinds.
    pub(crate) fn sample_key(self) -> Vec<Value> {
        let (at, id) = (
            Value::At(DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_400)),
            Value::Id(Uuid::from_u128(u128::MAX / 2)),
        );
        match self {
            Self::Registered | Self::Presented | Self::LastActivity => vec![at, id],
            Self::Due => vec![Value::Day(NEVER), id],
            Self::Priority => vec![Value::Rank(1), at, id],
            Self::Number => vec![Value::Text("EXP-2026-000100".to_owned()), id],
        }
    }
}

/// Stands for no last day where days are sorted.
const NEVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Which documents, in which order, after which.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentsAsked {
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

/// A document as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DocumentItem {
    /// The document.
    pub id: DocumentId,
    /// Its registry number, once it is registered.
    pub number: Option<RegistryNumber>,
    /// Its type.
    pub document_type_id: DocumentTypeId,
    /// A finer class within the type.
    pub category: Option<String>,
    /// The number the sender gave it.
    pub external_number: Option<String>,
    /// Who presented it.
    pub sender: SenderItem,
    /// What it is about.
    pub subject: String,
    /// How many sheets.
    pub folios: u32,
    /// Whether something is enclosed.
    pub has_annexes: bool,
    /// How pressing.
    pub priority: Priority,
    /// Where it came in.
    pub channel: Channel,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Whether the sender expects an answer.
    pub answer_required: bool,
    /// When it was handed in.
    pub presented_at: DateTime<Utc>,
    /// The legal date of presentation (R5).
    pub filed_on: NaiveDate,
    /// When it was registered; until then, when it was submitted.
    pub registered_at: DateTime<Utc>,
    /// Who registered it; until then, who submitted it.
    pub registered_by: UserId,
    /// The office that registered it, or is to.
    pub registry_office_id: OfficeId,
    /// The last day, where there is one.
    pub due_on: Option<NaiveDate>,
    /// Where it stands.
    pub status: DocumentStatus,
    /// The office that has custody (D2).
    pub holder_office_id: OfficeId,
    /// The office it is on its way to.
    pub in_transit_to_id: Option<OfficeId>,
    /// When it was attended (D4).
    pub attended_at: Option<DateTime<Utc>>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Whether only the offices that work on it see it.
    pub restricted: bool,
    /// How many events its history has.
    pub version: u64,
    /// When something last happened.
    pub last_activity_at: DateTime<Utc>,
}

/// A sender as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SenderItem {
    /// The name.
    pub name: String,
    /// What kind of identity was shown.
    pub kind: SenderKind,
    /// Its number.
    pub number: Option<String>,
}

/// The documents asked for, and one more when there are more.
pub(crate) async fn list(pool: PgPool, asked: &DocumentsAsked) -> sqlx::Result<Vec<DocumentItem>> {
    text(asked)
        .fetch_all(&pool)
        .await?
        .iter()
        .map(item)
        .collect()
}

/// Every shape the list can have: each sort both ways with each combination of filters, from the
/// beginning and after a row.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (name, filters) in document_filter::samples() {
        for sort in Sort::ALL {
            for direction in Direction::ALL {
                for after in [None, Some(sort.sample_key())] {
                    let page = if after.is_some() { "next" } else { "first" };
                    let asked = DocumentsAsked {
                        filters: filters.clone(),
                        sight: Sight::Offices(vec![OfficeId(Uuid::from_u128(3))]),
                        sort,
                        direction,
                        after,
                        limit: 50,
                    };
                    let sort = sort.word();
                    shapes.push(Shape {
                        name: format!("documents.list[{name}] {sort} {direction} {page}"),
                        text: text(&asked),
                        decode: |row| item(row).map(drop),
                    });
                }
            }
        }
    }
    shapes
}

/// The statement that answers.
#[must_use]
pub fn text(asked: &DocumentsAsked) -> SqlText {
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

fn item(row: &PgRow) -> sqlx::Result<DocumentItem> {
    Ok(DocumentItem {
        id: DocumentId(row.column("id")?),
        number: row.registry_number("number")?,
        document_type_id: DocumentTypeId(row.column("document_type_id")?),
        category: row.column("category")?,
        external_number: row.column("external_number")?,
        sender: SenderItem {
            name: row.column("sender_name")?,
            kind: row.word("sender_kind")?,
            number: row.column("sender_number")?,
        },
        subject: row.column("subject")?,
        folios: row.count("folios")?,
        has_annexes: row.column("has_annexes")?,
        priority: row.priority("priority")?,
        channel: row.word("channel")?,
        tags: row.column("tags")?,
        answer_required: row.column("answer_required")?,
        presented_at: row.column("presented_at")?,
        filed_on: row.column("filed_on")?,
        registered_at: row.column("registered_at")?,
        registered_by: UserId(row.column("registered_by")?),
        registry_office_id: OfficeId(row.column("registry_office_id")?),
        due_on: row.column("due_on")?,
        status: row.word("status")?,
        holder_office_id: OfficeId(row.column("holder_office_id")?),
        in_transit_to_id: office(row, "in_transit_to_id")?,
        attended_at: row.column("attended_at")?,
        outcome: row.word_or_none("outcome")?,
        restricted: row.column("restricted")?,
        version: row.count("version")?,
        last_activity_at: row.column("last_activity_at")?,
    })
}
