//! What waits in an office, and how much of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use events::{DocumentId, DocumentTypeId, OfficeId};
use readmodel::{InboxRow, Tray};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::document::office;
use super::keyset::{Direction, SortKey};
use super::row::Columns;
use super::{SNAPSHOT, Shape, SqlText, Statement, Value};

/// How many business days before its day something is due soon.
pub const SOON: u32 = 3;

const SELECT: &str = "/* q:inbox.list */
select *
from inbox_items
where office_id = ";

/// The trays whose items count as due, as the partial index has them.
const WORK: &str = "tray in ('to_receive', 'in_office', 'returned')";

/// How much lies in each tray, how much is overdue and how much is due soon. `$2` is today, `$3`
/// the last day that is soon.
pub const COUNTERS: Statement = Statement {
    name: "inbox.counters",
    sql: "/* q:inbox.counters */
        select tray, n
        from inbox_counters
        where office_id = $1
        union all
        select case when due_on < $2 then 'overdue' else 'due_soon' end, sum(n)::bigint
        from inbox_due
        where office_id = $1
        and due_on <= $3
        group by 1",
    sample: || {
        let today = NaiveDate::from_ymd_opt(2025, 11, 26).unwrap_or_default();
        let soon = today + Days::new(5);
        let office = Uuid::from_u128(3);
        vec![Value::Id(office), Value::Day(today), Value::Day(soon)]
    },
    decode: |row| counter(row).map(drop),
};

/// A part of an inbox that can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// One tray, the newest first.
    Tray(Tray),
    /// What is to be worked on and was due before today, the oldest day first.
    Overdue,
    /// What is to be worked on and is due from today to three business days on.
    DueSoon,
}

impl Part {
    /// Every part.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut parts: Vec<_> = Tray::ALL.iter().copied().map(Self::Tray).collect();
        parts.extend([Self::Overdue, Self::DueSoon]);
        parts
    }

    /// The word it is asked for by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tray(tray) => tray.word(),
            Self::Overdue => "overdue",
            Self::DueSoon => "due_soon",
        }
    }

    const fn order(self) -> (SortKey, Direction) {
        match self {
            Self::Tray(_) => (
                SortKey {
                    columns: &["since", "document_id", "ordinal"],
                },
                Direction::Desc,
            ),
            Self::Overdue | Self::DueSoon => (
                SortKey {
                    columns: &["due_on", "document_id", "ordinal"],
                },
                Direction::Asc,
            ),
        }
    }

    /// The key of a row in the order of this part.
    pub(crate) fn key_of(self, row: &InboxRow) -> Vec<Value> {
        let first = match self {
            Self::Tray(_) => Value::At(row.since),
            Self::Overdue | Self::DueSoon => Value::Day(row.due_on.unwrap_or_default()),
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
            Self::Tray(_) => Value::At(at),
            Self::Overdue | Self::DueSoon => Value::Day(at.date_naive()),
        };
        let middle = Value::Id(Uuid::from_u128(u128::MAX / 2));
        vec![first, middle, Value::Number(1)]
    }
}

/// Which items of which office, after which.
#[derive(Clone, Debug, Serialize)]
pub struct InboxAsked {
    /// The office.
    pub office: OfficeId,
    /// The part of its inbox.
    pub part: Part,
    /// Whether restricted documents are shown: to the people of the office, and to those who see
    /// all of them.
    pub restricted: bool,
    /// The legal date today.
    pub today: NaiveDate,
    /// The last day that is soon: the third business day of the office after today.
    pub soon: NaiveDate,
    /// The key of the row they come after.
    pub after: Option<Vec<Value>>,
    /// How many at most.
    pub limit: u32,
}

/// What an inbox is asked for holds: the counters of all its parts, by word, and the items of one.
pub(crate) type InboxFound = (BTreeMap<&'static str, i64>, Vec<InboxRow>);

/// The counters of every part, and the items asked for and one more when there are more.
///
/// Both see one snapshot, so that a counter never contradicts its list.
pub(crate) async fn find(pool: PgPool, asked: &InboxAsked) -> sqlx::Result<InboxFound> {
    let mut snapshot = pool.begin_with(SNAPSHOT).await?;
    let counters = counters(&mut snapshot, asked).await?;
    let rows = text(asked).query().fetch_all(&mut *snapshot).await?;
    snapshot.commit().await?;
    let items = rows.iter().map(item).collect::<Result<_, _>>()?;
    Ok((counters, items))
}

async fn counters(
    on: &mut PgConnection,
    asked: &InboxAsked,
) -> sqlx::Result<BTreeMap<&'static str, i64>> {
    let (office, today, soon) = (asked.office.0, asked.today, asked.soon);
    let values = [Value::Id(office), Value::Day(today), Value::Day(soon)];
    let mut counters: BTreeMap<_, _> = Part::all().iter().map(|part| (part.word(), 0)).collect();
    for row in COUNTERS.with(values).fetch_all(on).await? {
        let (part, n) = counter(&row)?;
        if let Some(counter) = counters.get_mut(part.as_str()) {
            *counter = n;
        }
    }
    Ok(counters)
}

fn counter(row: &PgRow) -> sqlx::Result<(String, i64)> {
    Ok((row.column("tray")?, row.column("n")?))
}

fn text(asked: &InboxAsked) -> SqlText {
    let mut text = SqlText::new(SELECT);
    text.bind(Value::Id(asked.office.0));
    let today = Value::Day(asked.today);
    match asked.part {
        Part::Tray(tray) => {
            text.push("\nand tray = ")
                .bind(Value::Text(tray.word().to_owned()));
        }
        Part::Overdue => {
            text.push("\nand ")
                .push(WORK)
                .push("\nand due_on < ")
                .bind(today);
        }
        Part::DueSoon => {
            let soon = Value::Day(asked.soon);
            text.push("\nand ")
                .push(WORK)
                .push("\nand due_on between ")
                .bind(today)
                .push(" and ")
                .bind(soon);
        }
    }
    if !asked.restricted {
        text.push("\nand seen_by is null");
    }
    let (key, direction) = asked.part.order();
    key.page(&mut text, direction, asked.after.as_deref(), asked.limit);
    text
}

/// Every shape the list can have.
#[must_use]
pub fn shapes() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for part in Part::all() {
        for (after, restricted) in [
            (None, true),
            (Some(part.sample_key()), true),
            (None, false),
            (Some(part.sample_key()), false),
        ] {
            let page = if after.is_some() { "next" } else { "first" };
            let asked = InboxAsked {
                office: OfficeId(Uuid::from_u128(3)),
                part,
                restricted,
                today: NaiveDate::from_ymd_opt(2025, 11, 26).unwrap_or_default(),
                soon: NaiveDate::from_ymd_opt(2025, 12, 1).unwrap_or_default(),
                after,
                limit: 50,
            };
            let word = part.word();
            let whose = if restricted { "own" } else { "other" };
            shapes.push(Shape {
                name: format!("inbox.list[{word}] {whose} {page}"),
                text: text(&asked),
                decode: |row| item(row).map(drop),
            });
        }
    }
    shapes
}

fn item(row: &PgRow) -> sqlx::Result<InboxRow> {
    Ok(InboxRow {
        office_id: OfficeId(row.column("office_id")?),
        tray: row.word("tray")?,
        document_id: DocumentId(row.column("document_id")?),
        ordinal: row.count("ordinal")?,
        kind: row.word_or_none("kind")?,
        since: row.column("since")?,
        due_on: row.column("due_on")?,
        urgent: row.column("urgent")?,
        priority: row.priority("priority")?,
        number: row.registry_number("number")?,
        document_type_id: DocumentTypeId(row.column("document_type_id")?),
        subject: row.column("subject")?,
        sender_name: row.column("sender_name")?,
        other_office_id: office(row, "other_office_id")?,
        seen_by: row.offices_or_none("seen_by")?,
        last_seq: row.count("last_seq")?,
    })
}
