//! How the worker asks: of a command side in the same process (decision 0025).

use std::sync::Arc;

use chrono::NaiveDate;
use command::asked::TransactError;
use command::{App, Settled, SystemError};
use directory::Directory;
use events::DocumentId;
use futures::FutureExt;
use futures::future::BoxFuture;
use worker::{Answer, CommandError, Commands};

/// A command side, as the worker asks of it.
#[derive(Clone, Debug)]
pub struct Asking(App);

impl Asking {
    /// Asks `app`.
    pub fn of(app: App) -> Arc<Self> {
        Arc::new(Self(app))
    }
}

impl Commands for Asking {
    fn directory(&self) -> Arc<Directory> {
        self.0.organisation.now()
    }

    fn reschedule(
        &self,
        document: DocumentId,
        version: u64,
        key: String,
    ) -> BoxFuture<'_, Result<Answer, CommandError>> {
        let asked = async move {
            let done = self.0.reschedule(document, version, &key).await;
            done.map(answer).map_err(judged)
        };
        asked.boxed()
    }

    fn alert(
        &self,
        document: DocumentId,
        due_on: NaiveDate,
        key: String,
    ) -> BoxFuture<'_, Result<Answer, CommandError>> {
        let asked = async move {
            let done = self.0.alert(document, due_on, &key).await;
            done.map(answer).map_err(judged)
        };
        asked.boxed()
    }
}

fn answer(settled: Settled) -> Answer {
    Answer {
        by_event: settled.by_event,
        calendar: settled.calendar,
        sequence: settled.sequence,
    }
}

/// Whether it goes for every document, or for this one alone.
fn judged(error: SystemError) -> CommandError {
    let alone = match &error {
        SystemError::Document(error) => match error {
            TransactError::Refused(_)
            | TransactError::KeyReused
            | TransactError::Precondition { .. }
            | TransactError::Contended
            | TransactError::Damaged(_)
            | TransactError::Encode(_) => true,
            TransactError::Unknown | TransactError::Read(_) | TransactError::Append(_) => false,
        },
        SystemError::Directory(_)
        | SystemError::Series(_)
        | SystemError::Register(_)
        | SystemError::Vault(_)
        | SystemError::NoSuchUser(_)
        | SystemError::CalendarBehind { .. } => false,
    };
    if alone {
        CommandError::Refused(Box::new(error))
    } else {
        CommandError::Away(Box::new(error))
    }
}
