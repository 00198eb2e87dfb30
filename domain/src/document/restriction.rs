//! Restricted documents: who sees one, and who says so (articles 15 to 17 of the TUO of Law 27806).

use std::collections::BTreeSet;

use ::directory::{Sight, User};
use events::restriction::{DocumentRestricted, DocumentUnrestricted};
use events::{DocumentEvent, OfficeId};

use super::decide::{Outcome, done};
use super::{DocumentRefusal, Dossier};
use crate::refusal::Faults;
use crate::{Context, Decided};

/// How long the reason may be.
const MOST: usize = 500;

impl Dossier {
    /// The offices that see it while it is restricted: the one that registered it, the one that
    /// holds it, and each it was ever sent to, unless that was taken back or refused before it was
    /// received.
    pub fn seen_by(&self) -> BTreeSet<OfficeId> {
        let shows = |derivation: &&super::Derivation| derivation.status.shows_document();
        let sent = self.derivations.iter().filter(shows);
        let mut offices: BTreeSet<_> = sent.map(|derivation| derivation.to).collect();
        offices.extend([self.registry_office, self.holder]);
        offices
    }

    /// Whether there is such a document for `user`. Who handed it in may go on correcting it (O2).
    pub fn is_shown_to(&self, user: &User) -> bool {
        self.restricted.is_none()
            || self.submitted_by == Some(user.id)
            || Sight::of(user).shows(&self.seen_by())
            || user.is_system()
    }

    pub(super) fn restrict(&self, reason: &str, context: &Context<'_>) -> Outcome {
        check(reason)?;
        let office = self.desk_or_holder(context)?;
        if self.restricted.as_deref() == Some(reason) {
            return Ok(Decided::nothing());
        }
        done(office, restricted(reason))
    }

    pub(super) fn unrestrict(&self, reason: &str, context: &Context<'_>) -> Outcome {
        check(reason)?;
        let office = self.desk_or_holder(context)?;
        if self.restricted.is_none() {
            return Ok(Decided::nothing());
        }
        let reason = reason.to_owned();
        let event = DocumentEvent::Unrestricted(DocumentUnrestricted { reason });
        done(office, event)
    }
}

/// The fact that it is restricted, for `reason`.
pub(super) fn restricted(reason: &str) -> DocumentEvent {
    DocumentEvent::Restricted(DocumentRestricted {
        reason: reason.to_owned(),
    })
}

/// Checks the reason that comes with a registration.
pub(super) fn said(faults: &mut Faults, reason: Option<&str>) {
    if let Some(reason) = reason {
        faults.text("/restricted/reason", reason, 1, MOST);
    }
}

fn check(reason: &str) -> Result<(), DocumentRefusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 1, MOST);
    faults.found(DocumentRefusal::Invalid)
}
