//! The import itself: the directory made ready, then documents added in batches.
//!
//! Each batch is added whole or not at all, and a document that is there is found by its id. So an
//! import that was broken off goes on when it is run again, and one that was finished adds nothing.

use platform::telemetry::trace::Trace;
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, bail};
use command::App;
use command::asked::TransactError;
use command::numbering::{After, NumberingError, Registration};
use command::vault::tracking_token;
use directory::Directory;
use domain::directory::DirectoryRefusal;
use events::{Aggregate, DocumentEvent, SeriesId, UserId, wire};

use super::decide::{Imported, decide};
use super::explain;
use super::plan::Plan;
use super::prepare::Prepared;
use super::progress::Progress;
use super::report::{Refused, Report};
use super::setup::{Change, foreseen, missing};

/// How many documents share a batch; the log takes at most a thousand messages in one.
const BATCH: usize = 400;
/// How long this process may take to see its own changes of the directory.
const SEEN: Duration = Duration::from_secs(10);

/// Imports what was prepared, through `app`, and tells what came of it.
///
/// # Errors
///
/// The event log does not answer or takes no more. What was added stays; run again to go on.
pub async fn import(app: &App, prepared: Prepared, progress: &Progress) -> anyhow::Result<Report> {
    let Prepared {
        map,
        plans,
        needs,
        mut report,
    } = prepared;
    let changes = missing(&needs, &map, &app.organisation.now());
    let all = changes.len() as u64;
    let mut refused = Vec::new();
    for (done, change) in (1..).zip(changes) {
        if let Err(reason) = set_up(app, &change, &mut report).await? {
            report.refused.push(Refused {
                case: None,
                line: None,
                reason: format!("{}: {reason}", change.about()),
            });
            refused.push(change);
        }
        progress.at("directory", done, all);
    }
    let seen = async {
        loop {
            let directory = app.organisation.now();
            let missing = missing(&needs, &map, &directory);
            if missing.iter().all(|change| refused.contains(change)) {
                return directory;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let directory = tokio::time::timeout(SEEN, seen)
        .await
        .context("the directory does not show what was set up; run the import again")?;
    let (mut done, all) = (0, plans.len() as u64);
    for batch in plans.chunks(BATCH) {
        let mut decided = Vec::with_capacity(batch.len());
        for plan in batch {
            match decide(plan, &map, &directory, &tracking_token()?) {
                Ok(imported) => decided.push((plan, imported)),
                Err(reason) => report.refuse(plan, reason),
            }
        }
        for (series, decided) in by_series(decided) {
            add(app, &series, decided, &mut report).await?;
        }
        done += batch.len() as u64;
        progress.at("documents", done, all);
    }
    progress.end();
    Ok(report)
}

/// Says what an import into an empty installation would do.
///
/// # Errors
///
/// There is no randomness.
pub fn rehearse(prepared: Prepared) -> anyhow::Result<Report> {
    let Prepared {
        map,
        plans,
        needs,
        mut report,
    } = prepared;
    let empty = Directory::default();
    let changes = missing(&needs, &map, &empty);
    let (directory, refused) = foreseen(&changes, &empty);
    for change in changes {
        match refused.iter().find(|(other, _)| *other == change) {
            None => report.set_up.count(&change),
            Some((_, reason)) => report.refused.push(Refused {
                case: None,
                line: None,
                reason: format!("{}: {reason}", change.about()),
            }),
        }
    }
    for plan in &plans {
        match decide(plan, &map, &directory, &tracking_token()?) {
            Ok(imported) => {
                report.added += 1;
                report.totals.count(&imported, plan.channel);
            }
            Err(reason) => report.refuse(plan, reason),
        }
    }
    report.dry_run = true;
    Ok(report)
}

/// Carries out one change of the directory; the inner error is why the rules refuse it.
async fn set_up(
    app: &App,
    change: &Change,
    report: &mut Report,
) -> anyhow::Result<Result<(), String>> {
    let system = UserId::system();
    // An entry that is there is what was wanted. The key is new each time: nothing is done twice,
    // because what is there already is not missing.
    let key = app.shell.ids.next().to_string();
    let wish = app.wish(system, &key, &change.about())?;
    let done = match change {
        Change::Office(id, command) => {
            let aggregate = Aggregate::Office(*id);
            let asking = wish.asking("offices");
            let done = app.carry_out(&app.offices, &aggregate, command, asking, &wish);
            done.await.map(|_| ())
        }
        Change::DocumentType(id, command) => {
            let aggregate = Aggregate::DocumentType(*id);
            let asking = wish.asking("document-types");
            let done = app.carry_out(&app.document_types, &aggregate, command, asking, &wish);
            done.await.map(|_| ())
        }
        Change::User(id, command) => {
            let aggregate = Aggregate::User(*id);
            let asking = wish.asking("users");
            let done = app.carry_out(&app.users, &aggregate, command, asking, &wish);
            done.await.map(|_| ())
        }
    };
    match done {
        Ok(()) => {
            report.set_up.count(change);
            Ok(Ok(()))
        }
        Err(TransactError::Refused(DirectoryRefusal::Taken)) => Ok(Ok(())),
        Err(TransactError::Refused(refusal)) => Ok(Err(explain(&refusal))),
        Err(error) => Err(error).with_context(|| format!("{} cannot be set up", change.about())),
    }
}

type Decided<'p> = Vec<(&'p Plan, Imported)>;

/// Parted by series, each in the order of entry. Years follow each other, so that series do too.
fn by_series(decided: Decided<'_>) -> BTreeMap<SeriesId, Decided<'_>> {
    let mut parted: BTreeMap<_, Decided<'_>> = BTreeMap::new();
    for (plan, imported) in decided {
        let series = imported.series.clone();
        parted.entry(series).or_default().push((plan, imported));
    }
    parted
}

async fn add(
    app: &App,
    series: &SeriesId,
    decided: Decided<'_>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let trace = Trace::begun(app.shell.ids.next());
    let registration = |imported: &Imported| {
        let history = imported.clone();
        Registration {
            document: imported.document,
            after: After::default(),
            command: imported.command,
            request: imported.request,
            trace,
            begin: Box::new(move |number| history.numbered(number)),
        }
    };
    let registrations = decided.iter().map(|(_, imported)| registration(imported));
    let answers = app
        .numbering
        .register_all(series, registrations.collect())
        .await;
    for ((plan, imported), answer) in decided.iter().zip(answers) {
        match answer {
            Ok(numbered) => {
                report.totals.count(imported, plan.channel);
                if numbered.replayed {
                    report.already += 1;
                    continue;
                }
                report.added += 1;
                let record = wire::decode::<DocumentEvent>(&numbered.first.bytes)?;
                for envelope in &record.events {
                    if let DocumentEvent::Registered(registered) = &envelope.event {
                        report.note_number(&registered.number);
                    }
                }
            }
            Err(NumberingError::Taken | NumberingError::Moved) => {
                report.differing.push(plan.case.clone());
            }
            Err(
                error @ (NumberingError::Crowded
                | NumberingError::Unavailable
                | NumberingError::Unknown
                | NumberingError::Full
                | NumberingError::Refused(_)
                | NumberingError::Damaged(_)),
            ) => bail!(
                "{error} after {} documents; they stay, and the same import run again goes on",
                report.added
            ),
        }
    }
    Ok(())
}
