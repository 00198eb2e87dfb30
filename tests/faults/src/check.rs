//! The checker: the whole log, folded, against the rows, the hot views and the ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use events::{AnyRecord, DocumentEvent};
use platform::tasks::Tasks;
use projector::source::Source;
use projector::verify;

use crate::ledger::{Attempt, Told, settled};
use crate::site::Site;

/// How long the views may take to be where the log is.
const CATCH_UP: Duration = Duration::from_mins(1);

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Attempts in the ledger.
    pub attempts: u64,
    /// Keys that were acknowledged.
    pub acked: u64,
    /// What was acknowledged and is not in the log.
    pub lost: Vec<String>,
    /// Effects in the log that nobody was told of, or that are there twice.
    pub doubled: Vec<String>,
    /// Keys of which nobody knows what became.
    pub unsettled: Vec<String>,
    /// Rows and hot views that are not as the log says.
    pub differing: u64,
    /// The first of them.
    pub differences: Vec<String>,
    /// Records in the log.
    pub records: u64,
}

impl Verdict {
    /// Whether everything is as was promised.
    #[must_use]
    pub fn holds(&self) -> bool {
        let lists = [&self.lost, &self.doubled, &self.unsettled];
        lists.iter().all(|list| list.is_empty()) && self.differing == 0
    }
}

/// A record of a document, as the log has it.
struct Effect {
    document: String,
    number: Option<String>,
    version: u64,
    command: String,
}

/// Waits until the views are where the log is, and compares everything.
pub async fn check(site: &Site) -> Verdict {
    site.ready().await;
    caught_up(site).await;
    compare(site).await
}

/// Waits until the views are where the log is.
pub async fn caught_up(site: &Site) {
    let (pool, stream) = (site.pool().await, site.stream().await);
    let there = async || {
        site.roles.keep();
        let reached = "select max(sequence) from projection_checkpoint";
        let reached: Option<i64> = sqlx::query_scalar(reached).fetch_one(&pool).await.ok()?;
        let last = stream.get_info().await.ok()?.state.last_sequence;
        (reached.unwrap_or_default().cast_unsigned() == last).then_some(())
    };
    kit::eventually(CATCH_UP, "the views to be where the log is", there).await;
    pool.close().await;
}

/// Compares everything as it is now.
pub async fn compare(site: &Site) -> Verdict {
    compare_with(site, &site.ledger.read()).await
}

/// The same, with these attempts instead of those in the ledger.
pub async fn compare_with(site: &Site, attempts: &[Attempt]) -> Verdict {
    let effects = effects(site).await;
    let mut verdict = judge(attempts, &effects);
    let (pool, stream) = (site.pool().await, site.stream().await);
    // The hot views follow the rows by a moment.
    for _ in 0..20 {
        let report = verify::compare(&pool, &site.redis(), &stream, &site.names, |_, _| {}).await;
        let report = report.unwrap();
        verdict.records = report.records;
        verdict.differing = report.views.iter().map(|view| view.differing).sum();
        verdict.differing += report.broken.len() as u64 + report.parked.len() as u64;
        verdict.differences = report
            .views
            .iter()
            .flat_map(|view| view.differences.iter().map(move |one| (view.view, one)))
            .map(|(view, one)| format!("{view} {one:?}").chars().take(400).collect())
            .take(5)
            .collect();
        assert!(
            report.views.iter().any(|view| view.view == "hot"),
            "no Redis"
        );
        if verdict.differing == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    pool.close().await;
    verdict
}

/// What was acknowledged and is not in the log, or went with it.
pub async fn lost(site: &Site) -> Vec<String> {
    judge(&site.ledger.read(), &effects(site).await).lost
}

/// Every record of a document, by its sequence.
async fn effects(site: &Site) -> BTreeMap<u64, Effect> {
    let Some(stream) = site.stream_if_any().await else {
        return BTreeMap::new();
    };
    let last = stream.get_info().await.unwrap().state.last_sequence;
    let tasks = Tasks::default();
    let mut source = Source::open(&stream, &site.names, 0, &tasks);
    let mut effects = BTreeMap::new();
    let mut reached = 0;
    while reached < last {
        let batch = tokio::time::timeout(CATCH_UP, source.next()).await;
        for incoming in batch.unwrap().unwrap() {
            reached = incoming.sequence;
            if let Ok(AnyRecord::Document(id, record)) = &incoming.record {
                let first = record.events.first().map(|first| &first.event);
                let number = match first {
                    Some(DocumentEvent::Registered(registered)) => {
                        Some(registered.number.to_string())
                    }
                    _ => None,
                };
                let effect = Effect {
                    document: id.to_string(),
                    number,
                    version: record.next_version(),
                    command: record.command.to_string(),
                };
                effects.insert(incoming.sequence, effect);
            }
        }
    }
    drop(source);
    tasks.drain().await;
    effects
}

/// Each acknowledgement must be a record, each record one key's.
fn judge(attempts: &[Attempt], effects: &BTreeMap<u64, Effect>) -> Verdict {
    let mut verdict = Verdict {
        attempts: attempts.len() as u64,
        ..Verdict::default()
    };
    let mut claimed = BTreeMap::new();
    for ((path, key), told) in settled(attempts) {
        let Some(first) = told.first() else {
            verdict.unsettled.push(format!("{path} {key}"));
            continue;
        };
        verdict.acked += 1;
        if told.iter().any(|other| other != first) {
            let doubled = format!("{path} {key} has two effects: {told:?}");
            verdict.doubled.push(doubled);
        }
        if !effects
            .get(&first.position)
            .is_some_and(|effect| is_of(effect, first))
        {
            verdict.lost.push(format!("{path} {key}: {first:?}"));
        }
        if let Some(other) = claimed.insert(first.position, key.clone()) {
            let doubled = format!("{other} and {key} at {}", first.position);
            verdict.doubled.push(doubled);
        }
    }
    let mut commands = BTreeSet::new();
    let mut numbers = BTreeSet::new();
    for (sequence, effect) in effects {
        if !claimed.contains_key(sequence) {
            let doubled = format!("{} at {sequence} is nobody's", effect.document);
            verdict.doubled.push(doubled);
        }
        if !commands.insert(&effect.command) {
            let doubled = format!("the command {} twice", effect.command);
            verdict.doubled.push(doubled);
        }
        if let Some(number) = &effect.number
            && !numbers.insert(number.clone())
        {
            verdict.doubled.push(format!("the number {number} twice"));
        }
    }
    let value = |number: &String| number.rsplit('-').next()?.parse::<usize>().ok();
    let highest = numbers.iter().filter_map(value).max().unwrap_or_default();
    if highest != numbers.len() {
        let gap = format!("{} numbers up to {highest}", numbers.len());
        verdict.lost.push(gap);
    }
    verdict
}

fn is_of(effect: &Effect, told: &Told) -> bool {
    let same = effect.document == told.document && effect.version == told.version;
    same && effect
        .number
        .as_ref()
        .is_none_or(|number| *number == told.number)
}
