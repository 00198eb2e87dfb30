//! Sending a batch until each of its registrations is settled.
//!
//! ```text
//! sent              all are registered; the series' record stands before the documents'
//! wrong sequence    10071 does not say whose: ask the leader for the series
//!     it changed    another process gave numbers: number anew, send again
//!     it did not    some documents exist: answer those, send the rest
//! busy              another batch is in flight (10164, 10176, 10210): pause, again under a new id
//! no answer         it may land yet: read what is there, send the rest again. The documents expect
//!                   to be new, so what landed cannot land twice, and nobody is told "failed"
//!                   before it is known
//! full, refused     nothing was done: say so
//! ```

use std::sync::LazyLock;
use std::time::Duration;

use domain::series::Series;
use events::{Aggregate, DocumentEvent, Record, SeriesId};
use platform::backoff::{Backoff, jitter};
use platform::crash;
use platform::metrics::{Histogram, catalogue, figure};
use platform::tasks::Tasks;
use tokio::sync::mpsc;

use super::batch::{Batch, WriteError};
use super::{Numbered, NumberingError, Registration, SHARED, Waiting};
use crate::history::{Damaged, History, read};
use crate::log::{AppendError, ReadError, Stored};
use crate::shell::{LoadError, Shell};

/// How many documents got their numbers together.
static BATCHES: LazyLock<Histogram> = LazyLock::new(|| catalogue::NUMBERING_BATCH.histogram([]));
/// Between one sending and the next.
const PAUSE: Backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(250));
/// How often a batch whose outcome is unknown is sent while the log does not take it.
const ENOUGH: u32 = 20;
/// The same after the word to stop.
const LAST: u32 = 4;
/// How many documents are looked for at once.
const LOOKS: usize = 32;

/// The settling of one series' batches, one after the other.
#[derive(Debug)]
pub(super) struct Settling {
    shell: Shell,
    series: SeriesId,
    /// How far the series has got, as far as is known.
    history: Option<History<Series>>,
}

/// What is to be done after a batch was not taken.
enum Next {
    /// Send again at once, with new numbers.
    Again,
    /// Send again after a pause.
    Pause,
    /// Tell all that nothing was done.
    Fail(NumberingError),
}

impl Settling {
    pub(super) const fn new(shell: Shell, series: SeriesId) -> Self {
        Self {
            shell,
            series,
            history: None,
        }
    }

    /// Settles all of `waiting`, each a document of its own. When it has to be sent again, those
    /// that are `arriving` come along, and those of them that name a document again go to `later`.
    pub(super) async fn settle(
        &mut self,
        mut waiting: Vec<Waiting>,
        arriving: &mut mpsc::Receiver<Waiting>,
        later: &mut Vec<Waiting>,
        tasks: &Tasks,
    ) {
        // Whether an earlier sending may have landed, or may yet land.
        let mut unknown = false;
        for attempt in 0_u32.. {
            let Err(error) = self.send(&mut waiting).await else {
                return;
            };
            let next = match error {
                SendError::Append(AppendError::Conflict) => {
                    let next = self.after_conflict(&mut waiting, unknown).await;
                    next.unwrap_or_else(cannot_read)
                }
                SendError::Append(error) => {
                    unknown |= matches!(error, AppendError::Unknown(_));
                    self.after(error)
                }
                SendError::Load(error) => cannot_read(error),
                SendError::Write(error) => Next::Fail(NumberingError::Refused(error.to_string())),
            };
            if waiting.is_empty() {
                return;
            }
            let enough = if tasks.is_stopping() { LAST } else { ENOUGH };
            match next {
                Next::Fail(error) if !unknown => return fail(waiting, &error),
                Next::Fail(_) if attempt > enough => {
                    return fail(waiting, &NumberingError::Unknown);
                }
                Next::Again => take_along(&mut waiting, arriving, later),
                Next::Fail(_) | Next::Pause => {
                    let pause = PAUSE.delay(attempt, jitter(self.shell.ids.next()));
                    tokio::time::sleep(pause).await;
                    if unknown && let Err(error) = self.answer_found(&mut waiting, true).await {
                        tracing::debug!(%error, "what became of a batch cannot be read yet");
                    }
                    if waiting.is_empty() {
                        return;
                    }
                }
            }
        }
    }

    /// What is to be done after the log did not take a batch, for another reason than a conflict.
    fn after(&mut self, error: AppendError) -> Next {
        match error {
            AppendError::Unknown(cause) => {
                tracing::warn!(cause, series = %self.series, "a batch was not answered");
                self.history = None;
                Next::Pause
            }
            AppendError::Conflict | AppendError::Busy => Next::Pause,
            AppendError::Full => Next::Fail(NumberingError::Full),
            AppendError::Unavailable(cause) => {
                tracing::warn!(cause, series = %self.series, "a batch could not be sent");
                Next::Fail(NumberingError::Unavailable)
            }
            error @ (AppendError::Refused { .. } | AppendError::Duplicate { .. }) => {
                Next::Fail(NumberingError::Refused(error.to_string()))
            }
        }
    }

    /// Sends one batch with all of `waiting`, and answers them when it is taken.
    async fn send(&mut self, waiting: &mut Vec<Waiting>) -> Result<(), SendError> {
        let mut history = match self.history.take() {
            Some(history) => history,
            None => self.newest().await?,
        };
        let now = self.shell.clock.now();
        let batch = Batch::write(&self.shell, &self.series, &history, waiting, now)?;
        let documents = waiting.len() as u64;
        crash::point("numbering.before_batch");
        let sent = self.shell.log.append_all(batch.entries).await;
        if let Ok(last) = sent {
            crash::point("numbering.before_answers");
            BATCHES.record(figure(documents));
            let head = last - documents;
            history.take(&Stored {
                sequence: head,
                bytes: batch.series,
            })?;
            // The series is known by its last record; what was asked before it is not needed.
            history.commands.clear();
            let records = (head + 1..).zip(batch.documents);
            for (waiting, (sequence, bytes)) in waiting.drain(..).zip(records) {
                let first = Stored { sequence, bytes };
                let replayed = false;
                waiting.answer(Ok(Numbered { first, replayed }));
            }
        }
        self.history = Some(history);
        sent.map(|_| ()).map_err(SendError::Append)
    }

    /// The series where the leader says that it ends. Its last record says all of its state.
    async fn newest(&self) -> Result<History<Series>, LoadError> {
        let series = Aggregate::Series(self.series.clone());
        let last = self.shell.log.last(&series).await?;
        Ok(match last {
            Some(last) => History::resume(&last)?,
            None => History::default(),
        })
    }

    async fn after_conflict(
        &mut self,
        waiting: &mut Vec<Waiting>,
        unknown: bool,
    ) -> Result<Next, LoadError> {
        let before = self.history.take().map(|history| history.sequence);
        let newest = self.newest().await?;
        let changed = before != Some(newest.sequence);
        self.history = Some(newest);
        if changed && !unknown {
            return Ok(Next::Again);
        }
        let found = self.answer_found(waiting, unknown).await?;
        Ok(if found || changed {
            Next::Again
        } else {
            Next::Pause
        })
    }

    /// Answers those of `waiting` whose document exists, and says whether there were any.
    ///
    /// `ours` says that it may have been ourselves who registered them just now.
    async fn answer_found(
        &self,
        waiting: &mut Vec<Waiting>,
        ours: bool,
    ) -> Result<bool, LoadError> {
        let before = waiting.len();
        let mut unseen = std::mem::take(waiting).into_iter();
        let mut trouble = None;
        // Once the log does not say, it is not asked for the rest: each would cost the same wait.
        while trouble.is_none() && unseen.len() > 0 {
            let looks = unseen.by_ref().take(LOOKS).map(|waiting| async move {
                let first = self.next_record(&waiting.registration).await;
                (waiting, first)
            });
            for (one, first) in futures::future::join_all(looks).await {
                match first {
                    Ok(Some((stored, record))) => {
                        let answer = found(&one.registration, stored, &record, !ours);
                        one.answer(answer);
                    }
                    Ok(None) => waiting.push(one),
                    Err(error) => {
                        waiting.push(one);
                        trouble = Some(error);
                    }
                }
            }
        }
        waiting.extend(unseen);
        trouble.map_or(Ok(waiting.len() < before), Err)
    }

    /// The record of the document that came after what `registration` continues, if the leader has
    /// any: the registration itself, or that of somebody who was faster.
    async fn next_record(
        &self,
        registration: &Registration,
    ) -> Result<Option<(Stored, Record<DocumentEvent>)>, LoadError> {
        let aggregate = Aggregate::Document(registration.document);
        let after = registration.after;
        let last = self.shell.log.last(&aggregate).await?;
        let Some(last) = last.filter(|last| last.sequence > after.sequence) else {
            return Ok(None);
        };
        let record: Record<DocumentEvent> = read(&last)?;
        if record.version == after.version {
            return Ok(Some((last, record)));
        }
        let next = if after.sequence == 0 {
            self.shell.log.first(&aggregate).await?
        } else {
            let since = self.shell.log.read(&aggregate, after.sequence).await?;
            since.into_iter().next()
        };
        let Some(next) = next else {
            let behind = "a replica does not have the document yet";
            return Err(ReadError(behind.into()).into());
        };
        let record = read(&next)?;
        Ok(Some((next, record)))
    }
}

fn take_along(
    waiting: &mut Vec<Waiting>,
    arriving: &mut mpsc::Receiver<Waiting>,
    later: &mut Vec<Waiting>,
) {
    while waiting.len() < SHARED
        && let Ok(one) = arriving.try_recv()
    {
        let document = one.registration.document;
        if waiting
            .iter()
            .any(|known| known.registration.document == document)
        {
            later.push(one);
        } else {
            waiting.push(one);
        }
    }
}

enum SendError {
    Append(AppendError),
    Load(LoadError),
    Write(WriteError),
}

impl From<LoadError> for SendError {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<Damaged> for SendError {
    fn from(error: Damaged) -> Self {
        Self::Load(error.into())
    }
}

impl From<WriteError> for SendError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

/// What a failed reading means for those who wait.
fn cannot_read(error: LoadError) -> Next {
    match error {
        LoadError::Read(error) => {
            tracing::warn!(error = &*error.0, "a series cannot be read");
            Next::Fail(NumberingError::Unavailable)
        }
        LoadError::Damaged(error) => Next::Fail(NumberingError::Damaged(error.to_string())),
    }
}

fn fail(waiting: Vec<Waiting>, error: &NumberingError) {
    for waiting in waiting {
        waiting.answer(Err(error.clone()));
    }
}

/// The answer for a document that exists: to a retry its own, to another request a no.
fn found(
    registration: &Registration,
    first: Stored,
    record: &Record<DocumentEvent>,
    replayed: bool,
) -> Result<Numbered, NumberingError> {
    if record.command == registration.command && record.request == registration.request {
        Ok(Numbered { first, replayed })
    } else if registration.after.sequence == 0 {
        Err(NumberingError::Taken)
    } else {
        Err(NumberingError::Moved)
    }
}
