//! How far a generation is to go: to where the projector is, or to the end of the log.

use super::half::Half;
use super::{Rebuild, RebuildError};
use crate::checkpoint::{Checkpoint, Mismatch};

/// So far behind the log the projector is not waited for.
const FAR: u64 = 20_000;
/// How far a generation is to go.
pub(super) struct Aim {
    /// Up to where.
    pub(super) until: u64,
    /// Whether the views that are read are of this log.
    pub(super) fits: bool,
    /// In how many shares the log is folded.
    pub(super) shares: u64,
}

impl Rebuild {
    /// How far to go now.
    pub(super) async fn aim(&self, half: &Half) -> Result<Aim, RebuildError> {
        let mut connection = self.pool.acquire().await?;
        let checkpoint = Checkpoint::read(&mut connection).await?;
        drop(connection);
        let info = self.log.get_info().await;
        let state = info.map_err(|error| RebuildError::Log(error.into()))?.state;
        let last = state.last_sequence;
        let shares = state.bytes.div_ceil(self.memory).max(1);
        let aim = |until, fits| Aim {
            until,
            fits,
            shares,
        };
        // Where nothing was projected yet, nobody has to be waited for.
        let Some(checkpoint) = checkpoint.filter(|checkpoint| checkpoint.sequence > 0) else {
            return Ok(aim(last, true));
        };
        match self.fits(&checkpoint).await? {
            Err(mismatch) if !half.views.is_all() => Err(RebuildError::Foreign(mismatch)),
            Err(_) => Ok(aim(last, false)),
            Ok(()) if !half.views.is_all() => Ok(aim(checkpoint.sequence, true)),
            Ok(()) if checkpoint.sequence + FAR >= last => Ok(aim(checkpoint.sequence, true)),
            Ok(()) => Ok(aim(last, true)),
        }
    }

    /// Whether a checkpoint is of this log.
    pub(super) async fn fits(
        &self,
        checkpoint: &Checkpoint,
    ) -> Result<Result<(), Mismatch>, RebuildError> {
        let compared = checkpoint.compare(&mut self.log.clone()).await;
        compared.map_err(RebuildError::Log)
    }
}
