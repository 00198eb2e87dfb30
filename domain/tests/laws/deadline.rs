//! Laws of the deadline of a document.

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
}
