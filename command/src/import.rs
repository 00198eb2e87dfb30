//! Documents that lived elsewhere before: each enters the register with its whole past.
//!
//! A past is one record: `Registered` first, then what followed, each fact with its own time and
//! actor. Importing the same again finds what is there, because ids follow from the source.

use std::fmt;

use chrono::{DateTime, Utc};
use events::document::Origin;
use events::{
    Actor, Aggregate, DocumentEvent, DocumentId, Envelope, EventId, Fingerprint, RegistryNumber,
    SeriesId,
};
use platform::telemetry::trace::Trace;

use crate::app::App;
use crate::history::read;
use crate::numbering::{After, Numbered, NumberingError, Registration};

/// How many documents are handed over at once; the rest waits, so that memory stays small.
const TOGETHER: usize = 400;

/// What happened to a document, told once its number is known: `Registered` first, in order of
/// time. It is told anew when the number changes, so it is a function.
pub type Story = Box<
    dyn Fn(DocumentId, &RegistryNumber) -> Vec<(DateTime<Utc>, Actor, DocumentEvent)> + Send + Sync,
>;

/// A document that lived elsewhere before.
pub struct Past {
    /// Its name there, unique within the source.
    pub key: String,
    /// What happened to it.
    pub story: Story,
}

impl fmt::Debug for Past {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Past")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// A document that is in the register now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The document.
    pub document: DocumentId,
    /// Its number.
    pub number: RegistryNumber,
    /// Whether it was there before.
    pub existing: bool,
}

impl App {
    /// The document that `key` of `source` is, or will be.
    pub fn imported_document(source: &str, key: &str) -> DocumentId {
        origin(source, key).document()
    }

    /// Enters `pasts` of `source` in the register, numbered in `series` in this order, and says
    /// for each what became of it, in order.
    ///
    /// Those that are there already keep their number and their history.
    pub async fn import(
        &self,
        series: &SeriesId,
        source: &str,
        pasts: Vec<Past>,
    ) -> Vec<Result<Imported, NumberingError>> {
        let trace = Trace::begun(self.shell.ids.next());
        let mut outcomes = Vec::with_capacity(pasts.len());
        let mut pasts = pasts.into_iter().peekable();
        while pasts.peek().is_some() {
            let together: Vec<_> = pasts
                .by_ref()
                .take(TOGETHER)
                .map(|past| registration(source, past, trace))
                .collect();
            let documents: Vec<_> = together.iter().map(|one| one.document).collect();
            let answers = self.numbering.register_all(series, together).await;
            let told = documents.into_iter().zip(answers);
            outcomes.extend(told.map(|(document, answer)| imported(document, &answer?)));
        }
        outcomes
    }
}

fn origin(source: &str, key: &str) -> Origin {
    Origin {
        integration: source.to_owned(),
        external_id: key.to_owned(),
    }
}

fn registration(source: &str, past: Past, trace: Trace) -> Registration {
    let origin = origin(source, &past.key);
    let (command, document) = (origin.command(), origin.document());
    let aggregate = Aggregate::Document(document).to_string();
    let begin = move |number: &RegistryNumber| {
        let story = (past.story)(document, number);
        let envelope = |(index, (at, by, event))| Envelope {
            id: EventId::derive(command, &aggregate, index),
            at,
            by,
            event,
        };
        story.into_iter().enumerate().map(envelope).collect()
    };
    Registration {
        document,
        after: After::default(),
        command,
        request: Fingerprint::of("import", source.as_bytes()),
        trace,
        begin: Box::new(begin),
    }
}

fn imported(document: DocumentId, numbered: &Numbered) -> Result<Imported, NumberingError> {
    let record = read::<DocumentEvent>(&numbered.first)
        .map_err(|error| NumberingError::Damaged(error.to_string()))?;
    let number = record.events.iter().find_map(|told| {
        let DocumentEvent::Registered(registered) = &told.event else {
            return None;
        };
        Some(registered.number.clone())
    });
    Ok(Imported {
        document,
        number: number.ok_or_else(|| NumberingError::Damaged("it has no number".to_owned()))?,
        existing: numbered.replayed,
    })
}
