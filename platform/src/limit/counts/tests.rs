//! Counts by themselves, and told to each other.

use std::net::Ipv4Addr;

use super::*;

const SECOND: u64 = 1_000_000;

fn whom(last: u8) -> Whom {
    Whom::Address(Ipv4Addr::new(203, 0, 113, last).into())
}

fn go_on(counts: &Counts, now: u64) -> bool {
    let rates = Rates::of(10, 30);
    counts.take(whom(1), &rates, now).wait.is_none()
}

#[test]
fn as_many_as_there_are_go_on_and_the_next_waits_until_one_has_come_back() {
    let counts = Counts::new();
    for _ in 0..10 {
        assert!(go_on(&counts, 0));
    }
    let standing = counts.take(whom(1), &Rates::of(10, 30), 0);
    assert_eq!(standing.wait, Some(Duration::from_secs(6)));
    let counted = standing.left.map(|left| left.map(|left| left.count));
    assert_eq!(counted, [Some(0), Some(20)]);
    assert!(!go_on(&counts, 5 * SECOND));
    assert!(go_on(&counts, 6 * SECOND));
    assert!(!go_on(&counts, 6 * SECOND));
    assert_eq!(counts.take(whom(2), &Rates::of(10, 30), 0).wait, None);
}

#[test]
fn the_hour_holds_when_every_minute_was_within_its_own() {
    let counts = Counts::new();
    let minute = 60 * SECOND;
    let gone_on = (0..60)
        .flat_map(|at| std::iter::repeat_n(at * minute, 10))
        .filter(|now| go_on(&counts, *now))
        .count();
    // Thirty at once, and thirty that came back in the hour.
    assert!((58..=60).contains(&gone_on), "{gone_on}");
}

#[test]
fn looking_uses_nothing_and_wrong_ones_count_only_to_the_full() {
    let (counts, rates) = (Counts::new(), Rates::one(2, Duration::from_mins(1)));
    for _ in 0..100 {
        assert_eq!(counts.look(whom(1), &rates, 0), None);
    }
    for _ in 0..100 {
        counts.charge(whom(1), &rates, 0);
    }
    let wait = counts.look(whom(1), &rates, 0);
    assert_eq!(wait, Some(Duration::from_secs(30)), "and not longer");
    assert_eq!(counts.look(whom(1), &rates, 30 * SECOND), None);
}

#[test]
fn who_has_everything_again_is_forgotten() {
    let counts = Counts::new();
    for last in 0..200 {
        counts.take(whom(last), &Rates::of(10, 30), 0);
    }
    counts.untold(0, usize::MAX);
    counts.clean(119 * SECOND);
    assert_eq!(counts.len(), 200);
    counts.clean(120 * SECOND);
    assert_eq!(counts.len(), 0);
}

/// A place where everything used is added up, as Redis does.
#[derive(Default)]
struct Common(HashMap<(Whom, usize), u64>);

impl Common {
    fn hear(&mut self, counts: &Counts, now: u64) {
        for told in counts.untold(now, usize::MAX) {
            let until = self.0.entry((told.whom, told.place)).or_default();
            *until = (*until).max(now) + told.used;
            counts.learn(&told, *until - now, now);
        }
    }
}

#[test]
fn processes_that_tell_each_other_give_together_what_one_would() {
    let (one, other, mut common) = (Counts::new(), Counts::new(), Common::default());
    let mut gone_on = 0;
    for _ in 0..10 {
        for counts in [&one, &other] {
            gone_on += usize::from(go_on(counts, 0));
            common.hear(counts, 0);
        }
    }
    assert!((10..=11).contains(&gone_on), "{gone_on}");
    assert!(!go_on(&one, 0) && !go_on(&other, 0));
}

#[test]
fn what_could_not_be_told_is_told_later_unless_it_has_come_back() {
    let (one, mut common) = (Counts::new(), Common::default());
    for _ in 0..10 {
        assert!(go_on(&one, 0));
    }
    let lost = one.untold(0, usize::MAX);
    assert!(one.untold(0, usize::MAX).is_empty());
    one.was_not_told(&lost);
    common.hear(&one, 30 * SECOND);
    let until = common.0[&(whom(1), 0)];
    assert_eq!(until, 60 * SECOND, "thirty of sixty seconds are left");
    one.was_not_told(&lost);
    assert!(one.untold(7200 * SECOND, usize::MAX).is_empty());
}

#[test]
fn nobody_waits_longer_than_the_rate_lasts_whatever_is_heard() {
    let counts = Counts::new();
    counts.take(whom(1), &Rates::of(10, 30), 0);
    for told in counts.untold(0, usize::MAX) {
        counts.learn(&told, u64::MAX, 0);
    }
    let wait = counts.look(whom(1), &Rates::of(10, 30), 0).unwrap();
    assert!(wait <= Duration::from_mins(2), "{wait:?}");
}
