//! The switch: one transaction after which the next generation is the one that is read.
//!
//! It locks the checkpoint, so that the projector waits, and lets the next generation follow up to
//! there. Then it locks every table of both generations: whoever has begun to read has ended, whoever
//! begins waits a moment and reads the new one. A reader whose snapshot is older than the last rows
//! would miss them, so those are waited for before. Nobody waits longer than a moment: what cannot be
//! locked at once is let go and tried again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use platform::crash;
use sqlx::{PgConnection, Row};

use super::ddl::run;
use super::half::{Half, Kept, Step};
use super::view::View;
use super::{Rebuild, RebuildError};
use crate::checkpoint::{Checkpoint, NAME};
use crate::columns::big;

/// Moves the checkpoint to the next generation, and fences off the projector.
pub(super) const SWITCH: &str = "/* q:projector.rebuild.switch */
    update projection_checkpoint
    set stream = $2, sequence = $3, event_id = $4, hash = $5, generation = $6,
        fence = fence + 1, updated_at = $7
    where name = $1";

/// Whether somebody reads with a snapshot from before an instant. Who waits for a lock waits for us.
pub(super) const READERS: &str = "/* q:projector.rebuild.readers */
    select count(*)
    from pg_stat_activity
    where datname = current_database()
      and backend_type = 'client backend'
      and pid <> pg_backend_pid()
      and backend_xmin is not null
      and wait_event_type is distinct from 'Lock'
      and xact_start < $1";

/// The instant it is.
pub(super) const NOW: &str = "/* q:projector.rebuild.now */
    select clock_timestamp()";

/// What the view over the archive asks for.
pub(super) const EVENTS: &str = "/* q:projector.rebuild.events */
    select pg_get_viewdef('event_archive_events'::regclass)";

/// Attempts to find a moment in which nobody reads.
const ATTEMPTS: u32 = 120;
/// How long the tables may be waited for; whoever reads waits as long. It becomes longer when it is
/// not enough.
const PATIENCE_MS: [u32; 3] = [150, 300, 1_200];
/// Between attempts.
const AGAIN: Duration = Duration::from_millis(200);

/// What became of an attempt.
enum Attempt {
    Switched,
    Busy,
}

impl Rebuild {
    /// Makes `half` the generation that is read, and keeps the other one.
    pub(super) async fn switch(&self, half: &mut Half) -> Result<(), RebuildError> {
        let mut connection = self.pool.acquire().await?;
        drop_before(&mut connection).await?;
        drop(connection);
        for attempt in 0..ATTEMPTS {
            self.follow_closely(half).await?;
            let patience = PATIENCE_MS[(attempt as usize / 20).min(2)];
            match self.try_switch(half, patience).await {
                Ok(Attempt::Switched) => return Ok(()),
                Ok(Attempt::Busy) => {}
                Err(RebuildError::Rows(error)) if is_busy(&error) => {}
                Err(error) => return Err(error),
            }
            self.tell(
                "waiting for readers",
                u64::from(attempt),
                u64::from(ATTEMPTS),
            );
            tokio::time::sleep(AGAIN).await;
        }
        Err(RebuildError::Busy)
    }

    async fn try_switch(&self, half: &mut Half, patience: u32) -> Result<Attempt, RebuildError> {
        let now = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        let before = Checkpoint::lock(&mut transaction).await?;
        let fits = self.fits(&before).await?.is_ok();
        if fits && before.sequence > half.checkpoint.sequence {
            self.follow(half, before.sequence).await?;
        }
        if !half.views.is_all() && before.sequence != half.checkpoint.sequence {
            return Err(RebuildError::Partly);
        }
        if !self.is_seen_by_all().await? {
            return Ok(Attempt::Busy);
        }
        half.hold(&mut transaction).await?;
        let limit = format!("set local lock_timeout = {patience}");
        run(&mut transaction, limit).await?;
        self.exchange(&mut transaction, half).await?;
        let next = &half.checkpoint;
        sqlx::query(SWITCH)
            .bind(NAME)
            .bind(&next.stream)
            .bind(big(next.sequence))
            .bind(next.event_id)
            .bind(next.hash.0)
            .bind(big(next.generation))
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        let kept = Half {
            step: Step::Following,
            checkpoint: Checkpoint { fence: 0, ..before },
            ..half.clone()
        };
        kept.write(&mut transaction, Kept::Before, now).await?;
        Half::forget(&mut transaction, Kept::Next).await?;
        crash::point("rebuild.before_switch");
        transaction.commit().await?;
        crash::point("rebuild.switched");
        Ok(Attempt::Switched)
    }

    /// Whether everybody who reads sees what was written up to now.
    async fn is_seen_by_all(&self) -> Result<bool, RebuildError> {
        let written: DateTime<Utc> = sqlx::query_scalar(NOW).fetch_one(&self.pool).await?;
        for _ in 0..20 {
            let older: i64 = sqlx::query_scalar(READERS)
                .bind(written)
                .fetch_one(&self.pool)
                .await?;
            if older == 0 {
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Ok(false)
    }

    /// Moves the tables that are read aside, and those of the next generation into their place.
    async fn exchange(
        &self,
        connection: &mut PgConnection,
        half: &Half,
    ) -> Result<(), RebuildError> {
        let (home, names) = (&self.home, half.views.names());
        let both = |name: &&str| [format!("{home}.{name}"), format!("mesa_next.{name}")];
        let all: Vec<_> = names.iter().flat_map(both).collect();
        let lock = format!("lock table {} in access exclusive mode", all.join(", "));
        run(connection, lock).await?;
        let events: Option<String> = if half.views.has(View::Archive) {
            let row = sqlx::query(EVENTS).fetch_one(&mut *connection).await?;
            Some(row.try_get(0)?)
        } else {
            None
        };
        run(connection, "create schema mesa_before".to_owned()).await?;
        for name in &names {
            run(
                connection,
                format!("alter table {home}.{name} set schema mesa_before"),
            )
            .await?;
            run(
                connection,
                format!("alter table mesa_next.{name} set schema {home}"),
            )
            .await?;
        }
        run(connection, "drop schema mesa_next".to_owned()).await?;
        if let Some(events) = events {
            let view = format!("create or replace view event_archive_events as {events}");
            run(connection, view).await?;
        }
        Ok(())
    }
}

/// Whether a lock could not be had in time.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code == "55P03" || code == "40P01")
}

/// Drops the generation that is kept.
pub(super) async fn drop_before(connection: &mut PgConnection) -> sqlx::Result<()> {
    run(
        connection,
        "drop schema if exists mesa_before cascade".to_owned(),
    )
    .await?;
    Half::forget(connection, Kept::Before).await
}
