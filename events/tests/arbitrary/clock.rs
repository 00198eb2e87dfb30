//! Facts about the legal clock.

use calendar::{Day, IntakePolicy, OfficeHours, OnClosedDays, Period, Place, Scope};
use chrono::NaiveTime;
use events::clock::{DayDeclared, DayRevoked, DefaultTermSet, IntakePolicySet};
use events::{CalendarEvent, IntakePolicyEvent};
use proptest::option;
use proptest::prelude::*;

use super::{date, text};

pub(super) fn place() -> impl Strategy<Value = Place> {
    (1..=25, 1..=99)
        .prop_map(|(region, province)| format!("{region:02}{province:02}").parse().unwrap())
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Nation),
        place().prop_map(|place| Scope::Region(place.region())),
        place().prop_map(Scope::Province),
    ]
}

pub(super) fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        any::<u16>().prop_map(Period::BusinessDays),
        any::<u16>().prop_map(Period::CalendarDays),
        any::<u16>().prop_map(Period::Months),
        date().prop_map(Period::Until),
    ]
}

fn time() -> impl Strategy<Value = NaiveTime> {
    let seconds = 0..86_400_u32;
    seconds.prop_map(|at| NaiveTime::from_num_seconds_from_midnight_opt(at, 0).unwrap())
}

pub(super) fn hours() -> impl Strategy<Value = OfficeHours> {
    (time(), time()).prop_map(|(opens, closes)| OfficeHours { opens, closes })
}

pub(super) fn calendar_event() -> impl Strategy<Value = CalendarEvent> {
    let day = (date(), scope(), text(), text(), any::<bool>());
    prop_oneof![
        (day, text()).prop_map(|((on, scope, name, legal_basis, suspends_terms), reason)| {
            let day = Day {
                on,
                scope,
                name,
                legal_basis,
                suspends_terms,
            };
            CalendarEvent::DayDeclared(DayDeclared { day, reason })
        }),
        (date(), scope(), text(), text()).prop_map(|(on, scope, legal_basis, reason)| {
            CalendarEvent::DayRevoked(DayRevoked {
                on,
                scope,
                legal_basis,
                reason,
            })
        }),
        (option::of(period()), text()).prop_map(|(period, reason)| {
            CalendarEvent::DefaultTermSet(DefaultTermSet { period, reason })
        }),
    ]
}

pub(super) fn intake_policy_event() -> impl Strategy<Value = IntakePolicyEvent> {
    let policy = prop_oneof![
        Just(IntakePolicy::FullDay {
            closed_days: OnClosedDays::SameDay
        }),
        Just(IntakePolicy::FullDay {
            closed_days: OnClosedDays::NextBusinessDay
        }),
        option::of(time()).prop_map(|cut_off| IntakePolicy::OfficeHours { cut_off }),
    ];
    (policy, text())
        .prop_map(|(policy, reason)| IntakePolicyEvent::Set(IntakePolicySet { policy, reason }))
}
