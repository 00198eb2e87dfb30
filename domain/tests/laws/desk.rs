//! O1, O2, O3: what the desk observes, and what becomes of it, after every step of any history.

use std::collections::BTreeSet;

use chrono::{Datelike, Weekday};
use events::classify::DocumentStatus;
use events::deadline::RescheduleCause;
use events::{DocumentEvent, legal_date};
use proptest::prelude::*;

use crate::any_steps;
use crate::random::{Moment, play, steps};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// O1: only what nobody has sent on is observed, and the sender gets two business days.
    #[test]
    fn o1_only_what_is_at_the_desk_is_observed_and_two_business_days_are_given(steps in any_steps()) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let DocumentEvent::Observed(observed) = &told.event else { continue };
            let status = ledger_before.status();
            prop_assert!(matches!(status, DocumentStatus::Submitted | DocumentStatus::Registered));
            prop_assert!(ledger_before.lines.is_empty());
            let day = legal_date(told.at);
            let days = day.iter_days().skip(1).take_while(|day| *day <= observed.correct_by_on);
            let weekend = |day: &chrono::NaiveDate| matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            prop_assert!(days.filter(|day| !weekend(day)).count() >= 2);
            prop_assert!(!weekend(&observed.correct_by_on));
        }
    }

    /// O2: corrected in time or not filed, never both; corrected, the clock starts anew.
    #[test]
    fn o2_it_is_corrected_by_the_last_day_or_not_filed_after_it(steps in any_steps()) {
        for moment in play(&steps).moments() {
            let Moment { told, before, after, ledger_before, ledger_after } = moment;
            let (day, last) = (legal_date(told.at), ledger_before.observed.last());
            match &told.event {
                DocumentEvent::Corrected(_) => {
                    prop_assert_eq!(ledger_before.status(), DocumentStatus::Observed);
                    prop_assert!(day <= last.unwrap().1);
                }
                DocumentEvent::NotFiled(_) => {
                    prop_assert_eq!(ledger_before.status(), DocumentStatus::Observed);
                    prop_assert!(day > last.unwrap().1);
                }
                DocumentEvent::Rescheduled(rescheduled) => {
                    if rescheduled.cause == RescheduleCause::Corrected {
                        prop_assert_eq!(rescheduled.deadline.counted_from, day);
                    }
                    prop_assert!(before.due_on() <= after.due_on());
                    prop_assert_eq!(after.due_on(), ledger_after.due_on);
                }
                _ => {}
            }
            prop_assert_eq!(after.due_on(), ledger_after.due_on);
        }
    }

    /// O3, I7: what is observed again was observed before and never corrected.
    #[test]
    fn i7_o3_a_later_observation_only_repeats_what_was_not_corrected(steps in steps(1..40)) {
        for Moment { told, ledger_before, .. } in play(&steps).moments() {
            let DocumentEvent::Observed(observed) = &told.event else { continue };
            let Some((earlier, _)) = ledger_before.observed.last() else { continue };
            let items = observed.items.iter().map(|item| item.item.clone());
            let items: BTreeSet<_> = items.collect();
            prop_assert!(items.is_subset(earlier), "{items:?} of {earlier:?}");
            prop_assert!(items.is_disjoint(&ledger_before.corrected));
        }
    }
}
