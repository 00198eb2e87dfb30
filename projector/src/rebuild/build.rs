//! The beginning of a rebuild: tables, rows, indexes.

use platform::crash;
use platform::ids::{Ids, SystemIds};

use super::half::{Half, Kept, Step};
use super::view::Views;
use super::{Rebuild, RebuildError, ddl, follow, sql};
use crate::checkpoint::Checkpoint;
use crate::parked::{self, ParkedSet};

impl Rebuild {
    /// What was broken off, taken over; else a generation whose rows are still to come.
    pub(super) async fn begin(&self, views: Option<Views>) -> Result<Half, RebuildError> {
        let mut connection = self.pool.acquire().await?;
        let found = Half::read(&mut connection, Kept::Next).await?;
        let run = SystemIds.next();
        if let Some(found) = found {
            if views.as_ref().is_some_and(|views| *views != found.views) {
                return Err(RebuildError::Other(found.views));
            }
            let half = Half { run, ..found };
            half.write(&mut connection, Kept::Next, self.clock.now())
                .await?;
            return Ok(half);
        }
        let (stream, now) = (self.names.log_stream(), self.clock.now());
        let checkpoint = Checkpoint::load(&mut connection, &stream, now).await?;
        let kept = Half::read(&mut connection, Kept::Before).await?;
        let kept = kept.map_or(0, |kept| kept.checkpoint.generation);
        Ok(Half {
            run,
            step: Step::Copying,
            views: views.unwrap_or_else(Views::all),
            checkpoint: Checkpoint {
                stream,
                sequence: 0,
                event_id: None,
                hash: events::Hash::default(),
                generation: checkpoint.generation.max(kept) + 1,
                fence: 0,
            },
        })
    }

    /// Folds the log and copies the rows in; gives how many events there were.
    pub(super) async fn copy(&self, half: &mut Half) -> Result<u64, RebuildError> {
        let mut connection = self.pool.acquire().await?;
        let aim = self.aim(half).await?;
        let parked = parked::list(&mut connection).await?;
        half.checkpoint.sequence = 0;
        half.checkpoint.stream = self.names.log_stream();
        ddl::make(&mut connection, half, self.clock.now()).await?;
        crash::point("rebuild.begun");
        drop(connection);
        // What is parked of another log says nothing of this one.
        let parked = if aim.fits { parked } else { Vec::new() };
        let parked = ParkedSet::of(parked);
        let folded = self.fold(half, &parked, aim.until, aim.shares).await?;
        crash::point("rebuild.folded");
        let small: Vec<_> = half.views.names();
        let small: Vec<_> = small
            .into_iter()
            .filter(|name| sql::is_small(name))
            .collect();
        ddl::index(&self.pool, &small, |_, _| {}).await?;
        let mut after = half.clone();
        after.step = Step::Copied;
        if let Some(last) = &folded.last {
            after.stand_after(last);
        }
        let now = self.clock.now();
        let mut transaction = self.pool.begin().await?;
        half.hold(&mut transaction).await?;
        after.write(&mut transaction, Kept::Next, now).await?;
        sqlx::query(ddl::IN_NEXT).execute(&mut *transaction).await?;
        follow::write(&mut transaction, &half.views, &folded.small).await?;
        if half.views.is_all() {
            let mut all = parked;
            all.keep(&folded.small.parked);
            let stream = &half.checkpoint.stream;
            parked::write(&mut transaction, stream, now, &all.rows()).await?;
            let since = format!(
                "update parked set parked_at = old.parked_at from {}.parked old
                 where old.aggregate = parked.aggregate and old.sequence = parked.sequence",
                self.home
            );
            ddl::run(&mut transaction, since).await?;
        }
        transaction.commit().await?;
        crash::point("rebuild.copied");
        *half = after;
        Ok(folded.events)
    }

    /// Builds the indexes; from then on the generation can follow the log.
    pub(super) async fn index(&self, half: &mut Half) -> Result<(), RebuildError> {
        let tables = half.views.names();
        ddl::index(&self.pool, &tables, |done, all| {
            self.tell("building indexes", done, all);
        })
        .await?;
        ddl::analyze(&self.pool, &tables).await?;
        let mut connection = self.pool.acquire().await?;
        half.hold(&mut connection).await?;
        half.step = Step::Following;
        half.write(&mut connection, Kept::Next, self.clock.now())
            .await?;
        crash::point("rebuild.indexed");
        Ok(())
    }
}
