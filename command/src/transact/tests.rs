use std::sync::Arc;

use ::directory::{Directory, User};
use bytes::Bytes;
use domain::directory::{DirectoryRefusal, Office, OfficeCommand};
use events::{Aggregate, CommandId, Fingerprint, OfficeId, UserId};
use platform::clock::SystemClock;
use platform::http::IfMatch;
use platform::ids::SystemIds;
use platform::telemetry::trace::Trace;
use uuid::Uuid;

use super::transact;
use crate::asked::{Asked, Done, TransactError};
use crate::history::Asking;
use crate::log::faulty::{FaultyLog, Wrong};
use crate::log::{AppendError, Entry, EventLog, MemoryLog};
use crate::shell::{Histories, Shell};

type Outcome = Result<Done<Office>, TransactError<DirectoryRefusal>>;

struct Trial {
    shell: Shell,
    offices: Histories<Office>,
    log: Arc<MemoryLog>,
    faults: Arc<FaultyLog>,
}

impl Trial {
    fn with(plan: &[Wrong]) -> Self {
        Self::on(Arc::new(MemoryLog::default()), plan)
    }

    fn on(log: Arc<MemoryLog>, plan: &[Wrong]) -> Self {
        let faults = FaultyLog::new(log.clone(), plan);
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let names = "mesa".parse().unwrap();
        Self {
            shell: Shell::new(faults.clone(), names, clock, ids),
            offices: Histories::default(),
            log,
            faults,
        }
    }

    async fn ask(&self, key: &str, command: OfficeCommand) -> Outcome {
        self.ask_if(IfMatch::Absent, key, command).await
    }

    async fn ask_if(&self, if_match: IfMatch, key: &str, command: OfficeCommand) -> Outcome {
        let system = UserId::system();
        let asked = Asked {
            asking: Asking {
                command: CommandId::derive(system, "trial", key),
                request: Fingerprint::of("trial", format!("{command:?}").as_bytes()),
                user: system,
                trace: Trace::begun(Uuid::nil()),
            },
            user: &User::system(),
            directory: &Directory::default(),
            if_match,
        };
        transact(&self.shell, &self.offices, &office(), &command, &asked).await
    }

    async fn records(&self) -> usize {
        self.log.read(&office(), 0).await.unwrap().len()
    }
}

fn office() -> Aggregate {
    Aggregate::Office(OfficeId::of_code("MP"))
}

fn create() -> OfficeCommand {
    OfficeCommand::Create {
        code: "MP".to_owned(),
        name: "Mesa".to_owned(),
        parent: None,
    }
}

fn rename(name: &str) -> OfficeCommand {
    OfficeCommand::Change {
        name: name.to_owned(),
        parent: None,
    }
}

fn close() -> OfficeCommand {
    let reason = "done".to_owned();
    OfficeCommand::Close { reason }
}

fn reopen() -> OfficeCommand {
    let reason = "again".to_owned();
    OfficeCommand::Reopen { reason }
}

#[tokio::test]
async fn whatever_is_lost_on_the_way_the_effect_is_one() {
    for wrong in [
        Wrong::Nothing,
        Wrong::AnswerLost,
        Wrong::Lost,
        Wrong::Late,
        Wrong::Busy,
    ] {
        for then in [Wrong::Nothing, Wrong::AnswerLost, Wrong::Lost, Wrong::Late] {
            let trial = Trial::with(&[wrong, then]);
            let done = trial.ask("k", create()).await.unwrap();
            assert_eq!(done.history.version, 1, "{wrong:?} {then:?}");
            assert!(!done.replayed, "it is no retry: {wrong:?} {then:?}");
            tokio::time::sleep(std::time::Duration::from_millis(6)).await;
            let again = trial.ask("k", create()).await.unwrap();
            assert!(again.replayed);
            assert_eq!(trial.records().await, 1, "{wrong:?} {then:?}");
        }
    }
}

#[tokio::test]
async fn nobody_is_told_no_while_it_may_still_be_yes() {
    let trial = Trial::with(&[Wrong::Lost; 5]);
    let outcome = trial.ask("k", create()).await;
    assert!(
        matches!(outcome, Err(TransactError::Unknown)),
        "{outcome:?}"
    );
    assert!(trial.faults.is_through());
    for last in [Wrong::Full, Wrong::Away] {
        let trial = Trial::with(&[Wrong::Lost, last]);
        let outcome = trial.ask("k", create()).await;
        assert!(
            matches!(outcome, Err(TransactError::Unknown)),
            "{outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_log_that_takes_nothing_is_said_to_have_taken_nothing() {
    let full = Trial::with(&[Wrong::Full]).ask("k", create()).await;
    assert!(matches!(
        full,
        Err(TransactError::Append(AppendError::Full))
    ));
    let trial = Trial::with(&[Wrong::Away]);
    let away = trial.ask("k", create()).await;
    let Err(TransactError::Append(AppendError::Unavailable(_))) = away else {
        panic!("{away:?}");
    };
    assert_eq!(trial.records().await, 0);
}

#[tokio::test]
async fn others_that_keep_being_faster_are_said_so() {
    let outcome = Trial::with(&[Wrong::Busy; 5]).ask("k", create()).await;
    assert!(matches!(outcome, Err(TransactError::Contended)));
}

#[tokio::test]
async fn a_history_at_hand_that_is_behind_never_decides_a_no() {
    let here = Trial::with(&[]);
    here.ask("1", create()).await.unwrap();
    let there = Trial::on(here.log.clone(), &[]);
    there.ask("2", close()).await.unwrap();
    // Here the office still looks open, so that there seems nothing to reopen.
    let reopened = here.ask("3", reopen()).await.unwrap();
    assert_eq!(reopened.history.version, 3);
    assert_eq!(reopened.events.len(), 1);
    // There it still looks closed, so that there seems nothing to close.
    let closed = there.ask("4", close()).await.unwrap();
    assert_eq!(closed.history.version, 4);
    let current = here.ask_if(IfMatch::Version(4), "5", rename("Otra")).await;
    assert_eq!(current.unwrap().history.version, 5);
    let old = there.ask_if(IfMatch::Version(4), "6", rename("Otra")).await;
    assert!(matches!(
        old,
        Err(TransactError::Precondition { version: 5 })
    ));
}

#[tokio::test]
async fn what_is_done_already_leaves_no_record() {
    let trial = Trial::with(&[]);
    trial.ask("1", create()).await.unwrap();
    let done = trial.ask("2", rename("Mesa")).await.unwrap();
    assert_eq!((done.history.version, done.events.len()), (1, 0));
    let refused = trial.ask("3", create()).await;
    let Err(TransactError::Refused(DirectoryRefusal::Taken)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(trial.records().await, 1);
}

#[tokio::test]
async fn a_retry_is_recognised_after_a_hundred_others_and_answers_as_it_did() {
    let trial = Trial::with(&[]);
    trial.ask("1", create()).await.unwrap();
    let first = trial.ask("2", rename("A")).await.unwrap();
    for n in 0..100 {
        trial
            .ask(&format!("n{n}"), rename(&n.to_string()))
            .await
            .unwrap();
    }
    let again = trial.ask("2", rename("A")).await.unwrap();
    assert!(again.replayed);
    assert_eq!(again.history.version, first.history.version);
    assert_eq!(again.history.state, first.history.state);
    assert_eq!(again.events, first.events);
    let other = trial.ask("2", rename("B")).await;
    assert!(matches!(other, Err(TransactError::KeyReused)));
}

#[tokio::test]
async fn nothing_is_decided_on_a_history_that_was_tampered_with() {
    let trial = Trial::with(&[]);
    trial.ask("1", create()).await.unwrap();
    trial.ask("2", close()).await.unwrap();
    let records = trial.log.read(&office(), 0).await.unwrap();
    let forged = Arc::new(MemoryLog::default());
    let mut expected = 0;
    for (message_id, stored) in ["a", "b"].into_iter().zip(records) {
        let text = String::from_utf8(stored.bytes.to_vec()).unwrap();
        let body = Bytes::from(text.replace("Mesa", "Otra"));
        let entry = Entry {
            aggregate: office(),
            expected,
            message_id: message_id.to_owned(),
            headers: Vec::new(),
            body,
        };
        expected = forged.append(entry).await.unwrap();
    }
    let outcome = Trial::on(forged, &[]).ask("3", reopen()).await;
    assert!(
        matches!(outcome, Err(TransactError::Damaged(_))),
        "{outcome:?}"
    );
}
