//! Registry numbers: unique, in order, without gaps, and none without its document (R2, I1).
//!
//! A registration touches two histories, the series' and the document's, so it is an atomic
//! batch. Batches are dear and their size hardly matters; so registrations that wait at the same
//! moment share one: [`queue`] collects them per series, [`batch`] writes the messages, and
//! [`settle`] sends them until every one of them is settled.

mod batch;
mod queue;
mod settle;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use events::{
    CommandId, DocumentEvent, DocumentId, Envelope, Fingerprint, Hash, RegistryNumber, SeriesId,
};
use platform::tasks::Tasks;
use platform::telemetry::trace::Trace;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use crate::log::Stored;
use crate::shell::Shell;

/// How many registrations share one batch at most.
pub const SHARED: usize = 500;
/// How many may wait per series.
const WAITING: usize = 4_096;
/// How long one waits before it is told that its outcome is unknown.
const PATIENCE: Duration = Duration::from_secs(8);

/// The facts of a registration, once its number is known.
pub type Begin = Box<dyn Fn(&RegistryNumber) -> Vec<Envelope<DocumentEvent>> + Send + Sync>;

/// What a registration continues: nothing, or the history of a document that was submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// The sequence of its last record; 0 when there is none.
    pub sequence: u64,
    /// How many events it has.
    pub version: u64,
    /// The hash of its last record; zero when there is none (I14).
    pub hash: Hash,
}

/// A document that is to get a number, and with it the next record of its history.
pub struct Registration {
    /// The document.
    pub document: DocumentId,
    /// What it continues.
    pub after: After,
    /// The command that registers it.
    pub command: CommandId,
    /// What was asked, to tell a retry from another request.
    pub request: Fingerprint,
    /// The request in which it all began.
    pub trace: Trace,
    /// What happens to it, `Registered` first.
    pub begin: Begin,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("document", &self.document)
            .field("command", &self.command)
            .finish_non_exhaustive()
    }
}

/// A registered document.
#[derive(Clone, Debug)]
pub struct Numbered {
    /// The record that registers it: the first of its history, unless it was submitted before.
    pub first: Stored,
    /// Whether it had been registered before, by the same request.
    pub replayed: bool,
}

/// Why a document was not registered, or may not have been.
#[derive(Clone, Debug, Error)]
pub enum NumberingError {
    /// The document exists, registered by another request.
    #[error("the document was registered by another request")]
    Taken,
    /// The document, which was submitted before, has changed since; nothing was done.
    #[error("the document changed while it waited for its number")]
    Moved,
    /// Too many wait already, or the process is stopping; nothing was done.
    #[error("too many registrations are waiting")]
    Crowded,
    /// The log does not answer, and nothing was done.
    #[error("the event log is unavailable")]
    Unavailable,
    /// It may be registered, now or in a moment; the same request again will say.
    #[error("the event log did not say yet what became of the registration")]
    Unknown,
    /// The log takes no more, and nothing was done.
    #[error("the event log is full")]
    Full,
    /// The server refuses, whatever is tried.
    #[error("the event log refuses the registration: {0}")]
    Refused(String),
    /// A history cannot be read or trusted.
    #[error("a history is damaged: {0}")]
    Damaged(String),
}

type Answer = Result<Numbered, NumberingError>;

/// One registration, and where its answer goes. Nobody may be there any more to hear it.
#[derive(Debug)]
struct Waiting {
    registration: Registration,
    answer: oneshot::Sender<Answer>,
}

impl Waiting {
    fn answer(self, answer: Answer) {
        drop(self.answer.send(answer));
    }
}

/// Gives numbers. One per process: it keeps one batch in flight per series.
#[derive(Debug)]
pub struct Numbering {
    shell: Shell,
    tasks: Tasks,
    series: Mutex<HashMap<SeriesId, mpsc::Sender<Waiting>>>,
}

impl Numbering {
    /// Numbers documents on the log of `shell`, by tasks of `tasks`.
    pub fn new(shell: Shell, tasks: Tasks) -> Arc<Self> {
        Arc::new(Self {
            shell,
            tasks,
            series: Mutex::default(),
        })
    }

    /// Registers a document in `series`. It is settled even if the caller goes away.
    ///
    /// # Errors
    ///
    /// [`NumberingError`], each of which says whether anything was done.
    pub async fn register(&self, series: &SeriesId, registration: Registration) -> Answer {
        let answer = self.enqueue(series, registration)?;
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) | Err(_) => Err(NumberingError::Unknown),
        }
    }

    /// Registers many documents in `series`, each with a whole history in its first record, and
    /// answers for each in order. It waits as long as it takes.
    ///
    /// Documents that exist already come back as they are, or as [`NumberingError::Taken`].
    pub async fn register_all(
        &self,
        series: &SeriesId,
        registrations: Vec<Registration>,
    ) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(registrations.len());
        for registration in registrations {
            let (answer, receive) = oneshot::channel();
            let waiting = Waiting {
                registration,
                answer,
            };
            let taken = self.queue(series).send(waiting).await;
            answers.push(taken.map(|()| receive));
        }
        let mut settled = Vec::with_capacity(answers.len());
        for answer in answers {
            settled.push(match answer {
                Ok(answer) => answer.await.unwrap_or(Err(NumberingError::Unknown)),
                Err(_) => Err(NumberingError::Crowded),
            });
        }
        settled
    }

    fn enqueue(
        &self,
        series: &SeriesId,
        registration: Registration,
    ) -> Result<oneshot::Receiver<Answer>, NumberingError> {
        let (answer, receive) = oneshot::channel();
        let waiting = Waiting {
            registration,
            answer,
        };
        let taken = self.queue(series).try_send(waiting);
        taken.map(|()| receive).map_err(|_| NumberingError::Crowded)
    }

    fn queue(&self, series: &SeriesId) -> mpsc::Sender<Waiting> {
        let mut all = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = || {
            let (queue, arriving) = mpsc::channel(WAITING);
            let taking = queue::Queue::new(self.shell.clone(), series.clone(), arriving);
            self.tasks.spawn(taking.run(self.tasks.clone()));
            queue
        };
        all.entry(series.clone()).or_insert_with(begin).clone()
    }
}
