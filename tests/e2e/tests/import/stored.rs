//! What the views in Postgres add up to: rows, and the cells of the statistics.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::OfficeId;
use sqlx::PgPool;
use uuid::Uuid;

use super::figures::Figures;

/// The codes of offices by id.
pub(crate) type Codes = BTreeMap<OfficeId, String>;

/// Status, channel, holder, days of registration and end, microseconds from start to end.
type Document = (
    String,
    String,
    Uuid,
    NaiveDate,
    Option<NaiveDate>,
    Option<i64>,
);

/// The figures, counted from the rows of documents and derivations.
pub(crate) async fn rows(pool: &PgPool, codes: &Codes) -> Figures {
    let mut figures = Figures::default();
    let documents: Vec<Document> = sqlx::query_as(
        "select status, channel, holder_office_id,
                (registered_at at time zone 'America/Lima')::date,
                (attended_at at time zone 'America/Lima')::date,
                (extract(epoch from attended_at - presented_at) * 1000000)::bigint
            from documents",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for (status, channel, holder, registered_on, attended_on, total) in documents {
        let holder = &codes[&OfficeId(holder)];
        figures.documents += 1;
        figures.days.entry(registered_on).or_default()[0] += 1;
        if let (Some(day), Some(total)) = (attended_on, total) {
            figures.days.entry(day).or_default()[3] += 1;
            figures
                .totals
                .entry(holder.clone())
                .or_default()
                .push(total);
        }
        *figures.by_status.entry(status).or_default() += 1;
        *figures.by_channel.entry(channel).or_default() += 1;
        *figures.by_holder.entry(holder.clone()).or_default() += 1;
    }
    let derivations: Vec<(Uuid, Uuid, NaiveDate, NaiveDate, i64)> = sqlx::query_as(
        "select from_office_id, to_office_id,
            (sent_at at time zone 'America/Lima')::date,
            (received_at at time zone 'America/Lima')::date,
            (extract(epoch from received_at - sent_at) * 1000000)::bigint
        from derivations",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    for (from, to, sent_on, received_on, wait) in derivations {
        let way = (codes[&OfficeId(from)].clone(), codes[&OfficeId(to)].clone());
        figures.derivations += 1;
        figures.days.entry(sent_on).or_default()[1] += 1;
        figures.days.entry(received_on).or_default()[2] += 1;
        figures.waits.entry(way.1.clone()).or_default().push(wait);
        *figures.flow.entry(way).or_default() += 1;
    }
    for times in figures
        .waits
        .values_mut()
        .chain(figures.totals.values_mut())
    {
        times.sort_unstable();
    }
    figures
}

/// The numbers in use, in the order of registration.
pub(crate) async fn numbers(pool: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as(
        "select number, origin_external_id from documents order by registered_at, number",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}
