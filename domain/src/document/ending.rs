//! The end of a document and after: concluded, archived, restored, voided (D4, A1).

use super::decide::{Outcome, done, reason, refused};
use super::{Archive, Conclude, Derivation, DocumentRefusal, Dossier, Phase};
use crate::refusal::Faults;
use crate::{Context, Decided};
use events::DocumentEvent;
use events::classify::DerivationStatus;
use events::document::{DocumentArchived, DocumentAttended, DocumentRestored, DocumentVoided};

impl Dossier {
    pub(super) fn conclude(&self, command: &Conclude, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.optional("/note", command.note.as_deref(), 4000);
        faults.found(DocumentRefusal::Invalid)?;
        self.must_act_for(self.holder, context)?;
        self.must_be_open()?;
        if let Some(open) = self.derivations.iter().find(|other| other.blocks()) {
            return Err(DocumentRefusal::DerivationOpen {
                ordinal: open.ordinal,
            });
        }
        done(
            self.holder,
            DocumentEvent::Attended(DocumentAttended {
                office: self.holder,
                outcome: command.outcome,
                note: command.note.clone(),
            }),
        )
    }

    pub(super) fn archive(&self, command: &Archive, context: &Context<'_>) -> Outcome {
        let mut faults = Faults::default();
        faults.text("/classification", &command.classification, 1, 100);
        faults.text("/location", &command.location, 1, 200);
        faults.check(
            (1..=100).contains(&command.retention_years),
            "/retention_years",
            "range",
            "must be 1 to 100",
        );
        faults.found(DocumentRefusal::Invalid)?;
        let office = self.desk_or_holder(context)?;
        match self.phase {
            Phase::Attended | Phase::Voided | Phase::NotFiled => done(
                office,
                DocumentEvent::Archived(DocumentArchived {
                    classification: command.classification.clone(),
                    retention_years: command.retention_years,
                    location: command.location.clone(),
                }),
            ),
            Phase::Submitted
            | Phase::Observed
            | Phase::Registered
            | Phase::InProcess
            | Phase::ArchivedAttended
            | Phase::ArchivedVoided
            | Phase::ArchivedNotFiled => Err(self.wrong_status()),
        }
    }

    pub(super) fn restore(&self, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 10)?;
        let office = self.desk_or_holder(context)?;
        match self.phase {
            Phase::ArchivedAttended | Phase::ArchivedVoided | Phase::ArchivedNotFiled => done(
                office,
                DocumentEvent::Restored(DocumentRestored {
                    reason: why.to_owned(),
                }),
            ),
            Phase::Submitted
            | Phase::Observed
            | Phase::NotFiled
            | Phase::Registered
            | Phase::InProcess
            | Phase::Attended
            | Phase::Voided => Err(self.wrong_status()),
        }
    }

    pub(super) fn void(&self, why: &str, context: &Context<'_>) -> Outcome {
        reason(why, 1)?;
        let office = self.desk_or_holder(context)?;
        self.must_be_open()?;
        let received = |other: &&Derivation| {
            other.received_at.is_some() || other.status == DerivationStatus::Acknowledged
        };
        if let Some(received) = self.derivations.iter().find(received) {
            return Err(DocumentRefusal::WasReceived {
                ordinal: received.ordinal,
            });
        }
        let open = self
            .derivations
            .iter()
            .filter(|other| other.status.is_open());
        let mut events: Vec<_> = open
            .map(|open| DocumentEvent::DerivationRecalled(refused(open.ordinal, why)))
            .collect();
        events.push(DocumentEvent::Voided(DocumentVoided {
            reason: why.to_owned(),
        }));
        Ok(Decided::by(Some(office), events))
    }
}
