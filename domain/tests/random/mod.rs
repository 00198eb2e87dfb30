//! Random histories: anybody asks anything of one document, and the clock jumps.
//!
//! A step is drawn without knowing the state and then fitted to it: most steps are acts of
//! somebody who may, on a derivation that is open; the others are what people get wrong.

use chrono::{DateTime, TimeDelta, Utc};
use domain::document::{
    Document, DocumentCommand, DocumentRefusal, Dossier, Draft, RegisterDocument,
    RegisterSubmitted, Submit,
};
use domain::{Context, Decided, Decider};
use events::classify::{Channel, Priority, SenderKind};
use events::document::Sender;
use events::{
    CommandId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, EventId, OfficeId,
    RegistryNumber, UserId, legal_date,
};
use uuid::Uuid;

mod ledger;
mod organisation;
mod steps;
mod wishes;

pub(crate) use ledger::{Ledger, Line, ordinal_of};
pub(crate) use organisation::{DIRECTORY, PEOPLE};
pub(crate) use steps::{Step, steps};

/// One command and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    /// Who asked; an index into [`PEOPLE`].
    pub(crate) who: usize,
    /// What was asked.
    pub(crate) asked: Asked,
    /// The document before.
    pub(crate) before: Document,
    /// What was decided.
    pub(crate) answer: Result<Decided<DocumentEvent>, DocumentRefusal>,
    /// What was recorded.
    pub(crate) told: Vec<Envelope<DocumentEvent>>,
    /// The document after.
    pub(crate) after: Document,
}

/// What was asked of a document.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A command.
    Act(DocumentCommand),
    /// To be entered in the register after it was submitted.
    Enter,
}

/// A document's history, told by turns.
#[derive(Clone, Debug)]
pub(crate) struct History {
    /// Its registration or submission.
    pub(crate) begun: Envelope<DocumentEvent>,
    /// What was asked of it since.
    pub(crate) turns: Vec<Turn>,
}

/// One recorded event, with the document and the ledger before and after it.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// The event.
    pub(crate) told: Envelope<DocumentEvent>,
    /// The document before.
    pub(crate) before: Dossier,
    /// The document after.
    pub(crate) after: Dossier,
    /// The ledger before.
    pub(crate) ledger_before: Ledger,
    /// The ledger after.
    pub(crate) ledger_after: Ledger,
}

/// Begins a document and puts every step to it, as the command side does. Every third one, by the
/// number of steps, is submitted first.
pub(crate) fn play(steps: &[Step]) -> History {
    let mut clock: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    let begun = if steps.len().is_multiple_of(3) {
        submission(clock)
    } else {
        registration(clock)
    };
    let mut document = Document::default();
    document.evolve(&begun);
    let mut turns = vec![];
    for step in steps {
        clock = step.moment(present(&document), clock);
        let (who, asked) = step.fit(present(&document));
        let context = Context {
            at: clock,
            user: &PEOPLE[who],
            directory: &DIRECTORY,
        };
        let before = document.clone();
        let answer = match &asked {
            Asked::Act(command) => document.decide(command, &context),
            Asked::Enter => entered(&document, &context),
        };
        let decided = answer.clone().unwrap_or_else(|_| Decided::nothing());
        let told = stamp(&document, &context, decided);
        for event in &told {
            document.evolve(event);
        }
        turns.push(Turn {
            who,
            asked,
            before,
            answer,
            told,
            after: document.clone(),
        });
    }
    History { begun, turns }
}

/// What the shell adds to a decision: who acted for which office, and a time that never goes back.
fn stamp(
    document: &Document,
    context: &Context<'_>,
    decided: Decided<DocumentEvent>,
) -> Vec<Envelope<DocumentEvent>> {
    let at = document
        .last_at()
        .map_or(context.at, |last| last.max(context.at));
    let by = context.actor(decided.office);
    let id = EventId(Uuid::nil());
    let events = decided.events.into_iter();
    events.map(|event| Envelope { id, at, by, event }).collect()
}

/// The document, which was submitted, gets its number.
fn entered(
    document: &Document,
    context: &Context<'_>,
) -> Result<Decided<DocumentEvent>, DocumentRefusal> {
    let command = RegisterSubmitted {
        document_type: None,
        category: None,
        folios: None,
        priority: Priority::Normal,
        tags: [].into(),
        notes: None,
        due_on: Some(legal_date(context.at) + TimeDelta::days(30)),
        acknowledged_warnings: [].into(),
        restricted: None,
    };
    let draft = document.enter(&command, context)?;
    let office = draft.office();
    let dossier = present(document);
    let number = number_of(&draft);
    let event = draft.registered(dossier.id, number, dossier.tracking_token.clone());
    Ok(Decided::by(Some(office), vec![event]))
}

fn number_of(draft: &Draft) -> RegistryNumber {
    RegistryNumber {
        series: draft.series().clone(),
        value: 7,
    }
}

/// A document that nadia, who is of no office, hands in for office A.
fn submission(at: DateTime<Utc>) -> Envelope<DocumentEvent> {
    let nadia = UserId::of_login("nadia");
    let context = Context {
        at,
        user: DIRECTORY.user(nadia).unwrap(),
        directory: &DIRECTORY,
    };
    let command = DocumentCommand::Submit(Box::new(Submit {
        document: DocumentId::registered_by(CommandId(Uuid::nil())),
        document_type: DocumentTypeId::of_code("SOL"),
        office: Some(OfficeId::of_code("A")),
        external_number: None,
        sender: somebody(),
        subject: "A licence".to_owned(),
        folios: 3,
        has_annexes: false,
        channel: None,
        notes: None,
        answer_required: false,
        related_document: None,
        origin: None,
        tracking_token: "0".repeat(32),
    }));
    let decided = Document::default().decide(&command, &context).unwrap();
    stamp(&Document::default(), &context, decided).remove(0)
}

fn somebody() -> Sender {
    Sender {
        name: "Somebody".to_owned(),
        kind: SenderKind::None,
        number: None,
        representative: None,
        email: None,
        phone: None,
        address: None,
    }
}

/// A document of office A, presented on the day before it is registered.
fn registration(at: DateTime<Utc>) -> Envelope<DocumentEvent> {
    let context = Context {
        at,
        user: &PEOPLE[0],
        directory: &DIRECTORY,
    };
    let command = RegisterDocument {
        document_type: DocumentTypeId::of_code("SOL"),
        office: None,
        category: None,
        external_number: None,
        sender: somebody(),
        subject: "A licence".to_owned(),
        folios: 3,
        has_annexes: false,
        priority: Priority::Normal,
        channel: Channel::Counter,
        tags: [].into(),
        notes: None,
        answer_required: false,
        presented_at: Some(at - TimeDelta::days(1)),
        due_on: None,
        related_document: None,
        origin: None,
        acknowledged_warnings: [].into(),
        restricted: None,
    };
    let draft = command.check(&context).unwrap();
    let number = number_of(&draft);
    let document = DocumentId::registered_by(CommandId(Uuid::nil()));
    let mut event = draft.registered(document, number, "0".repeat(32));
    if let DocumentEvent::Registered(registered) = &mut event {
        // Nobody knew of any holiday then.
        let before = DIRECTORY.clockwork().calendar.as_of(0);
        let deadline = registered.deadline.take();
        registered.deadline = deadline.map(|deadline| deadline.recomputed(&before));
    }
    let decided = Decided::by(Some(OfficeId::of_code("A")), vec![event]);
    stamp(&Document::default(), &context, decided).remove(0)
}

/// The document, which is there.
pub(crate) fn present(document: &Document) -> &Dossier {
    document.dossier().unwrap()
}

impl History {
    /// Every event after the first, in order.
    pub(crate) fn moments(&self) -> Vec<Moment> {
        let mut document = Document::default();
        document.evolve(&self.begun);
        let mut ledger = Ledger::begin(&self.begun);
        let mut moments = vec![];
        for told in self.turns.iter().flat_map(|turn| &turn.told) {
            let (before, ledger_before) = (document.clone(), ledger.clone());
            document.evolve(told);
            ledger.enter(told);
            moments.push(Moment {
                told: told.clone(),
                before: present(&before).clone(),
                after: present(&document).clone(),
                ledger_before,
                ledger_after: ledger.clone(),
            });
        }
        moments
    }
}
