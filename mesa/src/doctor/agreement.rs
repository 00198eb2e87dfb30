//! Whether the views are those of this log.

use async_nats::jetstream::stream::Stream;
use projector::checkpoint::Checkpoint;
use projector::parked;
use sqlx::PgPool;

use super::report::Report;

const OF: &str = "views";

/// Compares the checkpoint with the log, and counts what is parked.
pub(super) async fn examine(report: &mut Report, mut log: Stream, pool: &PgPool) {
    // Without tables there is nothing to compare, and the schema was complained about.
    let Ok(mut connection) = pool.acquire().await else {
        return;
    };
    let what = "checkpoint";
    match Checkpoint::read(&mut connection).await {
        Ok(Some(checkpoint)) => {
            let compared = checkpoint.compare(&mut log).await;
            let last = log.cached_info().state.last_sequence;
            match compared {
                Ok(Ok(())) => {
                    let found = format!("at {} of {last}, the same log", checkpoint.sequence);
                    report.ok(OF, what, found);
                }
                Ok(Err(mismatch)) => report.fail(
                    OF,
                    what,
                    mismatch.to_string(),
                    "the projector stops there: see *Restore NATS* in docs/operations.md",
                ),
                Err(error) => report.warn(
                    OF,
                    what,
                    error.to_string(),
                    "NATS did not say what stands where the views are: look again",
                ),
            }
        }
        Ok(None) => report.warn(
            OF,
            what,
            "none yet",
            "start `mesa projector`: it fills the views from the log",
        ),
        Err(_) => return,
    }
    if let Ok(parked) = parked::list(&mut connection).await {
        match parked.len() {
            0 => report.ok(OF, "parked", "none"),
            many => report.warn(
                OF,
                "parked",
                format!("{many} histories"),
                "their views stand still; `mesa parked` says which and why: install a version that \
                 can read them and run `mesa parked retry --all`, or report the error",
            ),
        }
    }
}
