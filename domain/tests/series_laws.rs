//! Laws of a series that hold however its writers interleave (I1, R2).
//!
//! Writers read the history, decide, and append only if nothing was appended since they read, as
//! the command side does; who comes too late decides again.

use chrono::{DateTime, Utc};
use directory::{Directory, User};
use domain::series::{Series, SeriesCommand, SeriesRefusal};
use domain::spec::told;
use domain::{Context, Decided, Decider, fold};
use events::{DocumentId, Envelope, SeriesEvent, SeriesId, UserId};
use proptest::prelude::*;
use uuid::Uuid;

/// What a writer does next.
#[derive(Clone, Debug)]
enum Act {
    /// Reads the history and decides on numbers for so many documents.
    Assign(usize),
    /// Reads the history and decides to begin elsewhere.
    Open(u64),
    /// Appends what was decided, if nothing was appended since.
    Append,
}

/// Whose turn it is, and what that writer does.
fn schedule() -> impl Strategy<Value = Vec<(usize, Act)>> {
    let act = prop_oneof![
        4 => (0..5_usize).prop_map(Act::Assign),
        1 => prop_oneof![Just(0), 1..10_000_u64].prop_map(Act::Open),
        6 => Just(Act::Append),
    ];
    prop::collection::vec((0..4_usize, act), 1..80)
}

/// What a writer has read and decided.
struct Plan {
    read: usize,
    events: Vec<SeriesEvent>,
}

/// What a schedule led to.
#[derive(Default)]
struct Log {
    told: Vec<Envelope<SeriesEvent>>,
    opened: Vec<Result<Decided<SeriesEvent>, SeriesRefusal>>,
    too_late: usize,
}

fn series() -> SeriesId {
    SeriesId::new("EXP", 2026).expect("a series")
}

fn decide(state: Series, command: &SeriesCommand) -> Result<Decided<SeriesEvent>, SeriesRefusal> {
    let context = Context {
        at: DateTime::<Utc>::UNIX_EPOCH,
        user: &User::system(),
        directory: &Directory::default(),
    };
    state.decide(command, &context)
}

/// Lets four writers at the series in this order.
fn run(schedule: &[(usize, Act)]) -> Log {
    let mut log = Log::default();
    let mut plans: [Option<Plan>; 4] = [None, None, None, None];
    let mut documents = (0..).map(|n| DocumentId(Uuid::from_u128(n)));
    for (writer, act) in schedule {
        let state: Series = fold(&log.told);
        let series = series();
        match act {
            Act::Assign(count) => {
                let documents = documents.by_ref().take(*count).collect();
                let decided = decide(state, &SeriesCommand::Assign { series, documents });
                plans[*writer] = decided.ok().map(|decided| Plan {
                    read: log.told.len(),
                    events: decided.events,
                });
            }
            Act::Open(first) => {
                let decided = decide(
                    state,
                    &SeriesCommand::Open {
                        series,
                        first: *first,
                    },
                );
                log.opened.push(decided.clone());
                plans[*writer] = decided.ok().map(|decided| Plan {
                    read: log.told.len(),
                    events: decided.events,
                });
            }
            Act::Append => {
                let Some(plan) = plans[*writer].take() else {
                    continue;
                };
                if plan.read != log.told.len() {
                    log.too_late += 1;
                    continue;
                }
                let at = DateTime::<Utc>::UNIX_EPOCH;
                let events = plan.events.into_iter();
                log.told
                    .extend(events.map(|event| told(at, UserId::system(), event)));
            }
        }
    }
    log
}

/// Every number given, with the document it went to, in recording order.
fn given(log: &Log) -> Vec<(u64, DocumentId)> {
    let mut given = vec![];
    for told in &log.told {
        match &told.event {
            SeriesEvent::Opened(_) => {}
            SeriesEvent::NumbersAssigned(assigned) => {
                given.extend((assigned.first..).zip(assigned.documents.iter().copied()));
            }
        }
    }
    given
}

proptest! {
    /// I1: gapless and increasing, and therefore unique.
    #[test]
    fn i1_numbers_follow_one_another_without_gaps(schedule in schedule()) {
        let log = run(&schedule);
        let first = match log.told.first().map(|told| &told.event) {
            Some(SeriesEvent::Opened(opened)) => opened.first,
            Some(SeriesEvent::NumbersAssigned(_)) | None => 1,
        };
        for ((number, _), expected) in given(&log).into_iter().zip(first..) {
            prop_assert_eq!(number, expected);
        }
    }

    /// R2: a document has one number, and a number one document.
    #[test]
    fn r2_a_run_has_a_number_for_each_of_its_documents(schedule in schedule()) {
        let log = run(&schedule);
        let mut documents: Vec<_> = given(&log).into_iter().map(|(_, document)| document).collect();
        let numbered = documents.len();
        documents.sort_unstable();
        documents.dedup();
        prop_assert_eq!(documents.len(), numbered);
        for told in &log.told {
            if let SeriesEvent::NumbersAssigned(assigned) = &told.event {
                prop_assert_eq!(assigned.count, assigned.documents.len() as u64);
                prop_assert!(assigned.count > 0);
            }
        }
        let state: Series = fold(&log.told);
        if let Some((last, _)) = given(&log).last() {
            prop_assert_eq!(state.next(), last + 1);
        }
    }

    /// A series that has begun never begins again.
    #[test]
    fn a_series_begins_once(schedule in schedule()) {
        let log = run(&schedule);
        let later = log.told.iter().skip(1);
        let again = later.filter(|told| matches!(told.event, SeriesEvent::Opened(_)));
        prop_assert_eq!(again.count(), 0);
    }
}

/// The schedules reach what the laws are about: writers too late, both beginnings, both refusals.
#[test]
fn the_schedules_reach_every_case() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = schedule();
    let (mut too_late, mut numbers, mut opened, mut running, mut first) = (0, 0, 0, 0, 0);
    for _ in 0..100 {
        let tree = strategy.new_tree(&mut runner).expect("a schedule");
        let log = run(&proptest::strategy::ValueTree::current(&tree));
        too_late += log.too_late;
        numbers += given(&log).len();
        let begins = log.told.first().map(|told| &told.event);
        opened += usize::from(matches!(begins, Some(SeriesEvent::Opened(_))));
        for answer in &log.opened {
            match answer {
                Ok(_) => {}
                Err(SeriesRefusal::Running { .. }) => running += 1,
                Err(SeriesRefusal::First) => first += 1,
            }
        }
    }
    assert!(too_late > 100 && numbers > 500, "{too_late} {numbers}");
    assert!((10..90).contains(&opened), "{opened}");
    assert!(running > 20, "{running}");
    assert!(first > 20, "{first}");
}
