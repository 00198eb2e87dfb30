//! The calendar: days off declared and revoked, and the term where no other rule is.

use ::calendar::{Calendar as Days, Day, Period, Scope};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use events::clock::{DayDeclared, DayRevoked, DefaultTermSet};
use events::{CalendarEvent, Envelope};

use super::{DirectoryRefusal, check_period, refuse_empty_reason};
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// How many days one command declares at most.
pub const DAYS: usize = 400;

/// The calendar of the institution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// The days off.
    pub days: Days,
    /// How long documents may take where no rule of their type says so.
    pub default_term: Option<Period>,
    changed_at: Option<DateTime<Utc>>,
}

/// A wish about the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarCommand {
    /// Declare days off, 1 to [`DAYS`]; those that are declared just so are passed over (T2).
    Declare {
        /// The days.
        days: Vec<Day>,
        /// Why they are entered, 1 to 1,000 characters.
        reason: String,
    },
    /// Take a day off back (T2).
    Revoke {
        /// The day.
        on: NaiveDate,
        /// For whom it is one.
        scope: Scope,
        /// The law or decree that says so, 1 to 200 characters.
        legal_basis: String,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Say how long documents may take where no rule of their type says so.
    SetDefaultTerm {
        /// How long; what the law says (T3), if absent.
        period: Option<Period>,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
}

impl Decider for Calendar {
    type Command = CalendarCommand;
    type Event = CalendarEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &CalendarCommand,
        _context: &Context<'_>,
    ) -> Result<Decided<CalendarEvent>, DirectoryRefusal> {
        let events = match command {
            CalendarCommand::Declare { days, reason } => self.declare(days, reason)?,
            CalendarCommand::Revoke {
                on,
                scope,
                legal_basis,
                reason,
            } => {
                let mut faults = Faults::default();
                faults.text("/legal_basis", legal_basis, 1, 200);
                faults.text("/reason", reason, 1, 1000);
                faults.found(DirectoryRefusal::Invalid)?;
                if self.days.day(*on, *scope).is_none() {
                    return Err(DirectoryRefusal::NotFound);
                }
                vec![CalendarEvent::DayRevoked(DayRevoked {
                    on: *on,
                    scope: *scope,
                    legal_basis: legal_basis.clone(),
                    reason: reason.clone(),
                })]
            }
            CalendarCommand::SetDefaultTerm { period, reason } => {
                refuse_empty_reason(reason)?;
                check_period(*period)?;
                let set = DefaultTermSet {
                    period: *period,
                    reason: reason.clone(),
                };
                let is_new = *period != self.default_term;
                is_new
                    .then_some(CalendarEvent::DefaultTermSet(set))
                    .into_iter()
                    .collect()
            }
        };
        Ok(Decided::by(None, events))
    }

    fn evolve(&mut self, told: &Envelope<CalendarEvent>) {
        self.changed_at = Some(told.at);
        match &told.event {
            CalendarEvent::DayDeclared(declared) => self.days.declare(declared.day.clone()),
            CalendarEvent::DayRevoked(revoked) => self.days.revoke(revoked.on, revoked.scope),
            CalendarEvent::DefaultTermSet(set) => self.default_term = set.period,
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        self.changed_at
    }
}

impl Calendar {
    fn declare(&self, days: &[Day], reason: &str) -> Result<Vec<CalendarEvent>, DirectoryRefusal> {
        refuse_empty_reason(reason)?;
        let mut faults = Faults::default();
        let count = (1..=DAYS).contains(&days.len());
        faults.check(
            count,
            "/days",
            "count",
            format!("1 to {DAYS} days are declared at once"),
        );
        for (index, day) in days.iter().enumerate() {
            let pointer = |field: &str| format!("/days/{index}/{field}");
            faults.text(&pointer("name"), &day.name, 1, 200);
            faults.text(&pointer("legal_basis"), &day.legal_basis, 1, 200);
            let year = (1990..=2199).contains(&day.on.year());
            faults.check(
                year,
                &pointer("on"),
                "year",
                "is not of the years 1990 to 2199",
            );
            let same = |other: &Day| (other.on, other.scope) == (day.on, day.scope);
            let twice = days.iter().take(index).any(same);
            faults.check(!twice, &pointer("on"), "twice", "stands twice in the list");
        }
        faults.found(DirectoryRefusal::Invalid)?;
        let mut events = Vec::new();
        for day in days {
            match self.days.day(day.on, day.scope) {
                Some(declared) if declared == day => {}
                Some(_) => return Err(DirectoryRefusal::DayDeclared),
                None => events.push(CalendarEvent::DayDeclared(DayDeclared {
                    day: day.clone(),
                    reason: reason.to_owned(),
                })),
            }
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use ::directory::{Directory, User};

    use super::*;
    use crate::spec::given;

    fn day(on: &str, name: &str) -> Day {
        Day {
            on: on.parse().unwrap(),
            scope: Scope::Nation,
            name: name.to_owned(),
            legal_basis: "D. S. 042-2026-PCM".to_owned(),
            suspends_terms: true,
        }
    }

    fn declare(days: Vec<Day>) -> CalendarCommand {
        CalendarCommand::Declare {
            days,
            reason: "Decreto".to_owned(),
        }
    }

    fn declared(day: Day) -> CalendarEvent {
        CalendarEvent::DayDeclared(DayDeclared {
            day,
            reason: "Decreto".to_owned(),
        })
    }

    #[test]
    fn t2_days_are_declared_and_those_that_are_known_are_passed_over() {
        let (first, second) = (day("2026-07-27", "Puente"), day("2026-10-09", "Puente"));
        given::<Calendar>([declared(first.clone())])
            .when(
                &Directory::default(),
                &User::system(),
                &declare(vec![first, second.clone()]),
            )
            .then([declared(second)]);
    }

    #[test]
    fn t2_a_day_that_is_declared_otherwise_must_be_revoked_first() {
        given::<Calendar>([declared(day("2026-07-27", "Puente"))])
            .when(
                &Directory::default(),
                &User::system(),
                &declare(vec![day("2026-07-27", "Otro nombre")]),
            )
            .then_refused(&DirectoryRefusal::DayDeclared);
    }

    #[test]
    fn t2_only_a_declared_day_is_revoked() {
        let revoke = CalendarCommand::Revoke {
            on: "2026-07-27".parse().unwrap(),
            scope: Scope::Nation,
            legal_basis: "D. S. 050-2026-PCM".to_owned(),
            reason: "Se trabaja".to_owned(),
        };
        given::<Calendar>([])
            .when(&Directory::default(), &User::system(), &revoke)
            .then_refused(&DirectoryRefusal::NotFound);
        given::<Calendar>([declared(day("2026-07-27", "Puente"))])
            .when(&Directory::default(), &User::system(), &revoke)
            .then([CalendarEvent::DayRevoked(DayRevoked {
                on: "2026-07-27".parse().unwrap(),
                scope: Scope::Nation,
                legal_basis: "D. S. 050-2026-PCM".to_owned(),
                reason: "Se trabaja".to_owned(),
            })]);
    }

    #[test]
    fn a_term_that_is_a_date_is_no_rule() {
        let set = CalendarCommand::SetDefaultTerm {
            period: Some(Period::Until("2026-07-27".parse().unwrap())),
            reason: "TUPA".to_owned(),
        };
        given::<Calendar>([])
            .when(&Directory::default(), &User::system(), &set)
            .then_faults(&[("/period/unit", "unit")]);
    }
}
