use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::DateTime;
use events::document::NoteAdded;
use events::{
    Actor, Aggregate, CommandId, DocumentEvent, DocumentId, Envelope, EventId, Fingerprint, Hash,
    Record, SeriesId, UserId,
};
use futures::future::join_all;
use platform::clock::SystemClock;
use platform::ids::SystemIds;
use platform::tasks::Tasks;
use platform::telemetry::trace::Trace;
use uuid::Uuid;

use super::{After, Numbering, NumberingError, Registration};
use crate::history::{entry, read};
use crate::log::faulty::{FaultyLog, Wrong};
use crate::log::{EventLog, MemoryLog, Stored};
use crate::shell::Shell;

fn series() -> SeriesId {
    "EXP-2026".parse().unwrap()
}

fn numbering(log: Arc<dyn EventLog>) -> Arc<Numbering> {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let shell = Shell::new(log, "mesa".parse().unwrap(), clock, ids);
    Numbering::new(shell, Tasks::default())
}

/// A registration that writes its number into a note.
fn registration(key: &str, request: &str) -> Registration {
    let command = CommandId::derive(UserId::system(), "documents", key);
    let begin = move |number: &events::RegistryNumber| {
        vec![Envelope {
            id: EventId::derive(command, "trial", 0),
            at: DateTime::UNIX_EPOCH,
            by: Actor::system(),
            event: DocumentEvent::NoteAdded(NoteAdded {
                text: number.value.to_string(),
            }),
        }]
    };
    Registration {
        document: DocumentId::registered_by(command),
        after: After::default(),
        command,
        request: Fingerprint::of("trial", request.as_bytes()),
        trace: Trace::begun(Uuid::nil()),
        begin: Box::new(begin),
    }
}

fn number(first: &Stored) -> u64 {
    let record = read::<DocumentEvent>(first).unwrap();
    let DocumentEvent::NoteAdded(note) = &record.events[0].event else {
        panic!("{record:?}");
    };
    note.text.parse().unwrap()
}

async fn register(numbering: &Numbering, key: &str) -> Result<u64, NumberingError> {
    let numbered = numbering.register(&series(), registration(key, "")).await?;
    Ok(number(&numbered.first))
}

async fn whole(log: &MemoryLog) -> BTreeSet<Uuid> {
    let mut documents = BTreeSet::new();
    let mut next = 1;
    for stored in log.read(&Aggregate::Series(series()), 0).await.unwrap() {
        let record = read::<events::SeriesEvent>(&stored).unwrap();
        for told in record.events {
            let events::SeriesEvent::NumbersAssigned(assigned) = told.event else {
                continue;
            };
            assert_eq!(assigned.first, next, "no gap, none twice");
            next += assigned.count;
            for (value, document) in (assigned.first..).zip(assigned.documents) {
                let aggregate = Aggregate::Document(document);
                let records = log.read(&aggregate, 0).await.unwrap();
                assert_eq!(records.len(), 1, "a number without its document");
                assert_eq!(number(&records[0]), value);
                assert!(documents.insert(document.0), "two numbers for one document");
            }
        }
    }
    documents
}

#[tokio::test]
async fn whatever_is_lost_on_the_way_numbers_have_no_gap_and_documents_one_each() {
    let wrongs = [
        Wrong::Nothing,
        Wrong::AnswerLost,
        Wrong::Lost,
        Wrong::Late,
        Wrong::Busy,
    ];
    for one in wrongs {
        for two in wrongs {
            for three in wrongs {
                let log = Arc::new(MemoryLog::default());
                let faults = FaultyLog::new(log.clone(), &[one, two, three]);
                let numbering = numbering(faults.clone());
                let keys = ["a", "b", "c", "a"];
                let given = join_all(keys.map(|key| register(&numbering, key))).await;
                let given: Vec<u64> = given.into_iter().map(Result::unwrap).collect();
                assert_eq!(given[0], given[3], "{one:?} {two:?} {three:?}");
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                assert_eq!(whole(&log).await.len(), 3, "{one:?} {two:?} {three:?}");
            }
        }
    }
}

#[tokio::test]
async fn two_processes_share_a_series() {
    let log = Arc::new(MemoryLog::default());
    let both = [numbering(log.clone()), numbering(log.clone())];
    let keys: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let asks = keys.iter().zip(both.iter().cycle());
    let given = join_all(asks.map(|(key, numbering)| register(numbering, key))).await;
    let given: BTreeSet<u64> = given.into_iter().map(Result::unwrap).collect();
    assert_eq!(given, (1..=200).collect());
    assert_eq!(whole(&log).await.len(), 200);
}

#[tokio::test]
async fn those_that_wait_together_share_a_batch() {
    let log = Arc::new(MemoryLog::default());
    let numbering = numbering(log.clone());
    let keys: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    join_all(keys.iter().map(|key| register(&numbering, key))).await;
    let batches = log.read(&Aggregate::Series(series()), 0).await.unwrap();
    assert!(batches.len() < 10, "{} batches for 300", batches.len());
}

#[tokio::test]
async fn a_log_that_takes_nothing_takes_no_number() {
    let log = Arc::new(MemoryLog::default());
    let faults = FaultyLog::new(log.clone(), &[Wrong::Full, Wrong::Away]);
    let numbering = numbering(faults);
    let full = register(&numbering, "a").await;
    assert!(matches!(full, Err(NumberingError::Full)));
    let away = register(&numbering, "a").await;
    assert!(matches!(away, Err(NumberingError::Unavailable)));
    assert_eq!(register(&numbering, "a").await.unwrap(), 1);
}

#[tokio::test]
async fn another_request_for_the_same_document_is_refused_alone() {
    let log = Arc::new(MemoryLog::default());
    let numbering = numbering(log.clone());
    let series = series();
    let asks = [("a", "x"), ("a", "y"), ("b", "x"), ("a", "x")];
    let asks = asks.map(|(key, request)| numbering.register(&series, registration(key, request)));
    let answers = join_all(asks).await;
    assert!(!answers[0].as_ref().unwrap().replayed);
    assert!(matches!(answers[1], Err(NumberingError::Taken)));
    assert!(!answers[2].as_ref().unwrap().replayed);
    assert!(answers[3].as_ref().unwrap().replayed);
    assert_eq!(whole(&log).await.len(), 2);
}

/// Notes the history of a document that was submitted: one record, and where it ends.
async fn submitted(log: &MemoryLog, key: &str) -> (Aggregate, After) {
    let registration = registration(key, "");
    let aggregate = Aggregate::Document(registration.document);
    let record = Record {
        command: CommandId(Uuid::from_u128(u128::from(key.as_bytes()[0]))),
        request: registration.request,
        recorded_at: DateTime::UNIX_EPOCH,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: (registration.begin)(&"EXP-2026-000099".parse().unwrap()),
    };
    let names = "mesa".parse().unwrap();
    let entry = entry(&names, &aggregate, 0, &record, registration.trace).unwrap();
    let hash = Hash::of(&entry.body);
    let sequence = log.append(entry).await.unwrap();
    let after = After {
        sequence,
        version: 1,
        hash,
    };
    (aggregate, after)
}

#[tokio::test]
async fn a_submitted_document_gets_one_number_in_its_own_history_whatever_is_lost() {
    let wrongs = [
        Wrong::Nothing,
        Wrong::AnswerLost,
        Wrong::Lost,
        Wrong::Late,
        Wrong::Busy,
    ];
    for one in wrongs {
        for two in wrongs {
            let log = Arc::new(MemoryLog::default());
            let (aggregate, after) = submitted(&log, "s").await;
            let numbering = numbering(FaultyLog::new(log.clone(), &[one, two]));
            let continued = Registration {
                after,
                ..registration("s", "")
            };
            let series = series();
            let both = futures::join!(
                numbering.register(&series, continued),
                register(&numbering, "b")
            );
            let given = [number(&both.0.unwrap().first), both.1.unwrap()];
            assert_eq!(BTreeSet::from(given), [1, 2].into(), "{one:?} {two:?}");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            let records = log.read(&aggregate, 0).await.unwrap();
            assert_eq!(records.len(), 2, "{one:?} {two:?}");
            let record = read::<DocumentEvent>(&records[1]).unwrap();
            assert_eq!((record.version, record.prev), (1, after.hash));
            assert_eq!(number(&records[1]), given[0]);
        }
    }
}

#[tokio::test]
async fn a_submitted_document_that_changed_meanwhile_takes_no_number() {
    let log = Arc::new(MemoryLog::default());
    let (aggregate, after) = submitted(&log, "s").await;
    let numbering = numbering(log.clone());
    // Somebody else acts where this one wants to stand.
    let other = Record {
        command: CommandId(Uuid::max()),
        request: Fingerprint::default(),
        recorded_at: DateTime::UNIX_EPOCH,
        version: after.version,
        prev: after.hash,
        correlation: Uuid::nil(),
        causation: None,
        events: (registration("s", "").begin)(&"EXP-2026-000098".parse().unwrap()),
    };
    let (names, trace) = ("mesa".parse().unwrap(), Trace::begun(Uuid::nil()));
    let other = entry(&names, &aggregate, after.sequence, &other, trace).unwrap();
    log.append(other).await.unwrap();
    let moved = Registration {
        after,
        ..registration("s", "")
    };
    let series = series();
    let both = futures::join!(
        numbering.register(&series, moved),
        register(&numbering, "b")
    );
    assert!(matches!(both.0, Err(NumberingError::Moved)));
    assert_eq!(both.1.unwrap(), 1);
    assert_eq!(log.read(&aggregate, 0).await.unwrap().len(), 2);
}
