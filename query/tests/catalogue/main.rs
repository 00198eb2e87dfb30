//! Every statement and every shape of a list, against the migrated database with fifty thousand
//! documents in it: it is prepared, its rows decode, and an index serves it.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]

use std::collections::BTreeSet;
use std::fmt::Write;

use query::store::{CATALOGUE, Shape, Statement, shapes};
use serde_json::Value;
use sqlx::{PgPool, Row};

const FILL: &str = include_str!("fill.sql");

/// Tables that grow with every document.
const LARGE: [&str; 8] = [
    "documents",
    "derivations",
    "timeline",
    "inbox_items",
    "inbox_due",
    "statistics_documents",
    "statistics_activity",
    "statistics_durations",
];

/// The most rows a page may sort. A list that an index gives in order sorts none; one that an
/// index narrows down sorts what is left, a small part of the table.
const MOST_SORTED: f64 = 6_000.0;

/// Indexes that serve what other stages ask, and that no list needs.
const FOR_OTHERS: [&str; 4] = [
    "documents_behind",
    "documents_ends",
    "documents_origin",
    "documents_tracking_token",
];

async fn filled() -> PgPool {
    let fresh = kit::Env::get().await.fresh_migrated("catalogue").await;
    let config = platform::config::Postgres {
        statement_timeout: 0,
        ..fresh.postgres()
    };
    let pool = platform::postgres::connect(&config, "test").await.unwrap();
    sqlx::raw_sql(FILL).execute(&pool).await.unwrap();
    pool
}

#[tokio::test]
async fn every_statement_is_prepared_and_every_page_is_served_by_an_index() {
    let pool = filled().await;
    let mut used = BTreeSet::new();
    let mut wrong = String::new();
    for statement in CATALOGUE {
        run_statement(&pool, statement).await;
        let plan = plan(statement.sampled("explain (format json) "), &pool).await;
        judge(statement.name, &plan, &mut used, &mut wrong);
    }
    for shape in shapes() {
        run_shape(&pool, &shape, &mut wrong).await;
        let explain = shape.text.query_with_prefix("explain (format json) ");
        judge(
            &shape.name,
            &plan(explain, &pool).await,
            &mut used,
            &mut wrong,
        );
    }
    for index in indexes(&pool).await {
        if !index.ends_with("_pkey")
            && !used.contains(&index)
            && !FOR_OTHERS.contains(&index.as_str())
        {
            let _ = writeln!(wrong, "{index} serves no statement");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

async fn run_statement(pool: &PgPool, statement: &Statement) {
    let tag = format!("/* q:{} */", statement.name);
    assert!(statement.sql.starts_with(&tag), "{}", statement.name);
    let rows = match statement.sampled("").fetch_all(pool).await {
        Ok(rows) => rows,
        Err(error) => panic!("{}: {error}", statement.name),
    };
    assert!(!rows.is_empty(), "{} finds nothing", statement.name);
    for row in &rows {
        (statement.decode)(row).unwrap();
    }
}

async fn run_shape(pool: &PgPool, shape: &Shape, wrong: &mut String) {
    let (name, sql) = (&shape.name, shape.text.sql());
    let kind = name.split('[').next().unwrap();
    assert!(sql.starts_with(&format!("/* q:{kind} */")), "{name}");
    let rows = match shape.text.query().fetch_all(pool).await {
        Ok(rows) => rows,
        Err(error) => panic!("{name}: {error}\n{sql}"),
    };
    if rows.is_empty() && !name.ends_with("next") {
        let _ = writeln!(wrong, "{name}: finds nothing");
    }
    for row in &rows {
        (shape.decode)(row).unwrap();
    }
}

type Query = sqlx::query::Query<'static, sqlx::Postgres, sqlx::postgres::PgArguments>;

async fn plan(explain: Query, pool: &PgPool) -> Value {
    let row = explain.fetch_one(pool).await.unwrap();
    let plan: Value = row.get(0);
    plan[0]["Plan"].clone()
}

/// Adds what is wrong with a plan, and which indexes it uses.
fn judge(name: &str, plan: &Value, used: &mut BTreeSet<String>, wrong: &mut String) {
    let node = plan["Node Type"].as_str().unwrap_or_default();
    let table = plan["Relation Name"].as_str().unwrap_or_default();
    if node == "Seq Scan" && LARGE.contains(&table) {
        let _ = writeln!(wrong, "{name}: reads all of {table}");
    }
    if let Some(index) = plan["Index Name"].as_str() {
        used.insert(index.to_owned());
    }
    let parts = plan["Plans"].as_array().cloned().unwrap_or_default();
    let rows = parts.first().and_then(|part| part["Plan Rows"].as_f64());
    if node == "Sort" && rows.is_some_and(|rows| rows > MOST_SORTED) {
        let _ = writeln!(wrong, "{name}: sorts {} rows", rows.unwrap_or_default());
    }
    for part in &parts {
        judge(name, part, used, wrong);
    }
}

async fn indexes(pool: &PgPool) -> Vec<String> {
    let text = "select indexname from pg_indexes where tablename = any($1) order by 1";
    let rows = sqlx::query(text).bind(LARGE.as_slice()).fetch_all(pool);
    let rows = rows.await.unwrap();
    rows.iter().map(|row| row.get("indexname")).collect()
}
