//! Facts about the legal clock.

use calendar::{
    Day, IntakePolicy, OfficeHours, OnClosedDays, Pause, Period, Place, Rule, Scope, Since,
    Skipped, Term,
};
use chrono::NaiveTime;
use events::clock::{DayDeclared, DayRevoked, DefaultTermSet, IntakePolicySet};
use events::deadline::{
    ChangedDay, ClockResumed, ClockSuspended, DeadlineApproaching, DeadlineExtended,
    DeadlineMissed, DeadlineRescheduled, RescheduleCause,
};
use events::{CalendarEvent, DocumentEvent, IntakePolicyEvent};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample};

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

pub(super) fn term() -> impl Strategy<Value = Term> {
    let rule = sample::select(vec![
        Rule::Given,
        Rule::Category,
        Rule::DocumentType,
        Rule::Institution,
        Rule::Law,
        Rule::Correction,
    ]);
    let since = sample::select(vec![
        Since::Filed,
        Since::Observed,
        Since::Corrected,
        Since::Sent,
    ]);
    let days = (date(), date(), date(), any::<u64>(), option::of(place()));
    let pause = (date(), date()).prop_map(|(from, until)| Pause { from, until });
    let skipped = (date(), text()).prop_map(|(on, name)| Skipped { on, name });
    let more = (
        any::<u32>(),
        any::<u32>(),
        vec(pause, 0..3),
        vec(skipped, 0..3),
    );
    (rule, period(), since, days, more).prop_map(|(rule, period, since, days, more)| {
        let (counted_from, starts_on, due_on, calendar_version, place) = days;
        let (extended_by, weekend_days, pauses, skipped) = more;
        Term {
            rule,
            period,
            since,
            counted_from,
            starts_on,
            due_on,
            calendar_version,
            place,
            extended_by,
            pauses,
            weekend_days,
            skipped,
        }
    })
}

pub(super) fn deadline_event() -> impl Strategy<Value = DocumentEvent> {
    let day = (date(), text(), any::<bool>()).prop_map(|(on, name, declared)| ChangedDay {
        on,
        name,
        declared,
    });
    let cause = prop_oneof![
        Just(RescheduleCause::Corrected),
        vec(day, 0..3).prop_map(|days| RescheduleCause::CalendarChanged { days }),
    ];
    prop_oneof![
        (any::<u32>(), text(), term()).prop_map(|(days, reason, deadline)| {
            DocumentEvent::DeadlineExtended(Box::new(DeadlineExtended {
                days,
                reason,
                deadline,
            }))
        }),
        (cause, term()).prop_map(|(cause, deadline)| {
            DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled { cause, deadline }))
        }),
        (date(), any::<u8>()).prop_map(|(due_on, days)| {
            DocumentEvent::DeadlineApproaching(DeadlineApproaching { due_on, days })
        }),
        date().prop_map(|due_on| DocumentEvent::DeadlineMissed(DeadlineMissed { due_on })),
        (date(), text()).prop_map(|(on, reason)| {
            DocumentEvent::ClockSuspended(ClockSuspended { on, reason })
        }),
        (date(), text(), term()).prop_map(|(on, reason, deadline)| {
            DocumentEvent::ClockResumed(Box::new(ClockResumed {
                on,
                reason,
                deadline,
            }))
        }),
    ]
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
