//! The clock against a model that walks day by day (I8), over twenty years of random calendars.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use calendar::{Calendar, Count, Day, Days, Pause, Period, Place, Rule, Scope, Since, Term};
use chrono::{Datelike, Months, NaiveDate, Weekday};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const PLACES: [&str; 4] = ["0801", "0802", "1501", "2501"];
const SCOPES: [&str; 6] = [
    "nation",
    "region:08",
    "region:15",
    "province:0801",
    "province:0802",
    "province:1501",
];

fn date() -> impl Strategy<Value = NaiveDate> {
    // 1 January 2020 and twenty years on.
    (737_425..737_425 + 20 * 365).prop_map(|n| NaiveDate::from_num_days_from_ce_opt(n).unwrap())
}

fn day() -> impl Strategy<Value = Day> {
    (date(), select(&SCOPES[..]), prop::bool::weighted(0.8)).prop_map(|(on, scope, suspends)| Day {
        on,
        scope: scope.parse().unwrap(),
        name: format!("{scope} {on}"),
        legal_basis: "D. S.".to_owned(),
        suspends_terms: suspends,
    })
}

/// Many days spread over the years, and a thick cluster around `around`.
fn calendar(around: NaiveDate) -> impl Strategy<Value = (Calendar, Vec<usize>)> {
    let near = prop::collection::vec((day(), 0..90_u64), 0..40).prop_map(move |days| {
        days.into_iter()
            .map(|(day, later)| Day {
                on: around + chrono::Days::new(later),
                ..day
            })
            .collect::<Vec<_>>()
    });
    (
        near,
        prop::collection::vec(day(), 0..200),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(near, far, index)| {
            let calendar = Calendar::of(near.into_iter().chain(far));
            let count = calendar.all().count();
            let revoked = if count == 0 {
                vec![]
            } else {
                vec![index.index(count)]
            };
            (calendar, revoked)
        })
}

fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        4 => (1..120_u16).prop_map(Period::BusinessDays),
        2 => (1..120_u16).prop_map(Period::CalendarDays),
        2 => (1..14_u16).prop_map(Period::Months),
    ]
}

fn pauses(from: NaiveDate) -> impl Strategy<Value = Vec<Pause>> {
    prop::collection::vec(0..30_u64, 4..=4).prop_flat_map(move |steps| {
        let mut at = from;
        let mut edges = steps.into_iter().map(|step| {
            at = at + chrono::Days::new(step);
            at
        });
        let mut all = vec![];
        while let (Some(from), Some(until)) = (edges.next(), edges.next()) {
            all.push(Pause { from, until });
        }
        subsequence(all, 0..=2)
    })
}

fn count() -> impl Strategy<Value = Count> {
    (date(), period(), prop_oneof![2 => Just(0), 1 => 1..20_u32]).prop_flat_map(
        |(from, period, extended_by)| {
            pauses(from).prop_map(move |pauses| Count {
                extended_by,
                pauses,
                ..Count::new(Rule::DocumentType, period, Since::Filed, from)
            })
        },
    )
}

fn case() -> impl Strategy<Value = (Count, Calendar, Vec<usize>, Option<Place>)> {
    let place = prop::option::of(select(&PLACES[..]).prop_map(|text| text.parse().unwrap()));
    (count(), place).prop_flat_map(|(count, place)| {
        let all = calendar(count.counted_from);
        all.prop_map(move |(calendar, revoked)| (count.clone(), calendar, revoked, place))
    })
}

/// The model: no arithmetic, only one day after the other.
struct Model<'a> {
    days: Vec<&'a Day>,
    pauses: &'a [Pause],
}

impl Model<'_> {
    fn weekend(on: NaiveDate) -> bool {
        matches!(on.weekday(), Weekday::Sat | Weekday::Sun)
    }

    fn is_off(&self, on: NaiveDate, suspending_only: bool) -> bool {
        let off = |day: &&&Day| day.on == on && (day.suspends_terms || !suspending_only);
        Self::weekend(on) || self.days.iter().any(|day| off(&day))
    }

    fn stands(&self, on: NaiveDate) -> bool {
        self.pauses
            .iter()
            .any(|pause| pause.from <= on && on < pause.until)
    }

    fn walk(
        &self,
        mut on: NaiveDate,
        mut left: i64,
        counts: impl Fn(NaiveDate) -> bool,
    ) -> NaiveDate {
        while left > 0 {
            on = on.succ_opt().unwrap();
            if counts(on) && !self.stands(on) {
                left -= 1;
            }
        }
        on
    }

    fn end(&self, mut on: NaiveDate) -> NaiveDate {
        while self.is_off(on, false) || self.stands(on) {
            on = on.succ_opt().unwrap();
        }
        on
    }

    fn due(&self, count: &Count) -> NaiveDate {
        let from = count.counted_from;
        let business = |on| !self.is_off(on, true);
        let base = match count.period {
            Period::BusinessDays(n) => self.walk(from, n.into(), business),
            Period::CalendarDays(n) => {
                let first = self.walk(from, 1, business);
                self.walk(first, i64::from(n) - 1, |_| true)
            }
            Period::Months(n) => {
                let mut end = from + Months::new(n.into());
                if end.day() != from.day() {
                    end = end.succ_opt().unwrap();
                }
                self.walk(from, (end - from).num_days(), |_| true)
            }
            Period::Until(date) => return date,
        };
        let base = self.end(base);
        if count.extended_by == 0 {
            return base;
        }
        self.end(self.walk(base, count.extended_by.into(), business))
    }
}

fn model<'a>(days: Days<'a>, count: &'a Count) -> Model<'a> {
    let declared = days.declared(NaiveDate::MIN, NaiveDate::MAX).collect();
    Model {
        days: declared,
        pauses: &count.pauses,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// I8, T1: the same due date as counting on one's fingers, and a business day.
    #[test]
    fn i8_a_due_date_is_the_business_day_that_walking_finds((count, calendar, _, place) in case()) {
        let days = calendar.at(place);
        let term = days.term(count.clone());
        prop_assert_eq!(term.due_on, model(days, &count).due(&count));
        prop_assert!(days.is_business_day(term.due_on));
        prop_assert!(days.counts(term.due_on));
    }

    /// I8: what is stored is enough to compute it again, from the version it names.
    #[test]
    fn i8_a_stored_term_is_recomputed_from_its_version((count, mut calendar, revoked, place) in case()) {
        let term = calendar.at(place).term(count);
        let stored = serde_json::to_string(&term).unwrap();
        let read: Term = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(&read, &term);
        for index in revoked {
            let day = calendar.all().nth(index).unwrap().clone();
            calendar.revoke(day.on, day.scope);
        }
        prop_assert_eq!(read.recomputed(&calendar.as_of(read.calendar_version)), term);
    }

    /// T2: a change that does not touch a term leaves it as it is, but for the version.
    #[test]
    fn t2_only_a_change_that_touches_a_term_makes_it_another(
        (count, mut calendar, revoked, place) in case(), more in day(),
    ) {
        let term = calendar.at(place).term(count);
        for index in revoked {
            let day = calendar.all().nth(index).unwrap().clone();
            calendar.revoke(day.on, day.scope);
        }
        calendar.declare(more);
        let changes = calendar.changes_since(term.calendar_version);
        prop_assert!(!changes.is_empty());
        let now = term.recomputed(&calendar);
        if !changes.iter().any(|change| term.is_touched_by(change)) {
            prop_assert_eq!(now.due_on, term.due_on);
            prop_assert_eq!(now.skipped, term.skipped);
        }
    }

    /// T4: every day between the first and the last is counted, named, or a weekend.
    #[test]
    fn t4_each_day_of_a_term_is_counted_or_named((count, calendar, _, place) in case()) {
        let days = calendar.at(place);
        let term = days.term(Count { pauses: vec![], ..count });
        let named: BTreeSet<_> = term.skipped.iter().map(|day| day.on).collect();
        prop_assert_eq!(named.len(), term.skipped.len());
        if let Period::BusinessDays(length) = term.period {
            let all = (term.due_on - term.counted_from).num_days();
            let gone = i64::from(term.weekend_days) + i64::try_from(named.len()).unwrap();
            prop_assert_eq!(all - gone, i64::from(length) + i64::from(term.extended_by));
        }
        for on in &named {
            prop_assert!(days.declared(*on, *on).next().is_some());
        }
    }

    /// Counting forth and back agree.
    #[test]
    fn counting_the_days_up_to_the_end_gives_the_length((count, calendar, _, place) in case(), n in 1..200_u32) {
        let days = calendar.at(place);
        let end = days.due_after(count.counted_from, n);
        let nothing = Count::new(Rule::Law, Period::BusinessDays(1), Since::Filed, count.counted_from);
        let model = model(days, &nothing);
        let walked = model.walk(count.counted_from, n.into(), |on| !model.is_off(on, true));
        prop_assert_eq!(days.counted(count.counted_from, walked), i64::from(n));
        prop_assert_eq!(end, model.end(walked));
        prop_assert_eq!(days.counted(walked, count.counted_from), -i64::from(n));
    }
}

#[test]
fn a_calendar_knows_each_of_its_versions() {
    let scope: Scope = "region:08".parse().unwrap();
    let on = NaiveDate::from_ymd_opt(2026, 6, 24).unwrap();
    let mut calendar = Calendar::of(calendar::national::days());
    let before = calendar.clone();
    calendar.declare(Day {
        on,
        scope,
        name: "Inti Raymi".to_owned(),
        legal_basis: "Ley 30826".to_owned(),
        suspends_terms: true,
    });
    let declared = calendar.clone();
    calendar.revoke(on, scope);
    calendar.revoke(on, scope);
    assert_eq!(calendar.version(), 66);
    assert_eq!(calendar.as_of(64), before);
    assert_eq!(calendar.as_of(65), declared);
    assert_eq!(calendar.changes_since(64).len(), 2);
    let cusco = "0801".parse().ok();
    assert!(!declared.at(cusco).is_business_day(on));
    assert!(declared.at("1501".parse().ok()).is_business_day(on));
    assert!(calendar.at(cusco).is_business_day(on));
}
