//! The rules of a document: what each command leads to.

use ::directory::User;
use chrono::{DateTime, Utc};
use events::classify::DerivationStatus;
use events::document::DerivationRefused;
use events::{DocumentEvent, Envelope, OfficeId};

use super::{Derivation, Document, DocumentCommand, DocumentRefusal, Dossier};
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

pub(super) type Outcome = Result<Decided<DocumentEvent>, DocumentRefusal>;

impl Decider for Document {
    type Command = DocumentCommand;
    type Event = DocumentEvent;
    type Refusal = DocumentRefusal;

    fn decide(&self, command: &DocumentCommand, context: &Context<'_>) -> Outcome {
        let dossier = match (self, command) {
            (Self::Absent, DocumentCommand::Submit(submit)) => return submit.decide(context),
            (Self::Absent, _) => return Err(DocumentRefusal::NotFound),
            (Self::Present(dossier), _) => dossier,
        };
        if !dossier.is_shown_to(context.user) {
            return Err(DocumentRefusal::NotFound);
        }
        match command {
            // Its id is its origin's, or that of the first command that named it.
            DocumentCommand::Submit(_) => Err(DocumentRefusal::HereAlready),
            DocumentCommand::Observe(command) => dossier.observe(command, context),
            DocumentCommand::Correct(command) => dossier.correct(command, context),
            DocumentCommand::DeclareNotFiled => dossier.declare_not_filed(context),
            DocumentCommand::Link { other, kind } => dossier.link(*other, *kind, context),
            DocumentCommand::Classify(command) => dossier.classify(command, context),
            DocumentCommand::Amend(command) => dossier.amend_with(command, context),
            DocumentCommand::Derive(command) => dossier.derive(command, context),
            DocumentCommand::Receive { ordinal } => dossier.take(*ordinal, context),
            DocumentCommand::Reject { ordinal, reason } => {
                dossier.reject(*ordinal, reason, context)
            }
            DocumentCommand::Acknowledge { ordinal } => dossier.acknowledge(*ordinal, context),
            DocumentCommand::Assign { ordinal, user } => dossier.assign(*ordinal, *user, context),
            DocumentCommand::Return { ordinal, reason } => {
                dossier.send_back(*ordinal, reason, context)
            }
            DocumentCommand::Recall { ordinal, reason } => {
                dossier.recall(*ordinal, reason, context)
            }
            DocumentCommand::Attend(command) => dossier.attend(command, context),
            DocumentCommand::Conclude(command) => dossier.conclude(command, context),
            DocumentCommand::Archive(command) => dossier.archive(command, context),
            DocumentCommand::Restore { reason } => dossier.restore(reason, context),
            DocumentCommand::Void { reason } => dossier.void(reason, context),
            DocumentCommand::AttachFile(command) => dossier.attach(command, context),
            DocumentCommand::WithdrawAttachment { attachment, reason } => {
                dossier.withdraw(*attachment, reason, context)
            }
            DocumentCommand::ExtendDeadline { days, reason } => {
                dossier.extend(*days, reason, context)
            }
            DocumentCommand::SuspendClock { reason } => dossier.suspend(reason, context),
            DocumentCommand::ResumeClock { reason } => dossier.resume(reason, context),
            DocumentCommand::Reschedule => dossier.reschedule(context),
            DocumentCommand::Alert { due_on } => dossier.alert(*due_on, context),
            DocumentCommand::Restrict { reason } => dossier.restrict(reason, context),
            DocumentCommand::Unrestrict { reason } => dossier.unrestrict(reason, context),
            DocumentCommand::AddNote { text } => dossier.note(text, context),
        }
    }

    fn evolve(&mut self, event: &Envelope<DocumentEvent>) {
        self.take_in(event);
    }

    fn is_shown_to(&self, user: &User) -> bool {
        self.dossier()
            .is_none_or(|dossier| dossier.is_shown_to(user))
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        self.dossier().map(|dossier| dossier.last_at)
    }
}

pub(super) fn reason(text: &str, min: usize) -> Result<(), DocumentRefusal> {
    let mut faults = Faults::default();
    faults.text("/reason", text, min, 1000);
    faults.found(DocumentRefusal::Invalid)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "ends a rule, whose other ends are refusals"
)]
pub(super) fn done(office: OfficeId, event: DocumentEvent) -> Outcome {
    Ok(Decided::by(Some(office), vec![event]))
}

/// What the rules share.
impl Dossier {
    pub(super) fn must_be_open(&self) -> Result<(), DocumentRefusal> {
        if self.phase.status().is_open() {
            Ok(())
        } else {
            Err(self.wrong_status())
        }
    }

    pub(super) fn wrong_status(&self) -> DocumentRefusal {
        DocumentRefusal::WrongStatus {
            status: self.phase.status(),
        }
    }

    /// The user must belong to `office` (I10).
    #[expect(clippy::unused_self, reason = "reads as a rule of the document")]
    pub(super) fn must_act_for(
        &self,
        office: OfficeId,
        context: &Context<'_>,
    ) -> Result<(), DocumentRefusal> {
        if context.user.belongs_to(office) {
            Ok(())
        } else {
            Err(DocumentRefusal::NotOfOffice { office })
        }
    }

    /// The holder or the registering office, whichever the user belongs to (I10).
    pub(super) fn desk_or_holder(
        &self,
        context: &Context<'_>,
    ) -> Result<OfficeId, DocumentRefusal> {
        context
            .acting_for(&[self.holder, self.registry_office])
            .ok_or(DocumentRefusal::NotOfOffice {
                office: self.holder,
            })
    }
}

impl Derivation {
    pub(super) fn must_be(&self, status: DerivationStatus) -> Result<(), DocumentRefusal> {
        if self.status == status {
            Ok(())
        } else {
            Err(self.wrong_status())
        }
    }

    pub(super) fn wrong_status(&self) -> DocumentRefusal {
        DocumentRefusal::WrongDerivationStatus {
            ordinal: self.ordinal,
            status: self.status,
        }
    }
}

pub(super) fn refused(ordinal: u32, reason: &str) -> DerivationRefused {
    DerivationRefused {
        ordinal,
        reason: reason.to_owned(),
    }
}
