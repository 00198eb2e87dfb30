//! Statistics: sums of cells, never of documents, so that they cost the same at any size.
//!
//! All statements take the same values: `$1` the first day, `$2` the last, then offices, types,
//! priorities and channels, where an empty list means all.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::classify::{Channel, Priority};
use events::{DocumentTypeId, OfficeId};
use readmodel::document::{priority_of_rank, priority_rank};
use readmodel::sketch;
use serde::Serialize;
use sqlx::PgPool;
use sqlx::postgres::{PgConnection, PgRow};
use uuid::Uuid;

use super::document_filter::{ids, words};
use super::row::{Columns, unreadable};
use super::{SNAPSHOT, Statement, Value, checkpoint};

macro_rules! cells {
    ($name:literal, $select:literal, $table:literal, $rest:literal) => {
        concat!(
            "/* q:",
            $name,
            " */\n",
            $select,
            "\nfrom ",
            $table,
            "\nwhere day between $1 and $2
            and (cardinality($3::uuid[]) = 0 or office_id = any($3))
            and (cardinality($4::uuid[]) = 0 or document_type_id = any($4))
            and (cardinality($5::smallint[]) = 0 or priority = any($5))
            and (cardinality($6::text[]) = 0 or channel = any($6))\n",
            $rest
        )
    };
}

/// Documents registered in the period, as they are now: by each dimension.
pub const DOCUMENTS: Statement = Statement {
    name: "statistics.documents",
    sql: cells!(
        "statistics.documents",
        "select status, priority, document_type_id, office_id, channel, sum(n)::bigint as n",
        "statistics_documents",
        "group by grouping sets ((status), (priority), (document_type_id), (office_id), (channel))
        having sum(n) <> 0"
    ),
    sample,
    decode: |row| add_documents(&mut DocumentSums::default(), row),
};

/// What happened: in all, by office and by day.
pub const ACTIVITY: Statement = Statement {
    name: "statistics.activity",
    sql: cells!(
        "statistics.activity",
        "select activity, office_id, day, sum(n)::bigint as n",
        "statistics_activity",
        "group by grouping sets ((activity), (activity, office_id), (activity, day))
        having sum(n) <> 0"
    ),
    sample,
    decode: |row| add_activity(&mut Sums::default(), row),
};

/// How long it took: in all and by office. A quantile is the bucket with the value of rank
/// `⌊q × (n − 1)⌋`, as in [`readmodel::sketch::quantile`].
pub const DURATIONS: Statement = Statement {
    name: "statistics.durations",
    sql: cells!(
        "statistics.durations",
        "with buckets as (
            select measure, office_id, bucket,
                sum(n) as n,
                sum(total_seconds) as total,
                min(min_seconds) as least,
                max(max_seconds) as most",
        "statistics_durations",
        "   group by grouping sets ((measure, bucket), (measure, bucket, office_id))
            having sum(n) > 0
        ),
        ranked as (
            select *,
                sum(n) over (partition by measure, office_id order by bucket) as seen,
                sum(n) over (partition by measure, office_id) - 1 as last
            from buckets
        )
        select measure, office_id,
            sum(n)::bigint as n,
            sum(total)::bigint as total,
            min(least) as least,
            max(most) as most,
            min(bucket) filter (where seen > floor(0.5::float8 * last::float8)) as p50,
            min(bucket) filter (where seen > floor(0.9::float8 * last::float8)) as p90,
            min(bucket) filter (where seen > floor(0.95::float8 * last::float8)) as p95
        from ranked
        group by measure, office_id"
    ),
    sample,
    decode: |row| add_times(&mut Sums::default(), row),
};

/// From office to office. `$3`: both, or all of them.
pub const FLOW: Statement = Statement {
    name: "statistics.flow",
    sql: "/* q:statistics.flow */
        select from_office_id, to_office_id,
            sum(sent)::bigint as sent,
            sum(received)::bigint as received,
            sum(wait_seconds)::bigint as wait_seconds
        from statistics_flow
        where day between $1 and $2
        and (cardinality($3::uuid[]) = 0 or from_office_id = any($3) or to_office_id = any($3))
        group by from_office_id, to_office_id
        order by sent desc, from_office_id, to_office_id",
    sample: || sample().into_iter().take(3).collect(),
    decode: |row| flow(row).map(drop),
};

fn sample() -> Vec<Value> {
    StatisticsAsked {
        from: NaiveDate::from_ymd_opt(2025, 1, 1).unwrap_or_default(),
        to: NaiveDate::from_ymd_opt(2025, 1, 31).unwrap_or_default(),
        offices: vec![OfficeId(Uuid::from_u128(1))],
        document_types: Vec::new(),
        priorities: Vec::new(),
        channels: Vec::new(),
    }
    .values()
}

/// Which cells are added up. An empty list means all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatisticsAsked {
    /// The first legal date.
    pub from: NaiveDate,
    /// The last legal date.
    pub to: NaiveDate,
    /// These offices.
    pub offices: Vec<OfficeId>,
    /// These types.
    pub document_types: Vec<DocumentTypeId>,
    /// These priorities.
    pub priorities: Vec<Priority>,
    /// These channels.
    pub channels: Vec<Channel>,
}

impl StatisticsAsked {
    fn values(&self) -> Vec<Value> {
        let ranks = self.priorities.iter().copied().map(priority_rank).collect();
        vec![
            Value::Day(self.from),
            Value::Day(self.to),
            ids(&self.offices, |id| id.0),
            ids(&self.document_types, |id| id.0),
            Value::Ranks(ranks),
            words(&self.channels),
        ]
    }

    /// Whether the flow between offices can be told: its cells know days and offices alone.
    fn has_flow(&self) -> bool {
        self.document_types.is_empty() && self.priorities.is_empty() && self.channels.is_empty()
    }
}

/// The sums, all of one snapshot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    /// The sequence the snapshot includes.
    pub(crate) sequence: u64,
    pub(crate) documents: DocumentSums,
    /// By activity.
    pub(crate) activity: BTreeMap<String, i64>,
    /// By office and activity.
    pub(crate) activity_by_office: BTreeMap<OfficeId, BTreeMap<String, i64>>,
    /// By day and activity.
    pub(crate) activity_by_day: BTreeMap<NaiveDate, BTreeMap<String, i64>>,
    /// By measure.
    pub(crate) times: BTreeMap<String, Times>,
    /// By office and measure.
    pub(crate) times_by_office: BTreeMap<OfficeId, BTreeMap<String, Times>>,
    /// From office to office; none where it cannot be told.
    pub(crate) flow: Option<Vec<Flow>>,
}

/// Documents registered in the period, by what they are now.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
pub(crate) struct DocumentSums {
    pub(crate) total: i64,
    pub(crate) by_status: BTreeMap<String, i64>,
    pub(crate) by_priority: BTreeMap<Priority, i64>,
    pub(crate) by_document_type: BTreeMap<DocumentTypeId, i64>,
    pub(crate) by_office: BTreeMap<OfficeId, i64>,
    pub(crate) by_channel: BTreeMap<String, i64>,
}

/// How long something took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub(crate) n: i64,
    pub(crate) total: i64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) median: f64,
    pub(crate) p90: f64,
    pub(crate) p95: f64,
}

/// What went from one office to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) from: OfficeId,
    pub(crate) to: OfficeId,
    pub(crate) sent: i64,
    pub(crate) received: i64,
    pub(crate) wait_seconds: i64,
}

/// Adds up what is asked for; `stream` is the log whose checkpoint is told.
pub(crate) async fn sums(
    pool: PgPool,
    asked: &StatisticsAsked,
    stream: &str,
) -> sqlx::Result<Sums> {
    let mut snapshot = pool.begin_with(SNAPSHOT).await?;
    let mut sums = Sums {
        sequence: checkpoint::reached(&mut *snapshot, stream).await?,
        ..Sums::default()
    };
    for row in rows(&mut snapshot, DOCUMENTS, asked).await? {
        add_documents(&mut sums.documents, &row)?;
    }
    for row in rows(&mut snapshot, ACTIVITY, asked).await? {
        add_activity(&mut sums, &row)?;
    }
    for row in rows(&mut snapshot, DURATIONS, asked).await? {
        add_times(&mut sums, &row)?;
    }
    if asked.has_flow() {
        let values = asked.values().into_iter().take(3);
        let found = FLOW.with(values).persistent(false);
        let found = found.fetch_all(&mut *snapshot).await?;
        sums.flow = Some(found.iter().map(flow).collect::<Result<_, _>>()?);
    }
    snapshot.commit().await?;
    Ok(sums)
}

/// The rows of a statement, planned for these very values.
async fn rows(
    on: &mut PgConnection,
    statement: Statement,
    asked: &StatisticsAsked,
) -> sqlx::Result<Vec<PgRow>> {
    let query = statement.with(asked.values()).persistent(false);
    query.fetch_all(on).await
}

fn add_documents(sums: &mut DocumentSums, row: &PgRow) -> sqlx::Result<()> {
    let n: i64 = row.column("n")?;
    if let Some(status) = row.column("status")? {
        sums.by_status.insert(status, n);
        sums.total += n;
    } else if let Some(rank) = row.column("priority")? {
        let priority = priority_of_rank(rank).ok_or_else(|| unreadable("priority"))?;
        sums.by_priority.insert(priority, n);
    } else if let Some(id) = row.column("document_type_id")? {
        sums.by_document_type.insert(DocumentTypeId(id), n);
    } else if let Some(id) = row.column("office_id")? {
        sums.by_office.insert(OfficeId(id), n);
    } else if let Some(channel) = row.column("channel")? {
        sums.by_channel.insert(channel, n);
    }
    Ok(())
}

fn add_activity(sums: &mut Sums, row: &PgRow) -> sqlx::Result<()> {
    let n: i64 = row.column("n")?;
    let office: Option<Uuid> = row.column("office_id")?;
    let day: Option<NaiveDate> = row.column("day")?;
    let counts = match (office, day) {
        (Some(office), _) => sums.activity_by_office.entry(OfficeId(office)).or_default(),
        (None, Some(day)) => sums.activity_by_day.entry(day).or_default(),
        (None, None) => &mut sums.activity,
    };
    counts.insert(row.column("activity")?, n);
    Ok(())
}

fn add_times(sums: &mut Sums, row: &PgRow) -> sqlx::Result<()> {
    let quantile = |name| row.column(name).map(sketch::value_of);
    let times = Times {
        n: row.column("n")?,
        total: row.column("total")?,
        min: row.column("least")?,
        max: row.column("most")?,
        median: quantile("p50")?,
        p90: quantile("p90")?,
        p95: quantile("p95")?,
    };
    let office: Option<Uuid> = row.column("office_id")?;
    let measures = match office {
        Some(office) => sums.times_by_office.entry(OfficeId(office)).or_default(),
        None => &mut sums.times,
    };
    measures.insert(row.column("measure")?, times);
    Ok(())
}

fn flow(row: &PgRow) -> sqlx::Result<Flow> {
    Ok(Flow {
        from: OfficeId(row.column("from_office_id")?),
        to: OfficeId(row.column("to_office_id")?),
        sent: row.column("sent")?,
        received: row.column("received")?,
        wait_seconds: row.column("wait_seconds")?,
    })
}
