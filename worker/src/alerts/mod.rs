//! What is said of last days as they come nearer, and when they are over (T5).
//!
//! ```text
//! look     which places there are, and which last days are spoken of there today
//! find     write down what is to be said and was not, nor something nearer
//! settle   take some, ask for each, write down what became of it: one transaction
//! ```
//!
//! Nothing has a time at which it must happen: what is to be said follows from the day that it is, so
//! after any pause the nearest is said and what lies behind is not. Whether it is said the document
//! decides, by its deadline of that moment and by what was said of it (I17); the rows only find it.

pub(crate) mod figures;
pub mod sql;

use std::sync::Arc;

use calendar::{Alert, Calendar};
use chrono::{NaiveDate, TimeDelta};
use events::{DocumentId, legal_date};
use futures::future::join_all;
use platform::clock::Clock;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Postgres, Row, Transaction, query, query_scalar};
use uuid::Uuid;

use crate::commands::{Answer, Cause, CommandError, Commands};
use crate::stopped::{Stopped, pause};

/// How many are written down in one transaction.
const FOUND: i64 = 5_000;
/// How many are taken in one, and asked for at the same time.
const TAKEN: i64 = 64;
/// A year that no deadline ends before; the database has no earlier day than 4713 BC.
const LONG_AGO: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).unwrap();

/// What a round needs.
#[derive(Clone, Debug)]
pub struct Alerts {
    /// The rows.
    pub pool: PgPool,
    /// The command side.
    pub commands: Arc<dyn Commands>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
}

/// One thing to be said.
struct Task {
    document: Uuid,
    due_on: NaiveDate,
    days_left: i16,
    found: i64,
    tries: i32,
}

/// What is looked for, in columns, as the statement takes it.
#[derive(Debug, Default)]
struct Sought {
    places: Vec<String>,
    days_left: Vec<i16>,
    first_on: Vec<NaiveDate>,
    last_on: Vec<NaiveDate>,
}

impl Alerts {
    /// Says all there is to say at this moment.
    ///
    /// # Errors
    ///
    /// [`Stopped`], when a server is away.
    pub async fn round(&self) -> Result<(), Stopped> {
        self.find().await?;
        while self.settle().await? {}
        let left: i64 = query_scalar(sql::BACKLOG).fetch_one(&self.pool).await?;
        figures::left(u64::try_from(left).unwrap_or_default());
        Ok(())
    }

    async fn find(&self) -> Result<(), Stopped> {
        let places: Vec<String> = query_scalar(sql::PLACES).fetch_all(&self.pool).await?;
        let directory = self.commands.directory();
        let calendar = &directory.clockwork().calendar;
        let sought = Sought::on(legal_date(self.clock.now()), calendar, &places);
        loop {
            let found: i64 = query_scalar(sql::FIND)
                .bind(&sought.places)
                .bind(&sought.days_left)
                .bind(&sought.first_on)
                .bind(&sought.last_on)
                .bind(self.clock.now())
                .bind(FOUND)
                .fetch_one(&self.pool)
                .await?;
            if found == 0 {
                return Ok(());
            }
        }
    }

    /// Says some of what is written down; says whether there was any.
    async fn settle(&self) -> Result<bool, Stopped> {
        let mut transaction = self.pool.begin().await?;
        let rows = query(sql::TAKE).bind(self.clock.now()).bind(TAKEN);
        let rows = rows.fetch_all(&mut *transaction).await?;
        let tasks: sqlx::Result<Vec<Task>> = rows.iter().map(Task::read).collect();
        let tasks = tasks?;
        if tasks.is_empty() {
            return Ok(false);
        }
        let asked = tasks.iter().map(|task| {
            let document = DocumentId(task.document);
            self.commands.alert(document, task.due_on, task.key())
        });
        let answers = join_all(asked).await;
        let mut settled = Vec::with_capacity(tasks.len());
        let mut away = None;
        for (task, answer) in tasks.iter().zip(answers) {
            match answer {
                Ok(answer) => settled.push((task, answer)),
                Err(CommandError::Away(cause)) => away = Some(cause),
                Err(CommandError::Refused(cause)) => {
                    self.put_off(&mut transaction, task, &cause).await?;
                }
            }
        }
        self.write_down(&mut transaction, &settled).await?;
        transaction.commit().await?;
        for (_, answer) in &settled {
            figures::settled(answer.by_event);
        }
        away.map_or(Ok(true), |cause| Err(Stopped::Commands(cause)))
    }

    async fn write_down(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        settled: &[(&Task, Answer)],
    ) -> sqlx::Result<()> {
        let tasks = || settled.iter().map(|(task, _)| task);
        let answers = || settled.iter().map(|(_, answer)| answer);
        let sequence = |answer: &Answer| i64::try_from(answer.sequence).unwrap_or(i64::MAX);
        query(sql::SETTLE)
            .bind(tasks().map(|task| task.document).collect::<Vec<_>>())
            .bind(tasks().map(|task| task.due_on).collect::<Vec<_>>())
            .bind(tasks().map(|task| task.days_left).collect::<Vec<_>>())
            .bind(answers().map(sequence).collect::<Vec<_>>())
            .bind(answers().map(|answer| answer.by_event).collect::<Vec<_>>())
            .bind(self.clock.now())
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }

    async fn put_off(
        &self,
        transaction: &mut Transaction<'_, Postgres>,
        task: &Task,
        cause: &Cause,
    ) -> sqlx::Result<()> {
        figures::put_off();
        tracing::warn!(
            error = &**cause as &dyn std::error::Error,
            document = %task.document,
            tries = task.tries + 1,
            "nothing is said of a last day; trying again later"
        );
        let next = self.clock.now() + TimeDelta::from_std(pause(task.tries)).unwrap_or_default();
        query(sql::PUT_OFF)
            .bind(task.document)
            .bind(task.due_on)
            .bind(task.days_left)
            .bind(next)
            .bind(cause.to_string())
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }
}

impl Task {
    fn read(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            document: row.try_get("document_id")?,
            due_on: row.try_get("due_on")?,
            days_left: row.try_get("days_left")?,
            found: row.try_get("found_seq")?,
            tries: row.try_get("tries")?,
        })
    }

    /// The key of its command: the same whoever takes it, and another when it is found anew.
    fn key(&self) -> String {
        format!("alert-{}-{}-{}", self.due_on, self.days_left, self.found)
    }
}

impl Sought {
    fn on(today: NaiveDate, calendar: &Calendar, places: &[String]) -> Self {
        let mut sought = Self::default();
        for place in places {
            let days = calendar.at(place.parse().ok());
            for alert in Alert::ALL {
                let (first, last) = days.alerted(today, alert);
                sought.places.push(place.clone());
                sought.days_left.push(i16::from(alert.days_left()));
                sought.first_on.push(first.max(LONG_AGO));
                sought.last_on.push(last);
            }
        }
        sought
    }
}
