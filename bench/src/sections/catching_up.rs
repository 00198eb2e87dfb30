//! A backlog: the whole log of a busy office, taken in by the projector from its first record on.
//!
//! The limit is what `PostgreSQL` takes: the same rows by the same `UNNEST` upserts in the same
//! batches, one transaction each, into an equal database. They were folded beforehand, so that it
//! has neither reading, decoding, folding, loading, hot views nor a checkpoint.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::DateTime;
use events::{DocumentId, SeriesId};
use kit::history::History;
use platform::config;
use projector::batch::{Batch, Changes, touched};
use projector::incoming::Incoming;
use projector::parked::ParkedSet;
use projector::projections::documents::{DocumentView, derivations};
use projector::projections::series::SeriesRow;
use projector::projections::{archive, documents, inbox, series, statistics, timeline};
use sqlx::{PgConnection, PgPool};

use super::fill::views_are_there;
use crate::cli::Wanted;
use crate::site::Site;
use crate::table::{Aim, Row};

/// How many documents the log tells of; each has eight or nine records.
const DOCUMENTS: u64 = 20_000;

/// Records together, as the projector takes a backlog.
const TOGETHER: usize = 10_000;

/// Measures.
pub(super) async fn measure(site: &Site, _: &Wanted) -> anyhow::Result<Vec<Row>> {
    let jetstream = platform::nats::jetstream(&site.fresh.nats_client().await);
    let history = History::new(&site.names, DOCUMENTS);
    let (records, events) = history.publish(&jetstream).await;
    let pool = connect(&site.fresh.database_url).await?;
    let begun = Instant::now();
    let projector = site.projector().await?;
    views_are_there(site, &pool).await?;
    let took = begun.elapsed();
    let row = Row {
        what: format!("{records} records, {events} events, caught up with"),
        unit: "events/s",
        ours: rate(events, took),
        limit: Some(("raw upserts", rate(events, raw(site).await?))),
        aim: Some(Aim::Part(0.5)),
        with: projector.takes(),
        ..Row::default()
    };
    projector.stop().await?;
    pool.close().await;
    Ok(vec![row])
}

async fn connect(url: &str) -> anyhow::Result<PgPool> {
    Ok(platform::postgres::connect(&config::Postgres::at(url), "bench").await?)
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(events: u64, took: Duration) -> f64 {
    events as f64 / took.as_secs_f64()
}

/// How long the rows of all batches take to write.
async fn raw(site: &Site) -> anyhow::Result<Duration> {
    let equal = site.servers.fresh_migrated("bench_limit").await;
    let pool = connect(&equal.database_url).await?;
    let mut folding = Folding::default();
    let mut took = Duration::ZERO;
    let messages: Vec<_> = History::new(&site.names, DOCUMENTS).collect();
    for (place, chunk) in messages.chunks(TOGETHER).enumerate() {
        let first = place * TOGETHER + 1;
        let records: Vec<_> = (first as u64..)
            .zip(chunk)
            .map(|(sequence, message)| {
                let (subject, body) = (&message.subject, message.body.clone().into());
                Incoming::read(&site.names, sequence, subject, body, DateTime::UNIX_EPOCH)
            })
            .collect();
        let changes = folding.fold(&records);
        let begun = Instant::now();
        let mut transaction = pool.begin().await?;
        write(&mut transaction, &changes, &records).await?;
        transaction.commit().await?;
        took += begun.elapsed();
    }
    pool.close().await;
    Ok(took)
}

/// What a fold goes on from.
#[derive(Default)]
struct Folding {
    documents: HashMap<DocumentId, DocumentView>,
    series: HashMap<SeriesId, SeriesRow>,
}

impl Folding {
    fn fold(&mut self, records: &[Incoming]) -> Changes {
        let (ids, numberings) = touched(records);
        let documents = ids.iter().filter_map(|id| self.documents.get(id).cloned());
        let series = numberings
            .iter()
            .filter_map(|id| self.series.get(id).cloned());
        let mut batch = Batch::new(documents.collect(), series.collect(), ParkedSet::default());
        for record in records {
            batch.apply(record);
        }
        let changes = batch.changes();
        for view in &changes.documents {
            self.documents.insert(view.row.id, view.clone());
        }
        for row in &changes.series {
            self.series.insert(row.id.clone(), row.clone());
        }
        changes
    }
}

async fn write(
    connection: &mut PgConnection,
    changes: &Changes,
    records: &[Incoming],
) -> sqlx::Result<()> {
    documents::sql::write(connection, &changes.document_rows()).await?;
    derivations::write(connection, &changes.derivation_rows()).await?;
    timeline::sql::write(connection, &changes.timeline).await?;
    inbox::sql::write(connection, &changes.inbox).await?;
    series::sql::write(connection, &changes.series.iter().collect::<Vec<_>>()).await?;
    statistics::sql::write(connection, &changes.statistics).await?;
    archive::sql::write(connection, records).await
}
