//! Deadlines computed anew when days are declared or revoked (T2).
//!
//! ```text
//! look     which changes of the calendar touch an open row that does not know of them
//! find     write each such deadline down, and count it: one transaction a few thousand
//! settle   take some, ask for each, write down what became of it: one transaction
//! finish   say of each change that nothing is left of it
//! ```
//!
//! A row knows which version of the calendar its deadline was computed with. So a deadline is behind
//! or it is not, whatever happened in between: one that was computed by a process that had not heard
//! of the day, one of a document that was opened again, one that was there before this worker. Nobody
//! has to remember where to go on, and a round without news is a few reads of an index.
//!
//! Each deadline is written down before it is asked for, and asked for under a key that follows from
//! what is written down. Whoever is killed leaves it to be taken again; the command that had landed
//! is then answered as it was, and counted once.

pub(crate) mod figures;
pub mod sql;

use std::sync::Arc;

use calendar::{Change, Scope};
use chrono::{DateTime, TimeDelta, Utc};
use events::DocumentId;
use futures::future::join_all;
use platform::clock::Clock;
use sqlx::{PgPool, Postgres, Row, Transaction, query, query_scalar};
use uuid::Uuid;

use crate::commands::{Answer, Cause, CommandError, Commands};
use crate::stopped::{Stopped, pause};

/// How many deadlines are written down in one transaction.
const FOUND: i64 = 5_000;
/// How many are taken in one, and asked for at the same time.
const TAKEN: i64 = 64;

/// What a round needs.
#[derive(Clone, Debug)]
pub struct Rescheduling {
    /// The rows.
    pub pool: PgPool,
    /// The command side.
    pub commands: Arc<dyn Commands>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// One deadline to be asked for.
struct Task {
    document: Uuid,
    version: i64,
    found: i64,
    tries: i32,
}

/// The changes of the calendar in columns, as the statements take them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Columns {
    versions: Vec<i64>,
    days: Vec<chrono::NaiveDate>,
    first_places: Vec<String>,
    last_places: Vec<String>,
}

impl Rescheduling {
    /// The version of the calendar that the command side knows.
    pub fn version(&self) -> u64 {
        self.commands.directory().clockwork().calendar.version()
    }

    /// Does all there is to do at this moment.
    ///
    /// # Errors
    ///
    /// [`Stopped`], when a server is away.
    pub async fn round(&self) -> Result<(), Stopped> {
        let directory = self.commands.directory();
        let calendar = &directory.clockwork().calendar;
        let changes = Columns::of(calendar.changes_since(0));
        self.find(&changes).await?;
        while self.settle(calendar.version()).await? {}
        self.finish(&changes).await?;
        let left: i64 = query_scalar(sql::BACKLOG).fetch_one(&self.pool).await?;
        figures::left(u64::try_from(left).unwrap_or_default());
        Ok(())
    }

    async fn find(&self, changes: &Columns) -> Result<(), Stopped> {
        let behind: Vec<i64> = query_scalar(sql::BEHIND)
            .bind(&changes.versions)
            .bind(&changes.days)
            .bind(&changes.first_places)
            .bind(&changes.last_places)
            .fetch_all(&self.pool)
            .await?;
        for version in behind {
            let Some(at) = changes.versions.iter().position(|of| *of == version) else {
                continue;
            };
            let mut all = 0;
            loop {
                let found: i64 = query_scalar(sql::FIND)
                    .bind(version)
                    .bind(changes.days[at])
                    .bind(&changes.first_places[at])
                    .bind(&changes.last_places[at])
                    .bind(self.clock.now())
                    .bind(FOUND)
                    .fetch_one(&self.pool)
                    .await?;
                if found == 0 {
                    break;
                }
                all += found;
            }
            tracing::info!(
                calendar.version = version,
                deadlines = all,
                "a change of the calendar touches deadlines"
            );
        }
        Ok(())
    }

    /// Asks for some of what is written down; says whether there was any.
    async fn settle(&self, version: u64) -> Result<bool, Stopped> {
        let mut transaction = self.pool.begin().await?;
        let tasks = take(&mut transaction, self.clock.now()).await?;
        if tasks.is_empty() {
            return Ok(false);
        }
        let asked = tasks.iter().map(|task| {
            let document = DocumentId(task.document);
            self.commands.reschedule(document, version, task.key())
        });
        let answers = join_all(asked).await;
        let mut settled = Vec::with_capacity(tasks.len());
        let mut away = None;
        for (task, answer) in tasks.iter().zip(answers) {
            match answer {
                Ok(answer) => settled.push((task.document, answer)),
                Err(CommandError::Away(cause)) => away = Some(cause),
                Err(CommandError::Refused(cause)) => {
                    self.put_off(&mut transaction, task, &cause).await?;
                }
            }
        }
        write_down(&mut transaction, &settled, self.clock.now()).await?;
        transaction.commit().await?;
        for (_, answer) in &settled {
            figures::settled(answer.by_event);
        }
        away.map_or(Ok(true), |cause| Err(Stopped::Commands(cause)))
    }

    async fn put_off(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        task: &Task,
        cause: &Cause,
    ) -> Result<(), Stopped> {
        figures::put_off();
        tracing::warn!(
            error = &**cause as &dyn std::error::Error,
            document = %task.document,
            tries = task.tries + 1,
            "a deadline is not rescheduled; trying again later"
        );
        let next = self.clock.now() + TimeDelta::from_std(pause(task.tries)).unwrap_or_default();
        query(sql::PUT_OFF)
            .bind(task.document)
            .bind(task.version)
            .bind(next)
            .bind(cause.to_string())
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }

    async fn finish(&self, changes: &Columns) -> Result<(), Stopped> {
        query(sql::FINISH)
            .bind(&changes.versions)
            .bind(self.clock.now())
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

impl Task {
    /// The key of its command: the same whoever takes it, and another when it is found anew.
    fn key(&self) -> String {
        format!("calendar-{}-{}", self.version, self.found)
    }
}

async fn take(
    transaction: &mut Transaction<'_, Postgres>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Task>> {
    let rows = query(sql::TAKE).bind(now).bind(TAKEN);
    let rows = rows.fetch_all(&mut **transaction).await?;
    let task = |row: &sqlx::postgres::PgRow| {
        Ok(Task {
            document: row.try_get("document_id")?,
            version: row.try_get("version")?,
            found: row.try_get("found_seq")?,
            tries: row.try_get("tries")?,
        })
    };
    rows.iter().map(task).collect()
}

async fn write_down(
    transaction: &mut Transaction<'_, Postgres>,
    settled: &[(Uuid, Answer)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let column = |of: fn(&Answer) -> u64| -> Vec<i64> {
        let big = |(_, answer): &(Uuid, Answer)| i64::try_from(of(answer)).unwrap_or(i64::MAX);
        settled.iter().map(big).collect()
    };
    let documents: Vec<Uuid> = settled.iter().map(|(document, _)| *document).collect();
    let events: Vec<bool> = settled.iter().map(|(_, told)| told.by_event).collect();
    query(sql::SETTLE)
        .bind(documents)
        .bind(column(|answer| answer.calendar))
        .bind(column(|answer| answer.sequence))
        .bind(events)
        .bind(now)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

impl Columns {
    fn of(changes: &[Change]) -> Self {
        let mut columns = Self::default();
        for change in changes {
            let (first, last) = places(change.day.scope);
            columns
                .versions
                .push(i64::try_from(change.version).unwrap_or(i64::MAX));
            columns.days.push(change.day.on);
            columns.first_places.push(first);
            columns.last_places.push(last);
        }
        columns
    }
}

/// The first and the last place, as rows have them, for which a day of `scope` is one.
fn places(scope: Scope) -> (String, String) {
    match scope {
        Scope::Nation => (String::new(), "9999".to_owned()),
        Scope::Region(region) => (format!("{region}00"), format!("{region}99")),
        Scope::Province(place) => (place.to_string(), place.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use calendar::Place;

    use super::*;

    #[test]
    fn t2_a_day_touches_in_the_rows_the_places_that_it_is_one_for() {
        let all = ["", "0401", "0801", "0813", "0901", "2501"];
        for scope in ["nation", "region:08", "province:0801"] {
            let scope: Scope = scope.parse().unwrap();
            let (first, last) = places(scope);
            for text in all {
                let place: Option<Place> = text.parse().ok();
                let within = first.as_str() <= text && text <= last.as_str();
                assert_eq!(within, scope.covers(place), "{scope:?} {text}");
            }
        }
    }

    #[test]
    fn a_deadline_found_anew_is_asked_for_under_another_key() {
        let task = |version, found| Task {
            document: Uuid::nil(),
            version,
            found,
            tries: 0,
        };
        assert_eq!(task(7, 20).key(), task(7, 20).key());
        assert_ne!(task(7, 20).key(), task(7, 21).key());
        assert_ne!(task(7, 20).key(), task(8, 20).key());
    }
}
