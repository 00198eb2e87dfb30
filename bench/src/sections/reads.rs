//! A document by its id and a list of a hundred, kept in the process and kept nowhere.
//!
//! Kept: the same question again and again, against a handler that does nothing but give as many
//! bytes, on the same server and with the same clients.
//!
//! Kept nowhere: each question another one, so many of them that the process (1 MiB) has forgotten
//! each before it is asked again; against the same statements, sent by as many tasks over a pool of
//! the same size. *No Redis*: it is not there. *Redis asked*: it is, and has only what is asked the
//! first time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{bail, ensure};
use chrono::{DateTime, Days, NaiveDate};
use platform::config;
use uuid::Uuid;

use super::fill::{Stock, views_are_there, webs};
use super::select::{Documents, Lists};
use crate::cli::Wanted;
use crate::client::{Connection, get, header};
use crate::load::{Script, drive};
use crate::process::{Process, memory};
use crate::scripts::{Act, OneByOne, Same};
use crate::site::Site;
use crate::table::{Aim, Rounds, Row};

/// How many ask.
const CLIENTS: usize = 32;

/// How many documents there are.
const DOCUMENTS: usize = 12_000;

/// How many different lists are asked for.
const LISTS: u64 = 20_000;

/// A list of a hundred.
const LIST: &str = "/api/v1/documents?limit=100";

/// Measures.
pub(super) async fn measure(site: &Site, wanted: &Wanted) -> anyhow::Result<Vec<Row>> {
    let pool =
        platform::postgres::connect(&config::Postgres::at(&site.fresh.database_url), "bench")
            .await?;
    let projector = site.projector().await?;
    let documents = documents(site).await?;
    let last = views_are_there(site, &pool).await?;
    sqlx::query("vacuum analyze").execute(&pool).await?;
    let query = site.query(&[]).await?;
    let document = format!("/api/v1/documents/{}", documents[0]);
    let sizes = [
        size(&query, &document, site).await?,
        size(&query, LIST, site).await?,
    ];
    let empty = site.empty(&sizes).await?;
    let mut rows = Vec::new();
    for (place, (what, path)) in [("document", document.as_str()), ("list of 100", LIST)]
        .into_iter()
        .enumerate()
    {
        let limit = Same(get(&format!("/{place}"), &site.viewer).into());
        let ours = Same(get(path, &site.viewer).into());
        let mut rounds = (Rounds::default(), Rounds::default());
        for _ in 0..wanted.rounds {
            rounds.0.add(asked(&empty, &limit, wanted).await?);
            rounds.1.add(asked(&query, &ours, wanted).await?);
        }
        rows.push(Row {
            what: format!("{what}, kept ({} B)", sizes[place]),
            with: format!("{}, {}", query.takes(), empty.takes()),
            ..row(&rounds, "empty handler", Aim::Part(0.6))
        });
    }
    query.stop().await?;
    for (redis, url) in [
        ("no Redis", "redis://127.0.0.1:1".to_owned()),
        ("Redis asked", empty_redis(site)),
    ] {
        let own = [
            ("MESA_QUERY_CACHE", "1".to_owned()),
            ("MESA_REDIS_URL", url),
        ];
        let query = site.query(&own).await?;
        size(&query, &document, site).await?;
        for what in ["document", "list of 100"] {
            let mut rounds = (Rounds::default(), Rounds::default());
            let ours = if what == "document" {
                let paths = documents.iter().map(|id| format!("/api/v1/documents/{id}"));
                OneByOne::of(paths, &site.viewer)
            } else {
                OneByOne::of((0..LISTS).map(list_until), &site.viewer)
            };
            for _ in 0..wanted.rounds {
                rounds.0.add(if what == "document" {
                    let client = Documents {
                        pool: pool.clone(),
                        ids: documents.clone().into(),
                        next: Arc::default(),
                    };
                    drive(vec![client; CLIENTS], wanted.length()).await?
                } else {
                    let until = DateTime::UNIX_EPOCH + Days::new(36_500);
                    let client = Lists {
                        pool: pool.clone(),
                        until,
                    };
                    drive(vec![client; CLIENTS], wanted.length()).await?
                });
                forget(site, last).await?;
                rounds.1.add(asked(&query, &ours, wanted).await?);
            }
            let aim = Aim::Part(if what == "document" { 0.7 } else { 0.0 });
            rows.push(Row {
                what: format!("{what}, kept nowhere, {redis}"),
                with: format!(
                    "{}, bench {:.0} MB",
                    query.takes(),
                    memory(std::process::id())
                ),
                ..row(&rounds, "bare select", aim)
            });
        }
        query.stop().await?;
    }
    empty.stop().await?;
    projector.stop().await?;
    pool.close().await;
    Ok(rows)
}

fn row((limit, ours): &(Rounds, Rounds), which: &'static str, aim: Aim) -> Row {
    Row {
        unit: "/s",
        ours: ours.rate(),
        limit: Some((which, limit.rate())),
        aim: (!matches!(aim, Aim::Part(part) if part <= 0.0)).then_some(aim),
        lengths: Some(ours.lengths()),
        ..Row::default()
    }
}

/// Documents, sent to another office each.
async fn documents(site: &Site) -> anyhow::Result<Vec<Uuid>> {
    let command = site.command().await?;
    let stock = Stock::default();
    stock.add(Act::Register, DOCUMENTS, site, &command).await?;
    stock.add(Act::Derive, DOCUMENTS, site, &command).await?;
    command.stop().await?;
    Ok(stock.derived.all())
}

/// One round of `script`.
async fn asked<S: Script + Clone>(
    process: &Process,
    script: &S,
    wanted: &Wanted,
) -> anyhow::Result<crate::load::Round> {
    drive(
        webs(CLIENTS, &process.address, script).await?,
        wanted.length(),
    )
    .await
}

/// How long the body of the answer is, once the projector is heard and it is not marked as old.
async fn size(query: &Process, path: &str, site: &Site) -> anyhow::Result<usize> {
    let mut connection = Connection::open(&query.address).await?;
    let request = get(path, &site.viewer);
    for _ in 0..100 {
        let answer = connection.ask(&request).await?;
        ensure!(answer.status == 200, "{path}: {}", answer.head);
        if header(answer.head, "mesa-stale").is_none() {
            return Ok(answer.body.len());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the projector is not heard")
}

/// The list of all documents, asked for in the nth way.
fn list_until(n: u64) -> String {
    let day = NaiveDate::from_ymd_opt(2100, 1, 1).unwrap_or_default() + Days::new(n);
    format!("{LIST}&presented_to={day}")
}

/// Another database of the same Redis, in which the projector keeps nothing.
fn empty_redis(site: &Site) -> String {
    let url = site.fresh.redis_url.trim_end_matches('/');
    let url = url.strip_suffix("/0").unwrap_or(url);
    format!("{url}/1")
}

/// Leaves in that database only what makes it believed: that it is as far as the views, and the
/// generation of everything.
async fn forget(site: &Site, last: u64) -> anyhow::Result<()> {
    let redis = platform::redis::Redis::open(&config::Redis::at(&empty_redis(site)))?;
    let keys = readmodel::Keys::new(&site.names);
    redis.ask::<()>(&redis::cmd("FLUSHDB")).await?;
    let mut put = redis::cmd("MSET");
    put.arg(keys.hot_position())
        .arg(last)
        .arg(keys.generation(readmodel::Scope::All))
        .arg(1);
    redis.ask::<()>(&put).await?;
    Ok(())
}
