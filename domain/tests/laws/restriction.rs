//! Restricted documents: who sees one, after every step of any history.

use std::collections::BTreeSet;

use events::DocumentEvent;
use proptest::prelude::*;

use crate::any_steps;
use crate::random::{Moment, PEOPLE, play};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// No office that received it, registered it or holds it ever loses sight of it.
    #[test]
    fn who_had_it_in_hand_sees_it_for_ever(steps in any_steps()) {
        let mut had = BTreeSet::new();
        for Moment { after, ledger_after, .. } in play(&steps).moments() {
            let received = ledger_after.lines.iter().filter(|line| line.received_at.is_some());
            had.extend(received.map(|line| line.sent.to_office));
            had.extend([ledger_after.holder, ledger_after.registry_office]);
            prop_assert!(after.seen_by().is_superset(&had), "{:?} {had:?}", after.seen_by());
        }
    }

    /// Whoever sees it was sent it, or registered it: nobody else, and each derivation adds one.
    #[test]
    fn only_what_is_sent_to_an_office_lets_it_see_more(steps in any_steps()) {
        for Moment { told, before, after, .. } in play(&steps).moments() {
            let more: BTreeSet<_> = after.seen_by().difference(&before.seen_by()).copied().collect();
            let sent: BTreeSet<_> = match &told.event {
                DocumentEvent::Derived(derived) => {
                    derived.derivations.iter().map(|sent| sent.to_office).collect()
                }
                _ => BTreeSet::new(),
            };
            prop_assert!(more.is_subset(&sent), "{told:?} shows it to {more:?}");
            let fewer = before.seen_by().difference(&after.seen_by()).count();
            let taken_back = matches!(
                told.event,
                DocumentEvent::DerivationRecalled(_) | DocumentEvent::DerivationRejected(_)
            );
            prop_assert!(fewer == 0 || (fewer == 1 && taken_back), "{told:?} hides it");
        }
    }

    /// Who acts on a restricted document sees it, and to whom it is shown by an office it is open.
    #[test]
    fn nobody_acts_on_what_is_not_shown(steps in any_steps()) {
        for Moment { told, before, .. } in play(&steps).moments() {
            let user = PEOPLE.iter().find(|user| user.id == told.by.user).unwrap();
            let of_an_office = user.offices.iter().any(|office| before.seen_by().contains(office));
            let is_sender = before.submitted_by == Some(user.id);
            let may = before.restricted.is_none() || of_an_office || is_sender || user.is_system();
            prop_assert!(may, "{told:?}");
            prop_assert!(before.is_shown_to(user));
        }
    }
}
