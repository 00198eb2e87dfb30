//! Registrations that wait for a number of one series, taken together as they come.
//!
//! There is no timer: while one batch is in flight others arrive, and all of them are the next. A
//! batch that lost a race against another process takes along who has come since.

use std::collections::HashSet;
use std::time::Duration;

use events::SeriesId;
use platform::tasks::Tasks;
use tokio::sync::mpsc;

use super::settle::Settling;
use super::{SHARED, Waiting};
use crate::shell::Shell;

/// How long requests that were on their way may still come after the word to stop.
const LAST: Duration = Duration::from_secs(1);

/// The queue of one series.
#[derive(Debug)]
pub(super) struct Queue {
    arriving: mpsc::Receiver<Waiting>,
    settling: Settling,
}

impl Queue {
    pub(super) fn new(shell: Shell, series: SeriesId, arriving: mpsc::Receiver<Waiting>) -> Self {
        Self {
            arriving,
            settling: Settling::new(shell, series),
        }
    }

    /// Takes what waits and settles it, until the word to stop and then until nothing comes.
    pub(super) async fn run(mut self, tasks: Tasks) {
        let mut waiting = Vec::new();
        loop {
            let taken = tokio::select! {
                biased;
                taken = self.arriving.recv_many(&mut waiting, SHARED) => taken,
                () = tasks.stopping() => self.last(&mut waiting).await,
            };
            if taken == 0 {
                return;
            }
            while !waiting.is_empty() {
                let (now, mut later) = each_document_once(std::mem::take(&mut waiting));
                let more = &mut self.arriving;
                self.settling.settle(now, more, &mut later, &tasks).await;
                waiting = later;
            }
        }
    }

    async fn last(&mut self, waiting: &mut Vec<Waiting>) -> usize {
        let more = self.arriving.recv_many(waiting, SHARED);
        tokio::time::timeout(LAST, more).await.unwrap_or_default()
    }
}

/// Parts what can share a batch from what names a document a second time: the server checks each
/// subject once per batch (10164). Those come after, and then find the document there.
fn each_document_once(waiting: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    let mut named = HashSet::new();
    waiting
        .into_iter()
        .partition(|waiting| named.insert(waiting.registration.document))
}
