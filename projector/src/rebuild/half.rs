//! A generation that is not read: the one under construction, or the one kept for a roll-back.
//!
//! Its tables lie in a schema of its own, under the names they have; its row in
//! `projection_rebuild` says how far it is, and moves in the transactions of its rows. The row has
//! the id of the run that works on it: a run that finds another one gives up.

use chrono::{DateTime, Utc};
use events::Hash;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::RebuildError;
use super::view::{View, Views};
use crate::checkpoint::Checkpoint;
use crate::columns::{big, number, word};
use crate::incoming::Incoming;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Under construction.
    Next,
    /// Kept for a roll-back.
    Before,
}

impl Kept {
    const fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Before => "before",
        }
    }
}

/// How far a generation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Its rows are being copied in; begun anew when it is broken off.
    Copying,
    /// The rows are in; indexes are being built.
    Copied,
    /// Complete up to its position, from where it follows the log.
    Following,
}

impl Step {
    const fn word(self) -> &'static str {
        match self {
            Self::Copying => "copying",
            Self::Copied => "copied",
            Self::Following => "following",
        }
    }
}

impl std::str::FromStr for Step {
    type Err = events::classify::UnknownWord;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let all = [Self::Copying, Self::Copied, Self::Following];
        let found = all.into_iter().find(|step| step.word() == word);
        found.ok_or(events::classify::UnknownWord)
    }
}

/// A generation that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    /// The run that works on it.
    pub run: Uuid,
    /// How far it is.
    pub step: Step,
    /// The views in it.
    pub views: Views,
    /// Its number, and up to where it is.
    pub checkpoint: Checkpoint,
}

/// Reads the row.
pub(super) const READ: &str = "/* q:projector.rebuild.read */
    select run, step, views, generation, stream, sequence, event_id, hash
    from projection_rebuild
    where name = $1";

/// Reads the row and locks it until the end of the transaction.
pub(super) const LOCK: &str = "/* q:projector.rebuild.lock */
    select run, step, views, generation, stream, sequence, event_id, hash
    from projection_rebuild
    where name = $1
    for update";

/// Makes the row, or makes another of it.
pub(super) const WRITE: &str = "/* q:projector.rebuild.write */
    insert into projection_rebuild as t (
        name, run, step, views, generation, stream, sequence, event_id, hash,
        begun_at, updated_at
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
    on conflict (name) do update set
        run = excluded.run, step = excluded.step, views = excluded.views,
        generation = excluded.generation, stream = excluded.stream,
        sequence = excluded.sequence, event_id = excluded.event_id,
        hash = excluded.hash, updated_at = excluded.updated_at";

/// Forgets the row.
pub(super) const FORGET: &str = "/* q:projector.rebuild.forget */
    delete from projection_rebuild
    where name = $1";

impl Half {
    /// Reads it, if there is one.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn read(connection: &mut PgConnection, kept: Kept) -> sqlx::Result<Option<Self>> {
        Self::fetch(connection, kept, READ).await
    }

    async fn fetch(
        connection: &mut PgConnection,
        kept: Kept,
        query: &'static str,
    ) -> sqlx::Result<Option<Self>> {
        let row = sqlx::query(query)
            .bind(kept.word())
            .fetch_optional(connection)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let words: Vec<String> = row.try_get("views")?;
        let views = words.iter().filter_map(|word| word.parse::<View>().ok());
        Ok(Some(Self {
            run: row.try_get("run")?,
            step: word(&row, "step")?,
            views: Views::of(views),
            checkpoint: Checkpoint {
                stream: row.try_get("stream")?,
                sequence: number(&row, "sequence")?,
                event_id: row.try_get("event_id")?,
                hash: Hash(row.try_get("hash")?),
                generation: number(&row, "generation")?,
                fence: 0,
            },
        }))
    }

    /// Writes it down.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn write(
        &self,
        connection: &mut PgConnection,
        kept: Kept,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        sqlx::query(WRITE)
            .bind(kept.word())
            .bind(self.run)
            .bind(self.step.word())
            .bind(self.views.words())
            .bind(big(self.checkpoint.generation))
            .bind(&self.checkpoint.stream)
            .bind(big(self.checkpoint.sequence))
            .bind(self.checkpoint.event_id)
            .bind(self.checkpoint.hash.0)
            .bind(now)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Forgets it.
    ///
    /// # Errors
    ///
    /// The database does not answer.
    pub async fn forget(connection: &mut PgConnection, kept: Kept) -> sqlx::Result<()> {
        sqlx::query(FORGET)
            .bind(kept.word())
            .execute(connection)
            .await?;
        Ok(())
    }

    /// Locks the row of the generation under construction, which must be as this run left it.
    ///
    /// # Errors
    ///
    /// [`RebuildError::PassedBy`] when another run went on; or the database does not answer.
    pub async fn hold(&self, connection: &mut PgConnection) -> Result<(), RebuildError> {
        let found = Self::fetch(connection, Kept::Next, LOCK).await?;
        if found.as_ref() == Some(self) {
            Ok(())
        } else {
            Err(RebuildError::PassedBy)
        }
    }

    /// Stands right after `record`.
    pub(super) fn stand_after(&mut self, record: &Incoming) {
        self.checkpoint = self.checkpoint.after(record);
    }
}
