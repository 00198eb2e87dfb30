//! Sending a document on: one command, 1 to 10 derivations (D1, D2).

use events::classify::DerivationKind;
use events::document::{DerivationSent, DocumentDerived};
use events::{OfficeId, legal_date};

use super::{DocumentRefusal, Dossier, Target};
use crate::Context;
use crate::refusal::Faults;

impl Dossier {
    /// Checks `targets`, found at `pointer`, for sending by `from`.
    pub(super) fn check_targets(
        targets: &[Target],
        pointer: &str,
        from: OfficeId,
        context: &Context<'_>,
        faults: &mut Faults,
    ) {
        faults.check(
            (1..=10).contains(&targets.len()),
            pointer,
            "count",
            format!("has {} targets; 1 to 10 are allowed", targets.len()),
        );
        let principal = |target: &&Target| target.kind == DerivationKind::Principal;
        faults.check(
            targets.iter().filter(principal).count() <= 1,
            pointer,
            "principals",
            "at most one target is principal",
        );
        for (index, target) in targets.iter().enumerate() {
            let at = |field: &str| format!("{pointer}/{index}/{field}");
            faults.check(
                context.takes_documents(target.office),
                &at("office_id"),
                "unknown",
                "is no office that takes documents",
            );
            faults.check(
                target.office != from,
                &at("office_id"),
                "same_office",
                "is the office that sends",
            );
            let twice = targets[..index]
                .iter()
                .any(|earlier| earlier.office == target.office);
            faults.check(!twice, &at("office_id"), "twice", "is named twice");
            if let Some(user) = target.user {
                let known = context.directory.acting(user, context.at);
                let fits = known.is_some_and(|user| user.active && user.belongs_to(target.office));
                let detail = "is nobody of that office";
                faults.check(fits, &at("user_id"), "not_of_office", detail);
            }
            faults.optional(&at("instructions"), target.instructions.as_deref(), 2000);
            let today = legal_date(context.at);
            let fits = target.due_on.is_none_or(|due_on| today <= due_on);
            faults.check(fits, &at("due"), "past", "is in the past");
        }
    }

    /// The fact that `from` sends this on to `targets`; `closing` is the derivation that ends by
    /// being attended in the same act. Custody and the one open principal are held here (D2).
    pub(super) fn derived(
        &self,
        targets: &[Target],
        from: OfficeId,
        closing: Option<u32>,
    ) -> Result<DocumentDerived, DocumentRefusal> {
        let Some(number) = &self.number else {
            return Err(self.wrong_status());
        };
        let principal = targets
            .iter()
            .any(|target| target.kind == DerivationKind::Principal);
        let mut forwards = None;
        if principal {
            let open = self.open_principal().map(|open| open.ordinal);
            let takes_custody = closing.is_some() && closing == open;
            if self.holder != from && !takes_custody {
                return Err(DocumentRefusal::NotInCustody {
                    office: self.holder,
                });
            }
            if let Some(open) = self.open_principal()
                && closing != Some(open.ordinal)
            {
                let held = open.received_at.is_some() && open.to == from;
                if !held {
                    return Err(DocumentRefusal::PrincipalOpen {
                        ordinal: open.ordinal,
                    });
                }
                forwards = Some(open.ordinal);
            }
        }
        let derivations = targets
            .iter()
            .zip(self.derivations.len() + 1..)
            .map(|(target, ordinal)| DerivationSent {
                ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
                number: format!("{number}-D{ordinal:02}"),
                kind: target.kind,
                from_office: from,
                to_office: target.office,
                to_user: target.user,
                instructions: target.instructions.clone(),
                urgent: target.urgent,
                answer_required: target.answer_required,
                due_on: target.due_on,
            })
            .collect();
        Ok(DocumentDerived {
            derivations,
            forwards,
            reopens: None,
        })
    }
}
