//! A document that was submitted is entered in the register: its number, and the next record of its
//! history, in one batch (R2, I9).
//!
//! Like [`crate::transact`], but the record goes out with the series': the numbering appends it after
//! the record it was decided upon, or says that the document has [moved](NumberingError::Moved); then
//! it is read on and decided anew.

use std::time::Duration;

use domain::Context;
use domain::document::{Document, Draft, RegisterSubmitted};
use events::{Aggregate, DocumentId};
use platform::backoff::{Backoff, jitter};

use crate::app::{App, Wish};
use crate::asked::Done;
use crate::history::{Asking, History, Remembered, envelopes};
use crate::numbering::{After, NumberingError, Registration};
use crate::refused::RegisterError;
use crate::transact::as_it_was;

/// How often it is decided before others are said to be too busy.
const TRIES: u32 = 5;
/// Between one try and the next.
const PAUSE: Backoff = Backoff::new(Duration::from_millis(2), Duration::from_millis(60));

impl App {
    /// Enters the document `id`, which was submitted, in the register. A retry finds the record of
    /// the first try in the history.
    ///
    /// # Errors
    ///
    /// [`RegisterError`], each of which says whether asking again helps.
    pub async fn register_submitted(
        &self,
        id: DocumentId,
        command: &RegisterSubmitted,
        wish: &Wish,
    ) -> Result<Done<Document>, RegisterError> {
        let aggregate = Aggregate::Document(id);
        let asking = wish.asking(&aggregate.to_string());
        let _turn = self.shell.turn(&aggregate).await;
        let mut history = self.documents.load(&self.shell, &aggregate).await?;
        let mut newest = false;
        for attempt in 0..TRIES {
            if let Some(found) = history.remembered(asking.command) {
                return self
                    .entered_before(&aggregate, history, found, &asking)
                    .await;
            }
            let context = Context {
                at: self.shell.clock.now(),
                user: &wish.caller.user,
                directory: &wish.caller.directory,
            };
            match decided(&history, command, &context, wish) {
                Ok(draft) => {
                    let series = draft.series().clone();
                    let registration = registration(id, &history, draft, asking, &context);
                    match self.numbering.register(&series, registration).await {
                        Ok(numbered) => {
                            let record = history.take(&numbered.first)?;
                            self.documents.keep(&aggregate, &history).await;
                            let events = record.map(|record| record.events).unwrap_or_default();
                            return Ok(Done::of(history, events, numbered.replayed));
                        }
                        Err(NumberingError::Moved) => {
                            let pause = PAUSE.delay(attempt, jitter(self.shell.ids.next()));
                            tokio::time::sleep(pause).await;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                Err(no) if newest => return Err(no),
                Err(_) => {}
            }
            let documents = &self.documents;
            newest = (documents.catch_up(&self.shell, &aggregate, &mut history)).await?;
        }
        Err(RegisterError::Contended)
    }

    async fn entered_before(
        &self,
        aggregate: &Aggregate,
        history: History<Document>,
        found: Remembered,
        asking: &Asking,
    ) -> Result<Done<Document>, RegisterError> {
        if found.request != asking.request {
            return Err(RegisterError::KeyReused);
        }
        let (history, events) = as_it_was(&self.shell, aggregate, history, found).await?;
        Ok(Done::of(history, events, true))
    }
}

fn decided(
    history: &History<Document>,
    command: &RegisterSubmitted,
    context: &Context<'_>,
    wish: &Wish,
) -> Result<Draft, RegisterError> {
    let version = history.version_for(context.user);
    if !wish.if_match.allows(version) {
        return Err(RegisterError::Precondition { version });
    }
    Ok(history.state.enter(command, context)?)
}

/// What the numbering needs to append the registration after `history`.
fn registration(
    document: DocumentId,
    history: &History<Document>,
    draft: Draft,
    asking: Asking,
    context: &Context<'_>,
) -> Registration {
    let now = context.at;
    let dossier = history.state.dossier();
    // No fact is earlier than the one before it (I6).
    let at = dossier.map_or(now, |dossier| now.max(dossier.last_at));
    let token = dossier.map_or_else(String::new, |dossier| dossier.tracking_token.clone());
    let by = context.actor(Some(draft.office()));
    let key = Aggregate::Document(document).to_string();
    let command = asking.command;
    Registration {
        document,
        after: After {
            sequence: history.sequence,
            version: history.version,
            hash: history.hash,
        },
        command: asking.command,
        request: asking.request,
        trace: asking.trace,
        begin: Box::new(move |number| {
            let draft = draft.clone();
            let events = draft.events(document, number.clone(), token.clone());
            envelopes(command, &key, events, at, by)
        }),
    }
}
