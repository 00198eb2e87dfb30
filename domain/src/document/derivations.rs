//! Derivations: sent, received, attended, and the ways back (D1 to D4).

use super::decide::{Outcome, done, reason, refused};
use super::{Attend, Derivation, Derive, DocumentRefusal, Dossier, Phase};
use crate::refusal::Faults;
use crate::{Context, Decided};
use events::classify::{DerivationKind, DerivationStatus};
use events::document::{
    DerivationAssigned, DerivationAttended, DerivationTouched, DocumentAttended,
};
use events::{DocumentEvent, UserId};

impl Dossier {
    pub(super) fn derive(&self, command: &Derive, context: &Context<'_>) -> Outcome {
        let from = self.holder;
        let mut faults = Faults::default();
        Self::check_targets(&command.targets, "/targets", from, context, &mut faults);
        faults.optional("/reason", command.reason.as_deref(), 1000);
        faults.found(DocumentRefusal::Invalid)?;
        self.must_act_for(from, context)?;
        let only_copies = command
            .targets
            .iter()
            .all(|target| target.kind == DerivationKind::Copy);
        let reopens = match self.phase {
            Phase::Registered | Phase::InProcess => None,
            Phase::Attended if only_copies => None,
            Phase::Attended => Some(
                command
                    .reason
                    .clone()
                    .ok_or(DocumentRefusal::ReasonNeeded)?,
            ),
            Phase::Submitted
            | Phase::Observed
            | Phase::NotFiled
            | Phase::Voided
            | Phase::ArchivedAttended
            | Phase::ArchivedVoided
            | Phase::ArchivedNotFiled => return Err(self.wrong_status()),
        };
        let mut derived = self.derived(&command.targets, from, None)?;
        derived.reopens = reopens;
        done(from, DocumentEvent::Derived(derived))
    }

    pub(super) fn take(&self, ordinal: u32, context: &Context<'_>) -> Outcome {
        let derivation = self.routed(ordinal)?;
        self.must_act_for(derivation.to, context)?;
        match derivation.status {
            DerivationStatus::Received => Ok(Decided::nothing()),
            DerivationStatus::Pending => done(
                derivation.to,
                DocumentEvent::DerivationReceived(DerivationTouched { ordinal }),
            ),
            DerivationStatus::Attended
            | DerivationStatus::Forwarded
            | DerivationStatus::Rejected
            | DerivationStatus::Returned
            | DerivationStatus::Recalled
            | DerivationStatus::Acknowledged => Err(derivation.wrong_status()),
        }
    }

    pub(super) fn reject(&self, ordinal: u32, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let derivation = self.routed(ordinal)?;
        self.must_act_for(derivation.to, context)?;
        derivation.must_be(DerivationStatus::Pending)?;
        done(
            derivation.to,
            DocumentEvent::DerivationRejected(refused(ordinal, why)),
        )
    }

    pub(super) fn acknowledge(&self, ordinal: u32, context: &Context<'_>) -> Outcome {
        let derivation = self.known(ordinal)?;
        if derivation.kind != DerivationKind::Copy {
            return Err(DocumentRefusal::IsNotCopy { ordinal });
        }
        self.must_act_for(derivation.to, context)?;
        if derivation.status == DerivationStatus::Acknowledged {
            return Ok(Decided::nothing());
        }
        derivation.must_be(DerivationStatus::Pending)?;
        done(
            derivation.to,
            DocumentEvent::CopyAcknowledged(DerivationTouched { ordinal }),
        )
    }

    pub(super) fn assign(&self, ordinal: u32, user: UserId, context: &Context<'_>) -> Outcome {
        let derivation = self.routed(ordinal)?;
        let known = context.directory.acting(user, context.at);
        let mut faults = Faults::default();
        faults.check(
            known.is_some_and(|user| user.active && user.belongs_to(derivation.to)),
            "/user_id",
            "not_of_office",
            "is nobody of the office",
        );
        faults.found(DocumentRefusal::Invalid)?;
        self.must_act_for(derivation.to, context)?;
        derivation.must_be(DerivationStatus::Received)?;
        if derivation.user == Some(user) {
            return Ok(Decided::nothing());
        }
        done(
            derivation.to,
            DocumentEvent::DerivationAssigned(DerivationAssigned { ordinal, user }),
        )
    }

    pub(super) fn send_back(&self, ordinal: u32, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let derivation = self.routed(ordinal)?;
        self.must_act_for(derivation.to, context)?;
        derivation.must_be(DerivationStatus::Received)?;
        done(
            derivation.to,
            DocumentEvent::DerivationReturned(refused(ordinal, why)),
        )
    }

    pub(super) fn recall(&self, ordinal: u32, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let derivation = self.known(ordinal)?;
        self.must_act_for(derivation.from, context)?;
        derivation.must_be(DerivationStatus::Pending)?;
        done(
            derivation.from,
            DocumentEvent::DerivationRecalled(refused(ordinal, why)),
        )
    }

    pub(super) fn attend(&self, command: &Attend, context: &Context<'_>) -> Outcome {
        let ordinal = command.ordinal;
        let derivation = self.routed(ordinal)?;
        let office = derivation.to;
        let targets = &command.next_targets;
        let mut faults = Faults::default();
        faults.optional("/note", command.note.as_deref(), 4000);
        if !targets.is_empty() {
            Self::check_targets(targets, "/next_targets", office, context, &mut faults);
        }
        faults.found(DocumentRefusal::Invalid)?;
        self.must_act_for(office, context)?;
        let mut events = Vec::new();
        if derivation.status != DerivationStatus::Received {
            derivation.must_be(DerivationStatus::Pending)?;
            events.push(DocumentEvent::DerivationReceived(DerivationTouched {
                ordinal,
            }));
        }
        events.push(DocumentEvent::DerivationAttended(DerivationAttended {
            ordinal,
            note: command.note.clone(),
            outcome: command.outcome,
        }));
        if !targets.is_empty() {
            let derived = self.derived(targets, office, Some(ordinal))?;
            events.push(DocumentEvent::Derived(derived));
        }
        let others = self
            .derivations
            .iter()
            .filter(|other| other.ordinal != ordinal);
        let goes_on = targets.iter().any(|next| next.kind != DerivationKind::Copy);
        if !goes_on && !others.into_iter().any(Derivation::blocks) {
            events.push(DocumentEvent::Attended(DocumentAttended {
                office,
                outcome: command.outcome,
                note: command.note.clone(),
            }));
        }
        Ok(Decided::by(Some(office), events))
    }

    /// The derivation, which must be one that is received and attended.
    fn routed(&self, ordinal: u32) -> Result<&Derivation, DocumentRefusal> {
        let derivation = self.known(ordinal)?;
        if derivation.kind == DerivationKind::Copy {
            return Err(DocumentRefusal::IsCopy { ordinal });
        }
        Ok(derivation)
    }

    fn known(&self, ordinal: u32) -> Result<&Derivation, DocumentRefusal> {
        self.derivation(ordinal)
            .ok_or(DocumentRefusal::NoSuchDerivation { ordinal })
    }
}
