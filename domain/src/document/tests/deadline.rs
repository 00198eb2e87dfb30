//! T1–T4, R5: the clock of a document.

use ::directory::Directory;
use calendar::{Alert, Day, IntakePolicy, Period, Rule, Term, national};
use events::classify::Channel;
use events::clock::{DayDeclared, DefaultTermSet, IntakePolicySet};
use events::deadline::{ClockSuspended, DeadlineRescheduled, RescheduleCause};
use events::{AnyRecord, CalendarEvent, DocumentEvent, IntakePolicyEvent, Record, UserId};

use super::fixture::{Story, directory, finished_by_a, office, record, registered, type_id, user};
use crate::document::{Document, DocumentCommand, DocumentRefusal, RegisterDocument};
use crate::spec::told;
use crate::{Context, Decider, fold};

/// The directory with the holidays of the nation, and `more` declared after them.
fn with_holidays(more: &[&str]) -> Directory {
    let mut directory = directory();
    let decreed = more.iter().map(|on| Day {
        on: on.parse().unwrap(),
        scope: "nation".parse().unwrap(),
        name: "Día no laborable".to_owned(),
        legal_basis: "D. S. 1-2026-PCM".to_owned(),
        suspends_terms: true,
    });
    for (version, day) in (0..).zip(national::days().into_iter().chain(decreed)) {
        let reason = "Decreto".to_owned();
        let declared = CalendarEvent::DayDeclared(DayDeclared { day, reason });
        let record = record(declared);
        directory.apply(&AnyRecord::Calendar(Record { version, ..record }));
    }
    directory
}

/// What `login` gets for `command` at `at`, and the deadline then.
struct Desk {
    document: Document,
    directory: Directory,
}

impl Desk {
    /// A document filed on 31 July 2026 at 11:00 in Lima.
    fn opened(registering: impl FnOnce(&mut RegisterDocument)) -> Self {
        let directory = with_holidays(&[]);
        let mut command = super::registration::register();
        command.presented_at = None;
        registering(&mut command);
        let ana = user("ana");
        let context = Context {
            at: "2026-07-31T16:00:00Z".parse().unwrap(),
            user: &ana,
            directory: &directory,
        };
        let draft = command.check(&context).unwrap();
        let event = draft.registered(
            events::DocumentId(uuid::Uuid::from_u128(1)),
            "EXP-2026-000007".parse().unwrap(),
            "0".repeat(32),
        );
        let document = fold([&told(context.at, UserId::system(), event)]);
        Self {
            document,
            directory,
        }
    }

    fn ask(
        &mut self,
        login: &str,
        at: &str,
        command: &DocumentCommand,
    ) -> Result<usize, DocumentRefusal> {
        let user = user(login);
        let context = Context {
            at: at.parse().unwrap(),
            user: &user,
            directory: &self.directory,
        };
        let events = self.document.decide(command, &context)?.events;
        for event in &events {
            self.document
                .evolve(&told(context.at, user.id, event.clone()));
        }
        Ok(events.len())
    }

    fn term(&self) -> &Term {
        self.document.dossier().unwrap().deadline.as_ref().unwrap()
    }

    fn due(&self) -> Option<String> {
        self.document
            .dossier()
            .unwrap()
            .due_on()
            .map(|day| day.to_string())
    }
}

fn why() -> String {
    "Falta un informe".to_owned()
}

fn extend(days: u32) -> DocumentCommand {
    DocumentCommand::ExtendDeadline {
        days,
        reason: why(),
    }
}

fn suspend() -> DocumentCommand {
    DocumentCommand::SuspendClock { reason: why() }
}

fn resume() -> DocumentCommand {
    DocumentCommand::ResumeClock { reason: why() }
}

#[test]
fn t3_a_document_without_a_rule_has_the_thirty_days_of_the_law() {
    let desk = Desk::opened(|_| {});
    assert_eq!(desk.term().rule, Rule::Law);
    assert_eq!(desk.term().period, Period::BusinessDays(30));
    assert_eq!(desk.due().as_deref(), Some("2026-09-14"));
    let skipped: Vec<_> = desk
        .term()
        .skipped
        .iter()
        .map(|day| day.on.to_string())
        .collect();
    assert_eq!(skipped, ["2026-08-06"]);
}

#[test]
fn r5_a_document_after_the_cut_off_is_filed_on_the_next_business_day_and_keeps_its_hour() {
    let mut directory = with_holidays(&[]);
    let policy = IntakePolicy::OfficeHours {
        cut_off: "10:00:00".parse().ok(),
    };
    let set = IntakePolicyEvent::Set(IntakePolicySet {
        policy,
        reason: why(),
    });
    directory.apply(&AnyRecord::IntakePolicy(Channel::Counter, record(set)));
    let ana = user("ana");
    let at = "2026-07-31T16:00:00Z".parse().unwrap();
    let context = Context {
        at,
        user: &ana,
        directory: &directory,
    };
    let command = RegisterDocument {
        presented_at: None,
        ..super::registration::register()
    };
    let draft = command.check(&context).unwrap();
    let id = events::DocumentId(uuid::Uuid::from_u128(1));
    let number = "EXP-2026-000007".parse().unwrap();
    let DocumentEvent::Registered(written) = draft.registered(id, number, "0".repeat(32)) else {
        unreachable!("it registers");
    };
    assert_eq!(written.presented_at, at);
    assert_eq!(written.filed_on.to_string(), "2026-08-03");
    assert_eq!(
        written.deadline.unwrap().starts_on.to_string(),
        "2026-08-04"
    );
}

#[test]
fn t1_an_extension_adds_business_days_to_the_end() {
    let mut desk = Desk::opened(|_| {});
    assert_eq!(desk.ask("carla", "2026-08-10T16:00:00Z", &extend(5)), Ok(1));
    assert_eq!(desk.due().as_deref(), Some("2026-09-21"));
    assert_eq!(desk.ask("carla", "2026-08-11T16:00:00Z", &extend(1)), Ok(1));
    assert_eq!(
        (desk.term().extended_by, desk.due().as_deref()),
        (6, Some("2026-09-22"))
    );
}

#[test]
fn t1_days_on_which_the_clock_stands_do_not_count() {
    let mut desk = Desk::opened(|_| {});
    assert_eq!(desk.ask("carla", "2026-08-10T16:00:00Z", &suspend()), Ok(1));
    assert_eq!(desk.due(), None);
    let overdue = desk.document.dossier().unwrap();
    assert!(!overdue.is_overdue_at("2027-08-10T16:00:00Z".parse().unwrap()));
    assert_eq!(
        desk.ask("carla", "2026-08-12T16:00:00Z", &suspend()),
        Err(DocumentRefusal::ClockStands)
    );
    assert_eq!(
        desk.ask("carla", "2026-08-12T16:00:00Z", &extend(1)),
        Err(DocumentRefusal::ClockStands)
    );
    // From Monday 10 to Friday 14 August: five days later.
    assert_eq!(desk.ask("carla", "2026-08-17T16:00:00Z", &resume()), Ok(1));
    assert_eq!(desk.due().as_deref(), Some("2026-09-21"));
    assert_eq!(
        desk.ask("carla", "2026-08-18T16:00:00Z", &resume()),
        Err(DocumentRefusal::ClockRuns)
    );
}

#[test]
fn only_a_head_changes_the_clock_and_only_of_an_open_document() {
    let mut desk = Desk::opened(|_| {});
    for command in [extend(5), suspend(), resume()] {
        let asked = desk.ask("ana", "2026-08-10T16:00:00Z", &command);
        assert_eq!(asked, Err(DocumentRefusal::NeedsHead), "{command:?}");
        let asked = desk.ask("bruno", "2026-08-10T16:00:00Z", &command);
        assert_eq!(
            asked,
            Err(DocumentRefusal::NotOfOffice {
                office: office("A")
            })
        );
    }
    finished_by_a()
        .when("carla", &extend(5))
        .then_refused(&DocumentRefusal::WrongStatus {
            status: events::classify::DocumentStatus::Attended,
        });
    registered()
        .when("carla", &extend(5))
        .then_refused(&DocumentRefusal::NoDeadline);
    registered()
        .when("carla", &extend(0))
        .then_faults(&[("/days", "range")]);
}

#[test]
fn t2_a_day_that_is_declared_reschedules_once_and_says_why() {
    let mut desk = Desk::opened(|_| {});
    desk.directory = with_holidays(&["2026-08-31"]);
    let at = "2026-08-20T16:00:00Z";
    assert_eq!(desk.ask("carla", at, &DocumentCommand::Reschedule), Ok(1));
    assert_eq!(desk.due().as_deref(), Some("2026-09-15"));
    assert_eq!(desk.term().calendar_version, 65);
    assert_eq!(desk.ask("carla", at, &DocumentCommand::Reschedule), Ok(0));
    // A day after its end is none of its business.
    desk.directory = with_holidays(&["2026-08-31", "2026-12-24"]);
    assert_eq!(desk.ask("carla", at, &DocumentCommand::Reschedule), Ok(0));
}

#[test]
fn t2_what_is_given_closed_or_stopped_is_left_alone() {
    let at = "2026-08-20T16:00:00Z";
    let mut given = Desk::opened(|command| command.due_on = "2026-09-14".parse().ok());
    given.directory = with_holidays(&["2026-08-31"]);
    assert_eq!(given.ask("carla", at, &DocumentCommand::Reschedule), Ok(0));

    let mut stopped = Desk::opened(|_| {});
    assert_eq!(stopped.ask("carla", at, &suspend()), Ok(1));
    stopped.directory = with_holidays(&["2026-08-31"]);
    assert_eq!(
        stopped.ask("carla", at, &DocumentCommand::Reschedule),
        Ok(0)
    );
    // What goes on is computed with the days of that time.
    assert_eq!(
        stopped.ask("carla", "2026-08-21T16:00:00Z", &resume()),
        Ok(1)
    );
    assert_eq!(stopped.due().as_deref(), Some("2026-09-16"));
    assert_eq!(
        stopped.ask("carla", at, &DocumentCommand::Reschedule),
        Ok(0)
    );
}

/// T5, I17: due on 14 September; nobody asks on the 9th and 10th.
#[test]
fn i17_t5_each_alert_is_given_once_and_only_the_nearest_after_a_pause() {
    let mut desk = Desk::opened(|_| {});
    let alert = alert_of("2026-09-14");
    let mut told = |day: u32| {
        let at = format!("2026-09-{day:02}T16:00:00Z");
        desk.ask("carla", &at, &alert).unwrap()
    };
    assert_eq!([told(8), told(11), told(11), told(12)], [0, 1, 0, 0]);
    assert_eq!([told(14), told(15), told(16), told(30)], [0, 1, 0, 0]);
    let given: Vec<_> = desk
        .document
        .dossier()
        .unwrap()
        .alerts
        .iter()
        .copied()
        .collect();
    let due_on = "2026-09-14".parse().unwrap();
    assert_eq!(
        given,
        [(due_on, Alert::Missed), (due_on, Alert::Approaching(1))]
    );
}

#[test]
fn t5_a_deadline_that_moves_is_never_spoken_of_by_its_old_date() {
    let mut desk = Desk::opened(|_| {});
    let (old, new) = (alert_of("2026-09-14"), alert_of("2026-09-15"));
    let at = "2026-09-10T16:00:00Z";
    desk.directory = with_holidays(&["2026-08-31"]);
    // It is behind: neither by the old date nor by one that it does not have yet.
    assert_eq!(desk.ask("carla", at, &old), Ok(0));
    assert_eq!(desk.ask("carla", at, &new), Ok(0));
    assert_eq!(desk.ask("carla", at, &DocumentCommand::Reschedule), Ok(1));
    assert_eq!(desk.ask("carla", at, &old), Ok(0));
    assert_eq!(desk.ask("carla", at, &new), Ok(1));
}

#[test]
fn t5_a_clock_that_stands_and_a_document_that_is_closed_are_not_spoken_of() {
    let at = "2026-09-11T16:00:00Z";
    let mut desk = Desk::opened(|_| {});
    assert_eq!(desk.ask("carla", at, &suspend()), Ok(1));
    assert_eq!(desk.ask("carla", at, &alert_of("2026-09-14")), Ok(0));
    let story = finished_by_a();
    story.when("carla", &alert_of("2026-09-14")).then([]);
}

fn alert_of(due_on: &str) -> DocumentCommand {
    let due_on = due_on.parse().unwrap();
    DocumentCommand::Alert { due_on }
}

#[test]
fn a_rule_of_the_institution_is_the_rule_of_what_is_registered_from_then_on() {
    let desk = Desk::opened(|_| {});
    let mut directory = desk.directory;
    let set = CalendarEvent::DefaultTermSet(DefaultTermSet {
        period: Some(Period::Months(1)),
        reason: why(),
    });
    directory.apply(&AnyRecord::Calendar(Record {
        version: 64,
        ..record(set)
    }));
    let day = "2026-07-31".parse().unwrap();
    let term = directory.term(office("A"), type_id("SOL"), None, day);
    assert_eq!(
        (term.rule, term.due_on.to_string()),
        (Rule::Institution, "2026-08-31".to_owned())
    );
}

#[test]
fn events_of_the_clock_are_taken_in_as_they_are() {
    let day = "2026-07-31".parse().unwrap();
    let later = "2026-08-31".parse().unwrap();
    let events = [
        DocumentEvent::Rescheduled(Box::new(DeadlineRescheduled {
            cause: RescheduleCause::Corrected,
            deadline: Term::given(later, day),
        })),
        DocumentEvent::ClockSuspended(ClockSuspended {
            on: day,
            reason: why(),
        }),
    ];
    let story = events.into_iter().fold(registered(), Story::and);
    story
        .when("carla", &suspend())
        .then_refused(&DocumentRefusal::ClockStands);
}
