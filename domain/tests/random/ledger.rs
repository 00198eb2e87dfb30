//! A second bookkeeping, kept from the events alone and written without looking at the first.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use events::classify::{DerivationKind, DerivationStatus, DocumentStatus};
use events::document::{DerivationSent, DocumentRegistered};
use events::{DocumentEvent, Envelope, OfficeId, RegistryNumber};

/// What the rules say of a document, read from its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Its number, once it has one.
    pub(crate) number: Option<RegistryNumber>,
    /// The legal date of presentation.
    pub(crate) filed_on: NaiveDate,
    /// The office that registered it.
    pub(crate) registry_office: OfficeId,
    /// Where it stands; the last is now, and archiving lies on top of what was before.
    stands: Vec<DocumentStatus>,
    /// Who has custody (D2).
    pub(crate) holder: OfficeId,
    /// Its derivations, the first at index 0.
    pub(crate) lines: Vec<Line>,
    /// The items of each observation, and the last day to correct them (O1).
    pub(crate) observed: Vec<(BTreeSet<String>, NaiveDate)>,
    /// Every item that was ever corrected (O3).
    pub(crate) corrected: BTreeSet<String>,
    /// The last day to attend it.
    pub(crate) due_on: Option<NaiveDate>,
    /// Whether its clock stands.
    pub(crate) is_stopped: bool,
}

/// One derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// As it was sent.
    pub(crate) sent: DerivationSent,
    /// Where it stands.
    pub(crate) status: DerivationStatus,
    /// When it was sent.
    pub(crate) sent_at: DateTime<Utc>,
    /// When it was received.
    pub(crate) received_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub(crate) ended_at: Option<DateTime<Utc>>,
}

impl Line {
    /// Whether it is open and must be attended (D4).
    pub(crate) fn waits(&self) -> bool {
        self.sent.kind != DerivationKind::Copy && self.ended_at.is_none()
    }
}

impl Ledger {
    /// The ledger of a document just registered.
    pub(crate) fn begin(told: &Envelope<DocumentEvent>) -> Self {
        let (filed_on, desk, status) = match &told.event {
            DocumentEvent::Registered(registered) => (
                registered.filed_on,
                registered.registry_office,
                DocumentStatus::Registered,
            ),
            DocumentEvent::Submitted(submitted) => (
                submitted.filed_on,
                submitted.registry_office,
                DocumentStatus::Submitted,
            ),
            other => panic!("begins with {other:?}"),
        };
        let mut ledger = Self {
            number: None,
            filed_on,
            registry_office: desk,
            stands: vec![status],
            holder: desk,
            lines: vec![],
            observed: vec![],
            corrected: BTreeSet::new(),
            due_on: None,
            is_stopped: false,
        };
        if let DocumentEvent::Registered(registered) = &told.event {
            ledger.register(registered);
        }
        ledger
    }

    fn register(&mut self, registered: &DocumentRegistered) {
        assert_eq!(self.number, None, "registered twice");
        self.number = Some(registered.number.clone());
        self.due_on = registered.deadline.as_ref().map(|deadline| deadline.due_on);
        self.now(DocumentStatus::Registered);
    }

    /// Where the document stands.
    pub(crate) fn status(&self) -> DocumentStatus {
        *self.stands.last().unwrap()
    }

    /// The derivation with this ordinal.
    pub(crate) fn line(&self, ordinal: u32) -> Option<&Line> {
        let index = usize::try_from(ordinal).unwrap().checked_sub(1)?;
        self.lines.get(index)
    }

    fn line_mut(&mut self, ordinal: u32) -> &mut Line {
        &mut self.lines[usize::try_from(ordinal).unwrap() - 1]
    }

    fn now(&mut self, status: DocumentStatus) {
        *self.stands.last_mut().unwrap() = status;
    }

    fn end(&mut self, ordinal: u32, status: DerivationStatus, at: DateTime<Utc>) {
        let line = self.line_mut(ordinal);
        line.status = status;
        line.ended_at = Some(at);
        let gives_back = matches!(
            status,
            DerivationStatus::Rejected | DerivationStatus::Returned | DerivationStatus::Recalled
        );
        if gives_back && line.sent.kind == DerivationKind::Principal {
            self.holder = line.sent.from_office;
        }
    }

    /// Enters the next event.
    pub(crate) fn enter(&mut self, told: &Envelope<DocumentEvent>) {
        let at = told.at;
        match &told.event {
            DocumentEvent::Submitted(_) => panic!("submitted twice"),
            DocumentEvent::Registered(registered) => self.register(registered),
            DocumentEvent::Observed(observed) => {
                let items = observed.items.iter().map(|item| item.item.clone());
                let items = items.collect();
                self.observed.push((items, observed.correct_by_on));
                self.now(DocumentStatus::Observed);
            }
            DocumentEvent::Corrected(corrected) => {
                self.corrected.extend(corrected.items.iter().cloned());
                self.now(if self.number.is_some() {
                    DocumentStatus::Registered
                } else {
                    DocumentStatus::Submitted
                });
            }
            DocumentEvent::NotFiled(_) => self.now(DocumentStatus::NotFiled),
            DocumentEvent::Rescheduled(rescheduled) => {
                let due_on = rescheduled.deadline.due_on;
                self.due_on = (!self.is_stopped).then_some(due_on);
            }
            DocumentEvent::DeadlineExtended(extended) => {
                self.due_on = Some(extended.deadline.due_on);
            }
            DocumentEvent::ClockSuspended(_) => {
                self.is_stopped = true;
                self.due_on = None;
            }
            DocumentEvent::ClockResumed(resumed) => {
                self.is_stopped = false;
                self.due_on = Some(resumed.deadline.due_on);
            }
            DocumentEvent::Classified(_)
            | DocumentEvent::DeadlineApproaching(_)
            | DocumentEvent::DeadlineMissed(_)
            | DocumentEvent::Amended(_)
            | DocumentEvent::DerivationAssigned(_)
            | DocumentEvent::FileAttached(_)
            | DocumentEvent::AttachmentWithdrawn(_)
            | DocumentEvent::Linked(_)
            | DocumentEvent::Restricted(_)
            | DocumentEvent::Unrestricted(_)
            | DocumentEvent::NoteAdded(_) => {}
            DocumentEvent::Derived(derived) => {
                if let Some(ordinal) = derived.forwards {
                    self.end(ordinal, DerivationStatus::Forwarded, at);
                }
                for sent in &derived.derivations {
                    if sent.kind != DerivationKind::Copy {
                        self.now(DocumentStatus::InProcess);
                    }
                    self.lines.push(Line {
                        sent: sent.clone(),
                        status: DerivationStatus::Pending,
                        sent_at: at,
                        received_at: None,
                        ended_at: None,
                    });
                }
            }
            DocumentEvent::DerivationReceived(touched) => {
                let line = self.line_mut(touched.ordinal);
                line.status = DerivationStatus::Received;
                line.received_at = Some(at);
                if line.sent.kind == DerivationKind::Principal {
                    self.holder = line.sent.to_office;
                }
            }
            DocumentEvent::DerivationRejected(refused) => {
                self.end(refused.ordinal, DerivationStatus::Rejected, at);
            }
            DocumentEvent::DerivationReturned(refused) => {
                self.end(refused.ordinal, DerivationStatus::Returned, at);
            }
            DocumentEvent::DerivationRecalled(refused) => {
                self.end(refused.ordinal, DerivationStatus::Recalled, at);
            }
            DocumentEvent::CopyAcknowledged(touched) => {
                self.end(touched.ordinal, DerivationStatus::Acknowledged, at);
            }
            DocumentEvent::DerivationAttended(attended) => {
                self.end(attended.ordinal, DerivationStatus::Attended, at);
            }
            DocumentEvent::Attended(_) => self.now(DocumentStatus::Attended),
            DocumentEvent::Voided(_) => self.now(DocumentStatus::Voided),
            DocumentEvent::Archived(_) => self.stands.push(DocumentStatus::Archived),
            DocumentEvent::Restored(_) => {
                self.stands.pop();
            }
        }
    }
}

/// The derivation that an event on one derivation is about.
pub(crate) fn ordinal_of(event: &DocumentEvent) -> Option<u32> {
    match event {
        DocumentEvent::DerivationReceived(touched) | DocumentEvent::CopyAcknowledged(touched) => {
            Some(touched.ordinal)
        }
        DocumentEvent::DerivationRejected(refused)
        | DocumentEvent::DerivationReturned(refused)
        | DocumentEvent::DerivationRecalled(refused) => Some(refused.ordinal),
        DocumentEvent::DerivationAssigned(assigned) => Some(assigned.ordinal),
        DocumentEvent::DerivationAttended(attended) => Some(attended.ordinal),
        DocumentEvent::Submitted(_)
        | DocumentEvent::Registered(_)
        | DocumentEvent::Observed(_)
        | DocumentEvent::Corrected(_)
        | DocumentEvent::NotFiled(_)
        | DocumentEvent::Rescheduled(_)
        | DocumentEvent::DeadlineApproaching(_)
        | DocumentEvent::DeadlineMissed(_)
        | DocumentEvent::Linked(_)
        | DocumentEvent::Classified(_)
        | DocumentEvent::Amended(_)
        | DocumentEvent::Derived(_)
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
        | DocumentEvent::NoteAdded(_) => None,
    }
}
