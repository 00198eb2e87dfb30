//! The legal clock of the institution: its calendar, its intake policies, its rules for terms.

use std::collections::BTreeMap;

use calendar::{Calendar, Count, Days, IntakePolicy, LegalTerm, Period, Rule, Since, Term};
use chrono::{DateTime, NaiveDate, Utc};
use events::classify::Channel;
use events::{
    CalendarEvent, DocumentTypeId, IntakePolicyEvent, OfficeId, Record, legal_date, legal_time,
};

use crate::Directory;

/// What the institution has said about days and terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clockwork {
    /// The days off.
    pub calendar: Calendar,
    /// How long documents may take where no rule of their type says so; the law (T3), if absent.
    pub default_term: Option<Period>,
    /// How channels take documents in, where they do not do it as usual.
    pub intake: BTreeMap<Channel, IntakePolicy>,
}

impl Clockwork {
    /// Takes in a record of the calendar. One that begins the history begins a new calendar, so
    /// that applying a history again leads to the same one.
    pub(crate) fn apply_calendar(&mut self, record: &Record<CalendarEvent>) {
        if record.version == 0 {
            self.calendar = Calendar::default();
            self.default_term = None;
        }
        for envelope in &record.events {
            match &envelope.event {
                CalendarEvent::DayDeclared(declared) => self.calendar.declare(declared.day.clone()),
                CalendarEvent::DayRevoked(revoked) => {
                    self.calendar.revoke(revoked.on, revoked.scope);
                }
                CalendarEvent::DefaultTermSet(set) => self.default_term = set.period,
            }
        }
    }

    /// Takes in how `channel` takes documents in.
    pub(crate) fn apply_intake(&mut self, channel: Channel, event: &IntakePolicyEvent) {
        match event {
            IntakePolicyEvent::Set(set) => self.intake.insert(channel, set.policy),
        };
    }
}

impl Directory {
    /// The days of the place where `office` stands.
    pub fn days_of(&self, office: OfficeId) -> Days<'_> {
        let place = self.office(office).and_then(|office| office.place);
        self.clockwork().calendar.at(place)
    }

    /// The legal date of what `office` was handed at `presented_at` through `channel` (R5).
    pub fn filed_on(
        &self,
        office: OfficeId,
        channel: Channel,
        presented_at: DateTime<Utc>,
    ) -> NaiveDate {
        let policy = self
            .clockwork()
            .intake
            .get(&channel)
            .copied()
            .unwrap_or_default();
        let hours = self
            .office(office)
            .and_then(|office| office.hours)
            .unwrap_or_default();
        let presented = legal_date(presented_at).and_time(legal_time(presented_at));
        self.days_of(office).filed_on(presented, policy, hours)
    }

    /// The term of a document of this type and category, filed with `office` on `filed_on`: by
    /// the rule of its category, of its type, of the institution, or of the law (T3).
    pub fn term(
        &self,
        office: OfficeId,
        document_type: DocumentTypeId,
        category: Option<&str>,
        filed_on: NaiveDate,
    ) -> Term {
        let document_type = self.document_type(document_type);
        let of = |category: Option<&str>| document_type.and_then(|it| it.term(category));
        let by_category = category.and_then(|category| of(Some(category)));
        let (rule, period) = if let Some(period) = by_category {
            (Rule::Category, period)
        } else if let Some(period) = of(None) {
            (Rule::DocumentType, period)
        } else if let Some(period) = self.clockwork().default_term {
            (Rule::Institution, period)
        } else {
            (Rule::Law, LegalTerm::WholeProcedure.period())
        };
        self.days_of(office)
            .term(Count::new(rule, period, Since::Filed, filed_on))
    }
}

#[cfg(test)]
mod tests {
    use calendar::OnClosedDays;
    use events::clock::{DayDeclared, DayRevoked, DefaultTermSet, IntakePolicySet};
    use events::directory::{DocumentTypeCreated, OfficeCreated, OfficeSituated, TermSet};
    use events::{AnyRecord, DocumentTypeEvent, OfficeEvent};

    use super::*;
    use crate::testing::record;

    fn cusco() -> (Directory, OfficeId, DocumentTypeId) {
        let office = OfficeId::of_code("MP");
        let document_type = DocumentTypeId::of_code("SOL");
        let mut directory = Directory::default();
        for event in [
            OfficeEvent::Created(OfficeCreated {
                office,
                code: "MP".to_owned(),
                name: "Mesa".to_owned(),
                parent: None,
            }),
            OfficeEvent::Situated(OfficeSituated {
                place: "0801".parse().ok(),
                hours: None,
            }),
        ] {
            directory.apply(&AnyRecord::Office(office, record(event)));
        }
        let created = DocumentTypeEvent::Created(DocumentTypeCreated {
            document_type,
            code: "SOL".to_owned(),
            name: "Solicitud".to_owned(),
            series: "EXP".to_owned(),
        });
        directory.apply(&AnyRecord::DocumentType(document_type, record(created)));
        (directory, office, document_type)
    }

    fn declared(version: u64) -> AnyRecord {
        let day = calendar::Day {
            on: "2026-06-24".parse().unwrap(),
            scope: "region:08".parse().unwrap(),
            name: "Inti Raymi".to_owned(),
            legal_basis: "Ley 30826".to_owned(),
            suspends_terms: true,
        };
        let reason = "Calendario regional".to_owned();
        let event = CalendarEvent::DayDeclared(DayDeclared { day, reason });
        AnyRecord::Calendar(Record {
            version,
            ..record(event)
        })
    }

    #[test]
    fn t1_an_office_skips_the_days_of_its_own_region() {
        let (mut directory, office, document_type) = cusco();
        directory.apply(&declared(0));
        let due = |office| {
            let filed_on = "2026-05-13".parse().unwrap();
            directory
                .term(office, document_type, None, filed_on)
                .due_on
                .to_string()
        };
        assert_eq!(due(office), "2026-06-25");
        assert_eq!(due(OfficeId::of_code("elsewhere")), "2026-06-24");
    }

    #[test]
    fn t3_the_nearest_rule_is_the_rule() {
        let (mut directory, office, document_type) = cusco();
        let filed_on = "2026-05-13".parse().unwrap();
        let rule = |directory: &Directory, category| {
            let term = directory.term(office, document_type, category, filed_on);
            (term.rule, term.period)
        };
        let whole = Period::BusinessDays(30);
        assert_eq!(rule(&directory, None), (Rule::Law, whole));
        let set = CalendarEvent::DefaultTermSet(DefaultTermSet {
            period: Some(Period::BusinessDays(20)),
            reason: "TUPA".to_owned(),
        });
        directory.apply(&AnyRecord::Calendar(Record {
            version: 1,
            ..record(set)
        }));
        assert_eq!(
            rule(&directory, None),
            (Rule::Institution, Period::BusinessDays(20))
        );
        for (category, period) in [
            (None, Period::Months(1)),
            (Some("A"), Period::CalendarDays(5)),
        ] {
            let category: Option<&str> = category;
            let set = DocumentTypeEvent::TermSet(TermSet {
                category: category.map(str::to_owned),
                period: Some(period),
            });
            directory.apply(&AnyRecord::DocumentType(document_type, record(set)));
        }
        assert_eq!(
            rule(&directory, Some("B")),
            (Rule::DocumentType, Period::Months(1))
        );
        assert_eq!(
            rule(&directory, Some("A")),
            (Rule::Category, Period::CalendarDays(5))
        );
        let unset = DocumentTypeEvent::TermSet(TermSet {
            category: None,
            period: None,
        });
        directory.apply(&AnyRecord::DocumentType(document_type, record(unset)));
        assert_eq!(rule(&directory, Some("B")).0, Rule::Institution);
    }

    #[test]
    fn r5_a_channel_files_by_its_own_policy_and_the_hours_of_the_office() {
        let (mut directory, office, _) = cusco();
        let late: DateTime<Utc> = "2026-06-23T22:00:00Z".parse().unwrap();
        let filed =
            |directory: &Directory, channel| directory.filed_on(office, channel, late).to_string();
        assert_eq!(filed(&directory, Channel::Counter), "2026-06-23");
        directory.apply(&declared(0));
        for (channel, policy) in [
            (
                Channel::Counter,
                IntakePolicy::OfficeHours { cut_off: None },
            ),
            (
                Channel::Web,
                IntakePolicy::FullDay {
                    closed_days: OnClosedDays::NextBusinessDay,
                },
            ),
        ] {
            let reason = "Reglamento".to_owned();
            let set = IntakePolicyEvent::Set(IntakePolicySet { policy, reason });
            directory.apply(&AnyRecord::IntakePolicy(channel, record(set)));
        }
        assert_eq!(filed(&directory, Channel::Counter), "2026-06-25");
        assert_eq!(filed(&directory, Channel::Web), "2026-06-23");
    }

    #[test]
    fn a_calendar_applied_again_from_its_beginning_is_the_same() {
        let (mut directory, ..) = cusco();
        let revoked = CalendarEvent::DayRevoked(DayRevoked {
            on: "2026-06-24".parse().unwrap(),
            scope: "region:08".parse().unwrap(),
            legal_basis: "D. S. 001-2026-PCM".to_owned(),
            reason: "Se trabaja".to_owned(),
        });
        let revoked = AnyRecord::Calendar(Record {
            version: 1,
            ..record(revoked)
        });
        for _ in 0..2 {
            directory.apply(&declared(0));
            directory.apply(&revoked);
            assert_eq!(directory.clockwork().calendar.version(), 2);
        }
    }
}
