//! Hot views in Redis against rows out of the log.
//!
//! A hot view may be missing, or say only that older ones are wrong; one that has a body must have
//! that of the row, unless it is newer than the snapshot.

use std::collections::{BTreeMap, HashMap};

use events::{DocumentId, Namespace};
use platform::redis::Redis;
use readmodel::{DocumentDetail, Keys, TrayCounters, keys};
use redis::RedisResult;

use super::ViewReport;
use super::rows::{Comparison, json};
use crate::batch::Changes;

/// Compares the hot documents, and the counters and totals when they stand where the rows do.
pub(super) async fn compare(
    redis: &Redis,
    names: &Namespace,
    expected: &Changes,
    sequence: u64,
) -> RedisResult<ViewReport> {
    let keys = Keys::new(names);
    let views: HashMap<_, _> = expected
        .documents
        .iter()
        .map(|view| (view.row.id, view))
        .collect();
    let mut should = Vec::new();
    let mut found = Vec::new();
    for (key, value) in all(redis, &keys.hot_pattern()).await? {
        let Some(id) = key.strip_prefix(&keys.hot_document_prefix()) else {
            continue;
        };
        let Some((version, Some(body))) = keys::decode(&value) else {
            continue;
        };
        if version > sequence {
            continue;
        }
        let view = id.parse().ok().and_then(|id: DocumentId| views.get(&id));
        should.extend(view.map(|view| (key.clone(), json(&view.detail()))));
        let detail = serde_json::from_str::<DocumentDetail>(body);
        found.push((
            key,
            detail.map_or_else(|_| body.to_owned(), |detail| json(&detail)),
        ));
    }
    let position: Option<u64> = redis.ask(&redis::Cmd::get(keys.hot_position())).await?;
    if position == Some(sequence) {
        for (key, view) in counted(&keys, expected) {
            let value: Option<String> = redis.ask(&redis::Cmd::get(&key)).await?;
            let value = value.as_deref().and_then(keys::decode);
            if let Some((_, Some(body))) = value {
                should.push((key.clone(), view));
                found.push((key, without_zeros(body)));
            }
        }
    }
    let mut comparison = Comparison::new("hot", should.into_iter());
    for (key, body) in found {
        comparison.found(key, body);
    }
    Ok(comparison.report())
}

/// The hot views that are counters, as they should be, without zeros.
fn counted(keys: &Keys, expected: &Changes) -> Vec<(String, String)> {
    let mut offices: BTreeMap<_, TrayCounters> = BTreeMap::new();
    for ((office, tray), n) in &expected.inbox.counters {
        let counters = offices.entry(*office).or_default();
        if *n != 0 {
            counters.trays.insert(*tray, *n);
        }
    }
    let mut totals = expected.statistics.totals.clone();
    totals.retain(|_, n| *n != 0);
    let inboxes = offices.iter();
    let mut views: Vec<_> = inboxes
        .map(|(office, counters)| (keys.hot_inbox(*office), json(counters)))
        .collect();
    views.push((keys.hot_totals(), json(&totals)));
    views
}

/// Counters of an inbox or totals as they are in Redis, without zeros.
fn without_zeros(body: &str) -> String {
    match serde_json::from_str::<TrayCounters>(body) {
        Ok(mut counters) => {
            counters.trays.retain(|_, n| *n != 0);
            json(&counters)
        }
        Err(_) => body.to_owned(),
    }
}

/// Every key that fits `pattern`, with its value.
async fn all(redis: &Redis, pattern: &str) -> RedisResult<Vec<(String, String)>> {
    let mut cursor = 0_u64;
    let mut found = Vec::new();
    loop {
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor)
            .arg("MATCH")
            .arg(pattern)
            .arg("COUNT")
            .arg(500);
        let (next, keys): (u64, Vec<String>) = redis.ask(&scan).await?;
        if !keys.is_empty() {
            let values: Vec<Option<String>> = redis.ask(&redis::Cmd::mget(&keys)).await?;
            let there = keys.into_iter().zip(values);
            found.extend(there.filter_map(|(key, value)| Some((key, value?))));
        }
        if next == 0 {
            return Ok(found);
        }
        cursor = next;
    }
}
