//! The legal clock: the calendar and the intake policies.

use calendar::{Day, IntakePolicy, Period};
use events::classify::Channel;
use events::clock::{DayDeclared, DayRevoked, DefaultTermSet, IntakePolicySet};
use events::{Aggregate, AnyRecord, CalendarEvent, IntakePolicyEvent};

use super::{Expected, on, today};

pub(super) fn forms() -> Vec<Expected> {
    let form = |event| {
        let any = |(), record| AnyRecord::Calendar(record);
        today(|()| Aggregate::Calendar, any, &(), event)
    };
    let policy = IntakePolicyEvent::Set(IntakePolicySet {
        policy: IntakePolicy::OfficeHours {
            cut_off: "16:30:00".parse().ok(),
        },
        reason: "Reglamento de la mesa de partes".to_owned(),
    });
    vec![
        form(CalendarEvent::DayDeclared(DayDeclared {
            day: Day {
                on: on("2026-06-24"),
                scope: "region:08".parse().unwrap(),
                name: "Inti Raymi".to_owned(),
                legal_basis: "Ley 30826".to_owned(),
                suspends_terms: true,
            },
            reason: "Calendario regional".to_owned(),
        })),
        form(CalendarEvent::DayRevoked(DayRevoked {
            on: on("2026-06-24"),
            scope: "province:0801".parse().unwrap(),
            legal_basis: "D. S. 001-2026-PCM".to_owned(),
            reason: "Se trabaja ese día".to_owned(),
        })),
        form(CalendarEvent::DefaultTermSet(DefaultTermSet {
            period: Some(Period::Months(1)),
            reason: "TUPA".to_owned(),
        })),
        today(
            Aggregate::IntakePolicy,
            AnyRecord::IntakePolicy,
            &Channel::Web,
            policy,
        ),
    ]
}
