//! Which offices see a restricted document: a function of the document alone, held by its row and
//! by those of its derivations, for lists to look at.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::restriction::DocumentRestricted;
use events::{OfficeId, UserId};
use readmodel::{DerivationRow, DocumentRow, Restriction};

use super::DocumentView;

/// It is restricted from now on; [`follow`] says to whom.
pub(super) fn restrict(
    row: &mut DocumentRow,
    restricted: &DocumentRestricted,
    at: DateTime<Utc>,
    by: UserId,
) {
    row.restriction = Some(Restriction {
        reason: restricted.reason.clone(),
        restricted_at: at,
        restricted_by: by,
        seen_by: BTreeSet::new(),
    });
}

/// Brings to what it is now who sees the document, after the record at `seq`.
pub(super) fn follow(view: &mut DocumentView, seq: u64) {
    let offices = seen_by(view);
    let seen_by = view.row.restriction.as_mut().map(|restriction| {
        restriction.seen_by = offices;
        restriction.seen_by.clone()
    });
    for derivation in &mut view.derivations {
        if derivation.seen_by != seen_by {
            derivation.seen_by.clone_from(&seen_by);
            derivation.last_seq = seq;
        }
    }
}

/// The offices that registered it, hold it, or were sent it; not those to which it was refused or
/// from which it was taken back before they received it.
fn seen_by(view: &DocumentView) -> BTreeSet<OfficeId> {
    let row = &view.row;
    if row.restriction.is_none() {
        return BTreeSet::new();
    }
    let shows = |derivation: &&DerivationRow| derivation.status.shows_document();
    let sent = view.derivations.iter().filter(shows);
    let mut offices: BTreeSet<_> = sent.map(|derivation| derivation.to_office_id).collect();
    offices.extend([row.registry_office_id, row.holder_office_id]);
    offices
}

#[cfg(test)]
mod tests {
    use events::classify::DerivationKind;
    use events::document::{DerivationRefused, DerivationTouched, DocumentDerived};
    use events::restriction::DocumentUnrestricted;
    use events::{DocumentEvent, DocumentId};
    use uuid::Uuid;

    use super::*;
    use crate::projections::inbox;
    use crate::testing::{office, registered, sent, view_of};

    fn restricted() -> DocumentEvent {
        DocumentEvent::Restricted(DocumentRestricted {
            reason: "Datos de salud".to_owned(),
        })
    }

    fn derived() -> DocumentEvent {
        DocumentEvent::Derived(DocumentDerived {
            derivations: vec![
                sent(1, DerivationKind::Principal, 1, 2),
                sent(2, DerivationKind::Copy, 1, 3),
            ],
            forwards: None,
            reopens: None,
        })
    }

    fn recalled(ordinal: u32) -> DocumentEvent {
        DocumentEvent::DerivationRecalled(DerivationRefused {
            ordinal,
            reason: "por error".to_owned(),
        })
    }

    fn after(events: impl IntoIterator<Item = DocumentEvent>) -> DocumentView {
        let begun = registered(DocumentId(Uuid::nil()), 1);
        let begun = DocumentEvent::Registered(Box::new(begun));
        let history = [begun].into_iter().chain(events);
        view_of(history.map(|event| (0, event)).collect(), |_| {})
    }

    fn seen(offices: &[u32]) -> BTreeSet<OfficeId> {
        offices.iter().map(|n| office(*n)).collect()
    }

    #[test]
    fn whoever_it_was_sent_to_sees_it_before_and_after_it_is_restricted() {
        let before = after([derived(), restricted()]);
        let later = after([restricted(), derived()]);
        for view in [before, later] {
            assert_eq!(view.row.seen_by(), Some(&seen(&[1, 2, 3])));
            for derivation in &view.derivations {
                assert_eq!(derivation.seen_by, Some(seen(&[1, 2, 3])));
            }
        }
    }

    #[test]
    fn whoever_did_not_receive_what_was_taken_back_sees_it_no_more() {
        let view = after([restricted(), derived(), recalled(1)]);
        assert_eq!(view.row.seen_by(), Some(&seen(&[1, 3])));
        assert_eq!(
            view.derivations[1].seen_by,
            Some(seen(&[1, 3])),
            "and so with all"
        );
        assert_eq!(view.derivations[1].last_seq, view.row.last_seq);
    }

    #[test]
    fn opened_again_everybody_sees_it_and_every_row_of_it() {
        let open = DocumentEvent::Unrestricted(DocumentUnrestricted {
            reason: "Terminó".to_owned(),
        });
        let view = after([restricted(), derived(), open]);
        assert_eq!(view.row.restriction, None);
        assert!(view.derivations.iter().all(|row| row.seen_by.is_none()));
        assert!(
            inbox::items(&view)
                .iter()
                .all(|item| item.seen_by.is_none())
        );
    }

    #[test]
    fn an_office_sees_whatever_lies_in_its_inbox() {
        let received = DocumentEvent::DerivationReceived(DerivationTouched { ordinal: 1 });
        for events in [
            vec![derived()],
            vec![derived(), received],
            vec![derived(), recalled(1)],
        ] {
            let view = after([restricted()].into_iter().chain(events));
            for item in inbox::items(&view) {
                assert!(item.seen_by.unwrap().contains(&item.office_id));
            }
        }
    }
}
