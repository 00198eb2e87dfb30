//! Statistics over HTTP: what cells say, added up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::OfficeId;
use readmodel::sketch::{bucket_of, quantile};
use serde_json::Value;
use sqlx::PgPool;

use crate::support::{Stage, kind, office};

struct Cell {
    day: &'static str,
    office: &'static str,
    type_code: &'static str,
    priority: i16,
    channel: &'static str,
}

const FIRST: Cell = Cell {
    day: "2026-03-01",
    office: "A",
    type_code: "SOL",
    priority: 0,
    channel: "counter",
};

const SECOND: Cell = Cell {
    day: "2026-03-02",
    office: "B",
    type_code: "OFI",
    priority: 2,
    channel: "web",
};

impl Cell {
    fn day(&self) -> NaiveDate {
        self.day.parse().unwrap()
    }

    async fn put_documents(&self, pool: &PgPool, status: &str, n: i64) {
        let sql = "insert into statistics_documents values ($1, $2, $3, $4, $5, $6, $7)";
        self.put(sqlx::query(sql), pool, status, n).await;
    }

    async fn put_activity(&self, pool: &PgPool, activity: &str, n: i64) {
        let sql = "insert into statistics_activity values ($1, $2, $3, $4, $5, $6, $7)";
        self.put(sqlx::query(sql), pool, activity, n).await;
    }

    async fn put(&self, query: Query, pool: &PgPool, word: &str, n: i64) {
        let query = query
            .bind(self.day())
            .bind(office(self.office).0)
            .bind(kind(self.type_code).0)
            .bind(self.priority)
            .bind(self.channel)
            .bind(word.to_owned())
            .bind(n);
        query.execute(pool).await.unwrap();
    }

    async fn put_durations(&self, pool: &PgPool, measure: &str, seconds: &[i64]) {
        let mut buckets: BTreeMap<i32, Vec<i64>> = BTreeMap::new();
        for seconds in seconds {
            buckets
                .entry(bucket_of(*seconds))
                .or_default()
                .push(*seconds);
        }
        for (bucket, seconds) in buckets {
            let sql = "insert into statistics_durations
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
            sqlx::query(sql)
                .bind(self.day())
                .bind(office(self.office).0)
                .bind(kind(self.type_code).0)
                .bind(self.priority)
                .bind(self.channel)
                .bind(measure)
                .bind(bucket)
                .bind(i64::try_from(seconds.len()).unwrap())
                .bind(seconds.iter().sum::<i64>())
                .bind(seconds.iter().min())
                .bind(seconds.iter().max())
                .execute(pool)
                .await
                .unwrap();
        }
    }
}

type Query = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

async fn put_flow(pool: &PgPool, from: OfficeId, to: OfficeId) {
    let sql = "insert into statistics_flow values ('2026-03-01', $1, $2, 5, 4, 400)";
    let query = sqlx::query(sql).bind(from.0).bind(to.0);
    query.execute(pool).await.unwrap();
}

async fn figures(stage: &Stage, query: &str) -> Value {
    let path = format!("/api/v1/statistics?from=2026-03-01&to=2026-03-03{query}");
    stage.viewer().get(&path).await.expect(200).json()
}

async fn filled(name: &str) -> Stage {
    let stage = Stage::new(name).await;
    let pool = &stage.pool;
    FIRST.put_documents(pool, "attended", 3).await;
    FIRST.put_documents(pool, "in_process", 2).await;
    SECOND.put_documents(pool, "in_process", 4).await;
    for (activity, n) in [
        ("registered", 5),
        ("derivation_received_in", 4),
        ("derivation_attended", 1),
        ("attended", 3),
        ("closed_with_due", 4),
        ("closed_on_time", 3),
    ] {
        FIRST.put_activity(pool, activity, n).await;
    }
    SECOND.put_activity(pool, "registered", 4).await;
    put_flow(pool, office("A"), office("B")).await;
    stage
}

#[tokio::test]
async fn documents_activity_and_trend_are_sums_of_cells() {
    let stage = filled("figures").await;
    let body = figures(&stage, "").await;
    assert_eq!(
        body["as_of_position"],
        format!("{}:1", stage.names.log_stream())
    );
    assert_eq!(body["documents"]["total"], 9);
    assert_eq!(body["documents"]["by_status"]["in_process"], 6);
    assert_eq!(body["documents"]["by_priority"]["urgent"], 4);
    assert_eq!(body["documents"]["by_channel"]["counter"], 5);
    assert_eq!(body["documents"]["by_office"][office("B").to_string()], 4);
    assert_eq!(
        body["documents"]["by_document_type"][kind("OFI").to_string()],
        4
    );
    assert_eq!(body["activity"]["registered"], 9);
    assert_eq!(body["rates"]["on_time"], 0.75);
    assert_eq!(body["rates"]["same_day_routing"], Value::Null);
    let trend = body["trend"].as_array().unwrap();
    let registered: Vec<_> = trend.iter().map(|day| day["registered"].clone()).collect();
    assert_eq!(registered, [5, 4, 0]);
    assert_eq!(trend[0]["received"], 4);
    let a = &body["by_office"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["office_id"] == office("A").to_string());
    assert_eq!(a.unwrap()["net_flow"], 3);
    assert_eq!(body["flow"][0]["sent"], 5);
    assert_eq!(body["flow"][0]["mean_wait_seconds"], 100.0);
    stage.end().await;
}

#[tokio::test]
async fn every_dimension_narrows_the_figures_down() {
    let stage = filled("dimensions").await;
    for (query, total, registered) in [
        (format!("&office={}", office("A")), 5, 5),
        (
            format!("&office={}&office={}", office("A"), office("B")),
            9,
            9,
        ),
        (format!("&type={}", kind("OFI")), 4, 4),
        ("&priority=urgent".to_owned(), 4, 4),
        ("&channel=counter".to_owned(), 5, 5),
        ("&channel=web&priority=normal".to_owned(), 0, 0),
    ] {
        let body = figures(&stage, &query).await;
        assert_eq!(body["documents"]["total"], total, "{query}");
        let found = body["activity"]["registered"].as_i64().unwrap_or(0);
        assert_eq!(found, registered, "{query}");
    }
    let body = figures(&stage, "&priority=urgent").await;
    assert_eq!(body.get("flow"), None, "flow knows no priorities");
    let path = "/api/v1/statistics?from=2026-03-02&to=2026-03-02";
    let body = stage.viewer().get(path).await.expect(200).json();
    assert_eq!(body["documents"]["total"], 4);
    stage.end().await;
}

#[tokio::test]
async fn quantiles_of_a_union_are_those_of_the_sketch() {
    let stage = Stage::new("quantiles").await;
    let first: Vec<i64> = (1..400).map(|n| (n * n * 7) % 90_001).collect();
    let second: Vec<i64> = (1..150).map(|n| n * 3_600).collect();
    FIRST.put_durations(&stage.pool, "wait", &first).await;
    SECOND.put_durations(&stage.pool, "wait", &second).await;
    SECOND.put_durations(&stage.pool, "total", &[60]).await;
    let body = figures(&stage, "").await;
    let both: Vec<i64> = first.iter().chain(&second).copied().collect();
    expect_spread(&body["times"]["wait"], &both);
    expect_spread(&body["times"]["total"], &[60]);
    assert_eq!(body["times"].get("handling"), None);
    for row in body["by_office"].as_array().unwrap() {
        let own = if row["office_id"] == office("A").to_string() {
            &first
        } else {
            &second
        };
        expect_spread(&row["times"]["wait"], own);
    }
    stage.end().await;
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn expect_spread(found: &Value, seconds: &[i64]) {
    let near = |name: &str, expected: f64| {
        let value = found["seconds"][name].as_f64().unwrap();
        assert!(
            (value - expected).abs() < 0.01,
            "{name}: {value} is not {expected}"
        );
        let minutes = found["minutes"][name].as_f64().unwrap();
        assert!(
            (minutes - expected / 60.0).abs() < 0.01,
            "{name}: {minutes} minutes"
        );
    };
    let (min, max) = (
        *seconds.iter().min().unwrap(),
        *seconds.iter().max().unwrap(),
    );
    let buckets = || seconds.iter().map(|seconds| (bucket_of(*seconds), 1));
    let exact = |q| {
        quantile(buckets(), q)
            .unwrap()
            .clamp(min as f64, max as f64)
    };
    assert_eq!(found["n"], seconds.len());
    near(
        "mean",
        seconds.iter().sum::<i64>() as f64 / seconds.len() as f64,
    );
    near("min", min as f64);
    near("median", exact(0.5));
    near("p90", exact(0.9));
    near("p95", exact(0.95));
    near("max", max as f64);
}

#[tokio::test]
async fn series_tell_where_they_have_got_to() {
    let stage = Stage::new("series").await;
    let sql = "insert into series values ('EXP-2026', 'EXP', 2026, 1, 124, 123, 9, 1)";
    sqlx::query(sql).execute(&stage.pool).await.unwrap();
    let body = stage
        .viewer()
        .get("/api/v1/series")
        .await
        .expect(200)
        .json();
    assert_eq!(body["items"][0]["id"], "EXP-2026");
    assert_eq!(body["items"][0]["next"], 124);
    stage.end().await;
}
