//! The history of a case: its steps, put one by one to the rules of the domain.
//!
//! Nothing is imported that the rules would not have allowed at that time to that user. The
//! number comes last: it is known only when the batch is written, and no rule depends on it.

use std::collections::BTreeSet;

use directory::{Directory, User};
use domain::document::{
    Attend, Conclude, Derive, Document, DocumentCommand, Draft, RegisterDocument, Target,
};
use domain::{Context, Decided, Decider};
use events::classify::{DerivationKind, Priority, SenderKind};
use events::document::{Origin, Sender};
use events::{
    Actor, Aggregate, CommandId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, EventId,
    Fingerprint, OfficeId, RegistryNumber, SeriesId, UserId,
};

use super::explain;
use super::map::Map;
use super::plan::{Act, Plan, Step};

/// A document with its whole history, but for the number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What the file calls it.
    pub case: String,
    /// The document.
    pub document: DocumentId,
    /// The command that registers it; the same one whenever the case is imported.
    pub command: CommandId,
    /// What is imported, to tell a case that has not changed from one that has.
    pub request: Fingerprint,
    /// The series its number is to come from.
    pub series: SeriesId,
    /// What it adds up to.
    pub state: Document,
    history: Vec<Envelope<DocumentEvent>>,
}

impl Imported {
    /// The history under `number`.
    pub fn numbered(&self, number: &RegistryNumber) -> Vec<Envelope<DocumentEvent>> {
        let provisional = provisional(&self.series).to_string();
        let mut history = self.history.clone();
        for envelope in &mut history {
            match &mut envelope.event {
                DocumentEvent::Registered(registered) => registered.number = number.clone(),
                DocumentEvent::Derived(derived) => {
                    for sent in &mut derived.derivations {
                        if let Some(ordinal) = sent.number.strip_prefix(&provisional) {
                            sent.number = format!("{number}{ordinal}");
                        }
                    }
                }
                DocumentEvent::Submitted(_)
                | DocumentEvent::Observed(_)
                | DocumentEvent::Corrected(_)
                | DocumentEvent::NotFiled(_)
                | DocumentEvent::Rescheduled(_)
                | DocumentEvent::DeadlineApproaching(_)
                | DocumentEvent::DeadlineMissed(_)
                | DocumentEvent::Linked(_)
                | DocumentEvent::Classified(_)
                | DocumentEvent::Amended(_)
                | DocumentEvent::DerivationReceived(_)
                | DocumentEvent::DerivationRejected(_)
                | DocumentEvent::CopyAcknowledged(_)
                | DocumentEvent::DerivationAssigned(_)
                | DocumentEvent::DerivationReturned(_)
                | DocumentEvent::DerivationRecalled(_)
                | DocumentEvent::DerivationAttended(_)
                | DocumentEvent::Attended(_)
                | DocumentEvent::Archived(_)
                | DocumentEvent::Restored(_)
                | DocumentEvent::Voided(_)
                | DocumentEvent::FileAttached(_)
                | DocumentEvent::AttachmentWithdrawn(_)
                | DocumentEvent::DeadlineExtended(_)
                | DocumentEvent::ClockSuspended(_)
                | DocumentEvent::ClockResumed(_)
                | DocumentEvent::Restricted(_)
                | DocumentEvent::Unrestricted(_)
                | DocumentEvent::NoteAdded(_) => {}
            }
        }
        history
    }
}

/// The number a history is decided under, before it gets its own.
fn provisional(series: &SeriesId) -> RegistryNumber {
    RegistryNumber {
        series: series.clone(),
        value: 1,
    }
}

/// The document that `case` of the log `source` becomes, and the command that registers it.
pub fn identity(source: &str, case: &str) -> (DocumentId, CommandId) {
    let origin = origin(source, case);
    (origin.document(), origin.command())
}

/// Where `case` of the log `source` came from (I12).
fn origin(source: &str, case: &str) -> Origin {
    Origin {
        integration: source.to_owned(),
        external_id: case.to_owned(),
    }
}

/// Puts `plan` to the rules, against `directory` as it stands after the set-up. `tracking_token`
/// is the new document's own; an imported one keeps its first.
///
/// # Errors
///
/// A sentence that says which rule forbids which step.
pub fn decide(
    plan: &Plan,
    map: &Map,
    directory: &Directory,
    tracking_token: &str,
) -> Result<Imported, String> {
    let (document, command) = identity(&map.source.0, &plan.case);
    let mut deciding = Deciding {
        directory,
        document,
        command,
        key: Aggregate::Document(document).to_string(),
        series: None,
        state: Document::default(),
        history: Vec::new(),
    };
    for step in &plan.steps {
        let register = || register(plan, step, map);
        deciding
            .take(step, register, tracking_token)
            .map_err(|reason| format!("{} at {}: {reason}", verb(&step.act), step.at))?;
    }
    // The plan is what is compared when the case comes again: its form must stay as it is.
    let asked = serde_json::to_vec(plan).map_err(|error| error.to_string())?;
    Ok(Imported {
        case: plan.case.clone(),
        document,
        command,
        request: Fingerprint::of("import", &asked),
        series: deciding.series.ok_or("the plan has no registration")?,
        state: deciding.state,
        history: deciding.history,
    })
}

struct Deciding<'d> {
    directory: &'d Directory,
    document: DocumentId,
    command: CommandId,
    key: String,
    series: Option<SeriesId>,
    state: Document,
    history: Vec<Envelope<DocumentEvent>>,
}

impl Deciding<'_> {
    fn take(
        &mut self,
        step: &Step,
        register: impl FnOnce() -> RegisterDocument,
        tracking_token: &str,
    ) -> Result<(), String> {
        let user = self.directory.user(UserId::of_login(&step.user));
        let user = user.ok_or_else(|| format!("the directory has no user {}", step.user))?;
        let context = Context {
            at: step.at,
            user,
            directory: self.directory,
        };
        let decided = if step.act == Act::Register {
            let draft = register()
                .check(&context)
                .map_err(|refusal| explain(&refusal))?
                .of_the_past();
            self.registered(draft, tracking_token)
        } else {
            let command = self.command_of(&step.act);
            self.state
                .decide(&command, &context)
                .map_err(|refusal| explain(&refusal))?
        };
        self.tell(decided, user, step);
        Ok(())
    }

    fn registered(&mut self, draft: Draft, tracking_token: &str) -> Decided<DocumentEvent> {
        let series = self.series.insert(draft.series().clone());
        let number = provisional(series);
        let office = draft.office();
        let events = draft.events(self.document, number, tracking_token.to_owned());
        Decided::by(Some(office), events)
    }

    fn command_of(&self, act: &Act) -> DocumentCommand {
        let open = self
            .state
            .dossier()
            .and_then(|dossier| dossier.open_principal());
        let ordinal = open.map(|open| open.ordinal);
        match act {
            Act::Derive { to, instructions } => DocumentCommand::Derive(Derive {
                targets: vec![Target {
                    office: OfficeId::of_code(to),
                    kind: DerivationKind::Principal,
                    user: None,
                    instructions: instructions.clone(),
                    urgent: false,
                    answer_required: false,
                    due_on: None,
                }],
                reason: None,
            }),
            Act::Register | Act::Receive => DocumentCommand::Receive {
                ordinal: ordinal.unwrap_or_default(),
            },
            Act::Attend { note } => match ordinal {
                Some(ordinal) => DocumentCommand::Attend(Attend {
                    ordinal,
                    note: note.clone(),
                    outcome: None,
                    next_targets: Vec::new(),
                }),
                None => DocumentCommand::Conclude(Conclude {
                    outcome: None,
                    note: note.clone(),
                }),
            },
        }
    }

    fn tell(&mut self, decided: Decided<DocumentEvent>, user: &User, step: &Step) {
        let by = Actor::of(user.id, decided.office);
        for event in decided.events {
            let envelope = Envelope {
                id: EventId::derive(self.command, &self.key, self.history.len()),
                at: step.at,
                by,
                event,
            };
            self.state.evolve(&envelope);
            self.history.push(envelope);
        }
    }
}

fn register(plan: &Plan, step: &Step, map: &Map) -> RegisterDocument {
    RegisterDocument {
        document_type: DocumentTypeId::of_code(&map.institution.document_type.code.0),
        office: Some(OfficeId::of_code(&step.office)),
        category: None,
        external_number: None,
        sender: Sender {
            name: plan.sender.clone(),
            kind: SenderKind::None,
            number: None,
            representative: None,
            email: None,
            phone: None,
            address: None,
        },
        subject: plan.subject.clone(),
        folios: 1,
        has_annexes: false,
        priority: Priority::Normal,
        channel: plan.channel,
        tags: BTreeSet::new(),
        notes: None,
        answer_required: false,
        presented_at: Some(plan.presented_at),
        due_on: plan.due_on,
        related_document: None,
        origin: Some(origin(&map.source.0, &plan.case)),
        acknowledged_warnings: BTreeSet::new(),
        restricted: None,
    }
}

const fn verb(act: &Act) -> &'static str {
    match act {
        Act::Register => "registered",
        Act::Derive { .. } => "derived",
        Act::Receive => "received",
        Act::Attend { .. } => "attended",
    }
}
