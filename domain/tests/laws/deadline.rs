//! Laws of the deadline of a document.

use chrono::NaiveDate;
use events::{DocumentEvent, legal_date};
use proptest::prelude::*;

use crate::any_steps;
use crate::random::{DIRECTORY, Moment, play};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// I8: whatever happened to a deadline, it is a business day, and computed again from the
    /// calendar it names it is the same.
    #[test]
    fn i8_a_deadline_is_a_business_day_and_computed_again_the_same(steps in any_steps()) {
        let calendar = &DIRECTORY.clockwork().calendar;
        for Moment { after, .. } in play(&steps).moments() {
            let Some(term) = &after.deadline else { continue };
            let then = calendar.as_of(term.calendar_version);
            let is_given = !term.follows_the_calendar();
            prop_assert!(is_given || then.at(term.place).is_business_day(term.due_on), "{term:?}");
            prop_assert_eq!(&term.recomputed(&then), term);
        }
    }

    /// I17: an alert fires once, on its day, and none after a nearer one.
    #[test]
    fn i17_an_alert_fires_once_on_its_day_and_in_order(steps in any_steps()) {
        let mut said: Vec<(NaiveDate, u8)> = vec![];
        for Moment { told, before, .. } in play(&steps).moments() {
            let (due_on, left) = match &told.event {
                DocumentEvent::DeadlineApproaching(near) => (near.due_on, near.days),
                DocumentEvent::DeadlineMissed(missed) => (missed.due_on, 0),
                _ => continue,
            };
            prop_assert_eq!(before.due_on(), Some(due_on));
            prop_assert!(before.phase.status().is_open());
            let today = legal_date(told.at);
            let days = DIRECTORY.clockwork().calendar.at(before.deadline.unwrap().place);
            let open = today.iter_days().skip(1).take_while(|on| *on <= due_on);
            let open = open.filter(|on| days.is_business_day(*on)).count();
            prop_assert_eq!(open, usize::from(left));
            prop_assert!(left > 0 || due_on < today);
            prop_assert!(said.iter().all(|(on, nearest)| *on != due_on || left < *nearest));
            said.push((due_on, left));
        }
    }
}
