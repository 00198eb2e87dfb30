//! What a document is, as far as deciding and answering need to know.

use std::collections::BTreeSet;

use calendar::{Alert, Term};
use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{AttachmentKind, DerivationKind, DerivationStatus, LinkKind, Priority};
use events::desk::DocumentSubmitted;
use events::document::{Amendment, DerivationSent, DocumentDerived, Sender};
use events::{AttachmentId, DocumentEvent, DocumentId, DocumentTypeId, Envelope, Hash, OfficeId};
use events::{RegistryNumber, UserId, legal_date};

use super::{Observation, Phase};

/// One document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Document {
    /// Nothing was registered under this id.
    #[default]
    Absent,
    /// It is in the register.
    Present(Box<Dossier>),
}

/// A registered document with its derivations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// Its id.
    pub id: DocumentId,
    /// Its number, once it is in the register; then it never changes.
    pub number: Option<RegistryNumber>,
    /// Where it stands.
    pub phase: Phase,
    /// Its type.
    pub document_type: DocumentTypeId,
    /// A finer class within the type.
    pub category: Option<String>,
    /// Words to find it by.
    pub tags: BTreeSet<String>,
    /// How pressing.
    pub priority: Priority,
    /// Who presented it.
    pub sender: Sender,
    /// What it is about.
    pub subject: String,
    /// The number the sender gave.
    pub external_number: Option<String>,
    /// How many sheets.
    pub folios: u32,
    /// Whether something is enclosed.
    pub has_annexes: bool,
    /// Whether an answer is expected.
    pub answer_required: bool,
    /// Remarks of the desk.
    pub notes: Option<String>,
    /// The legal date of presentation (I9).
    pub filed_on: NaiveDate,
    /// By when it must be attended, and why then.
    pub deadline: Option<Term>,
    /// Since when its clock stands.
    pub stopped_on: Option<NaiveDate>,
    /// What was said of which last day (I17).
    pub alerts: BTreeSet<(NaiveDate, Alert)>,
    /// Who handed it in at the digital desk.
    pub submitted_by: Option<UserId>,
    /// What was handed in, until it is registered.
    pub submission: Option<Box<DocumentSubmitted>>,
    /// What was observed and is not corrected yet (O3).
    pub observation: Option<Observation>,
    /// The documents it has to do with, and how.
    pub links: BTreeSet<(DocumentId, LinkKind)>,
    /// The token of its public page (P1).
    pub tracking_token: String,
    /// The office that registered it, or is to.
    pub registry_office: OfficeId,
    /// The office in whose custody it is (D2).
    pub holder: OfficeId,
    /// All its derivations, by ordinal from 1.
    pub derivations: Vec<Derivation>,
    /// All its files, in the order they were added.
    pub attachments: Vec<Attached>,
    /// Why only the offices that work on it see it; open to all readers when absent.
    pub restricted: Option<String>,
    /// When the last fact happened.
    pub last_at: DateTime<Utc>,
}

/// One file, as far as deciding needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// Its id.
    pub id: AttachmentId,
    /// The SHA-256 of its bytes.
    pub sha256: Hash,
    /// How many bytes.
    pub size: u64,
    /// What it is to the document.
    pub kind: AttachmentKind,
    /// Whether it still belongs to the document.
    pub standing: Standing,
}

/// Whether a file still belongs to its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Attached,
    /// It was withdrawn (A1).
    Withdrawn,
}

/// One routing, as far as deciding needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// From 1.
    pub ordinal: u32,
    /// What it asks.
    pub kind: DerivationKind,
    /// The office that sent it.
    pub from: OfficeId,
    /// The office that is to act.
    pub to: OfficeId,
    /// The person who is to act.
    pub user: Option<UserId>,
    /// Where it stands.
    pub status: DerivationStatus,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When it was received.
    pub received_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub closed_at: Option<DateTime<Utc>>,
}

impl Derivation {
    /// Whether it keeps the document from being finished (D4, I5).
    pub fn blocks(&self) -> bool {
        self.kind != DerivationKind::Copy && self.status.is_open()
    }

    fn sent(sent: &DerivationSent, at: DateTime<Utc>) -> Self {
        Self {
            ordinal: sent.ordinal,
            kind: sent.kind,
            from: sent.from_office,
            to: sent.to_office,
            user: sent.to_user,
            status: DerivationStatus::Pending,
            sent_at: at,
            received_at: None,
            closed_at: None,
        }
    }
}

impl Document {
    /// The document, if there is one.
    pub fn dossier(&self) -> Option<&Dossier> {
        match self {
            Self::Absent => None,
            Self::Present(dossier) => Some(dossier),
        }
    }

    pub(super) fn take_in(&mut self, told: &Envelope<DocumentEvent>) {
        match (&mut *self, &told.event) {
            (Self::Absent, DocumentEvent::Registered(registered)) => {
                *self = Self::Present(Box::new(Dossier::registered(registered, told.at)));
            }
            (Self::Absent, DocumentEvent::Submitted(submitted)) => {
                let by = told.by.user;
                *self = Self::Present(Box::new(Dossier::submitted(submitted, by, told.at)));
            }
            (Self::Absent, _) => {}
            (Self::Present(dossier), event) => {
                dossier.last_at = told.at;
                dossier.evolve(event, told.at);
            }
        }
    }
}

impl Dossier {
    /// The derivation with this ordinal.
    pub fn derivation(&self, ordinal: u32) -> Option<&Derivation> {
        let index = usize::try_from(ordinal).ok()?.checked_sub(1)?;
        self.derivations.get(index)
    }

    /// The principal derivation that is open, if one is (D2).
    pub fn open_principal(&self) -> Option<&Derivation> {
        self.derivations
            .iter()
            .find(|derivation| derivation.kind == DerivationKind::Principal && derivation.blocks())
    }

    fn evolve(&mut self, event: &DocumentEvent, at: DateTime<Utc>) {
        match event {
            DocumentEvent::Submitted(_) | DocumentEvent::NoteAdded(_) => {}
            DocumentEvent::Registered(registered) => self.enter(registered),
            DocumentEvent::Observed(observed) => {
                self.phase = Phase::Observed;
                self.observation = Some(Observation::of(observed));
            }
            DocumentEvent::Corrected(corrected) => {
                self.phase = match self.number {
                    Some(_) => Phase::Registered,
                    None => Phase::Submitted,
                };
                if let Some(observation) = &mut self.observation {
                    let is_done = |item: &String| corrected.items.contains(item);
                    observation.open.retain(|item| !is_done(item));
                }
            }
            DocumentEvent::NotFiled(_) => self.phase = Phase::NotFiled,
            DocumentEvent::DeadlineExtended(extended) => {
                self.deadline = Some(extended.deadline.clone());
            }
            DocumentEvent::Rescheduled(rescheduled) => {
                self.deadline = Some(rescheduled.deadline.clone());
            }
            DocumentEvent::DeadlineApproaching(told) => {
                let alert = Alert::Approaching(told.days);
                self.alerts.insert((told.due_on, alert));
            }
            DocumentEvent::DeadlineMissed(told) => {
                self.alerts.insert((told.due_on, Alert::Missed));
            }
            DocumentEvent::ClockSuspended(suspended) => self.stopped_on = Some(suspended.on),
            DocumentEvent::ClockResumed(resumed) => {
                self.stopped_on = None;
                self.deadline = Some(resumed.deadline.clone());
            }
            DocumentEvent::Linked(linked) => {
                self.links.insert((linked.other, linked.kind));
            }
            DocumentEvent::Classified(classified) => {
                self.document_type = classified.document_type;
                self.category.clone_from(&classified.category);
                self.tags.clone_from(&classified.tags);
                self.priority = classified.priority;
            }
            DocumentEvent::Amended(amended) => {
                amended.changes.iter().for_each(|change| self.amend(change));
            }
            DocumentEvent::Derived(derived) => self.send(derived, at),
            DocumentEvent::DerivationReceived(touched) => self.receive(touched.ordinal, at),
            DocumentEvent::DerivationAssigned(assigned) => {
                if let Some(derivation) = self.derivation_mut(assigned.ordinal) {
                    derivation.user = Some(assigned.user);
                }
            }
            DocumentEvent::CopyAcknowledged(touched) => {
                self.close(touched.ordinal, DerivationStatus::Acknowledged, at);
            }
            DocumentEvent::DerivationRejected(refused) => {
                self.give_back(refused.ordinal, DerivationStatus::Rejected, at);
            }
            DocumentEvent::DerivationReturned(refused) => {
                self.give_back(refused.ordinal, DerivationStatus::Returned, at);
            }
            DocumentEvent::DerivationRecalled(refused) => {
                self.give_back(refused.ordinal, DerivationStatus::Recalled, at);
            }
            DocumentEvent::DerivationAttended(attended) => {
                self.close(attended.ordinal, DerivationStatus::Attended, at);
            }
            DocumentEvent::FileAttached(attached) => self.attachments.push(Attached {
                id: attached.attachment,
                sha256: attached.sha256,
                size: attached.size,
                kind: attached.kind,
                standing: Standing::Attached,
            }),
            DocumentEvent::AttachmentWithdrawn(withdrawn) => {
                let mut all = self.attachments.iter_mut();
                if let Some(found) = all.find(|found| found.id == withdrawn.attachment) {
                    found.standing = Standing::Withdrawn;
                }
            }
            DocumentEvent::Restricted(restricted) => {
                self.restricted = Some(restricted.reason.clone());
            }
            DocumentEvent::Unrestricted(_) => self.restricted = None,
            DocumentEvent::Attended(_) => self.phase = Phase::Attended,
            DocumentEvent::Voided(_) => self.phase = Phase::Voided,
            DocumentEvent::Archived(_) => self.phase = self.phase.archived(),
            DocumentEvent::Restored(_) => self.phase = self.phase.restored(),
        }
    }

    fn send(&mut self, derived: &DocumentDerived, at: DateTime<Utc>) {
        if let Some(ordinal) = derived.forwards {
            self.close(ordinal, DerivationStatus::Forwarded, at);
        }
        let sent = derived.derivations.iter();
        self.derivations
            .extend(sent.map(|sent| Derivation::sent(sent, at)));
        let routed = |sent: &DerivationSent| sent.kind != DerivationKind::Copy;
        if derived.derivations.iter().any(routed) {
            self.phase = Phase::InProcess;
        }
    }

    fn amend(&mut self, change: &Amendment) {
        match change {
            Amendment::Subject(changed) => self.subject.clone_from(&changed.new),
            Amendment::Sender(changed) => self.sender = changed.new.clone(),
            Amendment::ExternalNumber(changed) => self.external_number.clone_from(&changed.new),
            Amendment::Folios(changed) => self.folios = changed.new,
            Amendment::HasAnnexes(changed) => self.has_annexes = changed.new,
            Amendment::AnswerRequired(changed) => self.answer_required = changed.new,
            Amendment::Notes(changed) => self.notes.clone_from(&changed.new),
        }
    }

    fn derivation_mut(&mut self, ordinal: u32) -> Option<&mut Derivation> {
        let index = usize::try_from(ordinal).ok()?.checked_sub(1)?;
        self.derivations.get_mut(index)
    }

    fn receive(&mut self, ordinal: u32, at: DateTime<Utc>) {
        let Some(derivation) = self.derivation_mut(ordinal) else {
            return;
        };
        derivation.status = DerivationStatus::Received;
        derivation.received_at = Some(at);
        if derivation.kind == DerivationKind::Principal {
            self.holder = derivation.to;
        }
    }

    fn close(&mut self, ordinal: u32, status: DerivationStatus, at: DateTime<Utc>) {
        if let Some(derivation) = self.derivation_mut(ordinal) {
            derivation.status = status;
            derivation.closed_at = Some(at);
        }
    }

    fn give_back(&mut self, ordinal: u32, status: DerivationStatus, at: DateTime<Utc>) {
        self.close(ordinal, status, at);
        if let Some(derivation) = self.derivation(ordinal)
            && derivation.kind == DerivationKind::Principal
        {
            self.holder = derivation.from;
        }
    }

    /// The last day to correct what is observed now (O1).
    pub fn correct_by_on(&self) -> Option<NaiveDate> {
        let waits = self.phase == Phase::Observed;
        let observation = self.observation.as_ref().filter(|_| waits);
        observation.map(|observation| observation.correct_by_on)
    }

    /// Whether it was due before `at` and is still open.
    pub fn is_overdue_at(&self, at: DateTime<Utc>) -> bool {
        self.phase.status().is_open() && self.due_on().is_some_and(|due_on| due_on < legal_date(at))
    }
}
