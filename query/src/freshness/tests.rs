//! What is known after which notices.

use events::{DocumentId, OfficeId};
use uuid::Uuid;

use super::*;

fn notice(n: u64, sequence: u64, scopes: Vec<Scope>) -> Notice {
    Notice {
        instance: Uuid::nil(),
        n,
        position: Position::new("MESA_LOG", sequence),
        scopes,
        documents: Vec::new(),
    }
}

fn office(code: &str) -> Scope {
    Scope::Office(OfficeId::of_code(code))
}

#[test]
fn nothing_is_kept_before_the_first_notice() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    assert_eq!(freshness.counter(&[Scope::Documents]), None);
    freshness.take(&notice(5, 9, vec![]), None);
    assert!(freshness.counter(&[Scope::Documents]).is_some());
    assert_eq!(freshness.known(), 9);
}

#[test]
fn a_change_moves_the_counter_of_its_scopes_alone() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let first = notice(1, 1, vec![]);
    freshness.take(&first, None);
    let (a, b) = (
        freshness.counter(&[office("A")]),
        freshness.counter(&[office("B")]),
    );
    freshness.take(&notice(2, 2, vec![office("A")]), Some(&first));
    assert_ne!(freshness.counter(&[office("A")]), a);
    assert_eq!(freshness.counter(&[office("B")]), b);
    assert_ne!(freshness.counter(&[office("B"), office("A")]), b);
}

#[test]
fn a_named_document_is_a_scope_too() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let (first, id) = (notice(1, 1, vec![]), DocumentId(Uuid::from_u128(7)));
    freshness.take(&first, None);
    let before = freshness.counter(&[Scope::Document(id)]);
    let mut second = notice(2, 2, vec![]);
    second.documents.push(id);
    freshness.take(&second, Some(&first));
    assert_ne!(freshness.counter(&[Scope::Document(id)]), before);
}

#[test]
fn a_missed_notice_moves_everything() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let first = notice(1, 1, vec![]);
    freshness.take(&first, None);
    let before = freshness.counter(&[office("A")]);
    freshness.take(&notice(3, 3, vec![]), Some(&first));
    assert_ne!(freshness.counter(&[office("A")]), before);
}

#[test]
fn silence_switches_off_and_a_notice_that_follows_finds_everything_again() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let first = notice(1, 1, vec![]);
    freshness.take(&first, None);
    let before = freshness.counter(&[office("A")]);
    freshness.doubt("test");
    assert_eq!(freshness.counter(&[office("A")]), None);
    freshness.take(&notice(2, 1, vec![]), Some(&first));
    assert_eq!(freshness.counter(&[office("A")]), before);
}

#[test]
fn those_who_follow_are_told_what_changed_and_nothing_by_a_heartbeat() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let mut stirs = freshness.stirs();
    let first = notice(1, 1, vec![]);
    freshness.take(&first, None);
    assert!(matches!(stirs.try_recv(), Ok(Stir::Anything)));
    let second = notice(2, 1, vec![]);
    freshness.take(&second, Some(&first));
    assert!(stirs.try_recv().is_err());
    let third = notice(3, 2, vec![office("A")]);
    freshness.take(&third, Some(&second));
    assert!(matches!(stirs.try_recv(), Ok(Stir::Named(_))));
    freshness.take(&notice(5, 3, vec![office("A")]), Some(&third));
    assert!(matches!(stirs.try_recv(), Ok(Stir::Anything)));
    freshness.doubt("test");
    assert!(matches!(stirs.try_recv(), Ok(Stir::Anything)));
}

#[test]
fn the_checkpoint_says_more_than_was_told() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let first = notice(1, 1, vec![]);
    freshness.take(&first, None);
    assert!(matches!(freshness.now(&[office("A")]), (1, Some(_))));
    freshness.learn(2);
    assert_eq!(freshness.now(&[office("A")]), (2, None));
    freshness.take(&notice(2, 2, vec![office("A")]), Some(&first));
    assert!(matches!(freshness.now(&[office("A")]), (2, Some(_))));
}

#[test]
fn a_counter_is_never_found_beside_a_position_before_it() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    let mut before = notice(1, 1, vec![]);
    freshness.take(&before, None);
    let over = AtomicBool::new(false);
    std::thread::scope(|threads| {
        threads.spawn(|| {
            // Each notice changes the office, so the counter is as many as were heard.
            for n in 2..=20_000 {
                let next = notice(n, n, vec![office("A")]);
                freshness.take(&next, Some(&before));
                before = next;
            }
            over.store(true, Ordering::Release);
        });
        while !over.load(Ordering::Acquire) {
            let (known, counter) = freshness.now(&[office("A")]);
            assert_eq!(counter, Some(known));
        }
    });
}

#[test]
fn the_known_position_never_goes_back() {
    let freshness = Freshness::new("MESA_LOG".to_owned());
    freshness.learn(7);
    freshness.learn(3);
    assert_eq!(freshness.known(), 7);
}
