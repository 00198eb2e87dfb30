//! The declared days, with every version there has been of them.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::{Change, ChangeKind, Day, Days, Place, Region, Scope};

/// The number of a day: days of the common era.
pub(crate) fn number(on: NaiveDate) -> i64 {
    i64::from(on.num_days_from_ce())
}

/// The days that are declared, and how they came to be.
///
/// Its version is the number of changes it went through, so that two processes that have heard the
/// same facts speak of the same version, and every earlier one can be had again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    changes: Vec<Change>,
    in_force: BTreeMap<NaiveDate, BTreeMap<Scope, Day>>,
    suspending: Suspending,
}

/// The weekdays on which terms stand still, as sorted numbers. A day stands in the widest scope
/// that has it and in no narrower one, so that the three lists of a place can be counted and added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Suspending {
    nation: Vec<i64>,
    regions: BTreeMap<Region, Vec<i64>>,
    provinces: BTreeMap<Place, Vec<i64>>,
}

impl Calendar {
    /// The calendar that these days make, in this order.
    pub fn of(days: impl IntoIterator<Item = Day>) -> Self {
        let mut calendar = Self::default();
        days.into_iter().for_each(|day| calendar.declare(day));
        calendar
    }

    /// How many changes it went through.
    pub fn version(&self) -> u64 {
        self.changes.last().map_or(0, |change| change.version)
    }

    /// Takes in that `day` was declared; a day of the same date and scope is replaced.
    pub fn declare(&mut self, day: Day) {
        let on = day.on;
        let here = self.in_force.entry(on).or_default();
        here.insert(day.scope, day.clone());
        self.changed(ChangeKind::Declared, day);
        self.suspending.set(on, self.in_force.get(&on));
    }

    /// Takes in that the day was revoked; nothing is counted when it was none.
    pub fn revoke(&mut self, on: NaiveDate, scope: Scope) {
        let Some(here) = self.in_force.get_mut(&on) else {
            return;
        };
        let Some(day) = here.remove(&scope) else {
            return;
        };
        if here.is_empty() {
            self.in_force.remove(&on);
        }
        self.changed(ChangeKind::Revoked, day);
        self.suspending.set(on, self.in_force.get(&on));
    }

    fn changed(&mut self, kind: ChangeKind, day: Day) {
        let version = self.version() + 1;
        self.changes.push(Change { version, kind, day });
    }

    /// The calendar as it was at `version`.
    #[must_use]
    pub fn as_of(&self, version: u64) -> Self {
        let mut then = Self::default();
        for change in self
            .changes
            .iter()
            .take_while(|change| change.version <= version)
        {
            match change.kind {
                ChangeKind::Declared => then.declare(change.day.clone()),
                ChangeKind::Revoked => then.revoke(change.day.on, change.day.scope),
            }
        }
        then
    }

    /// What changed after `version`, in order.
    pub fn changes_since(&self, version: u64) -> &[Change] {
        let heard = self
            .changes
            .partition_point(|change| change.version <= version);
        self.changes.get(heard..).unwrap_or_default()
    }

    /// The day declared for exactly this date and scope.
    pub fn day(&self, on: NaiveDate, scope: Scope) -> Option<&Day> {
        self.in_force.get(&on)?.get(&scope)
    }

    /// Every day in force from `from` to `to`, both included, by date and then the widest first.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = &Day> {
        let range = (from <= to).then(|| self.in_force.range(from..=to));
        range
            .into_iter()
            .flatten()
            .flat_map(|(_, days)| days.values())
    }

    /// Every day in force.
    pub fn all(&self) -> impl Iterator<Item = &Day> {
        self.in_force.values().flat_map(BTreeMap::values)
    }

    /// The days of an office in `place`.
    pub fn at(&self, place: Option<Place>) -> Days<'_> {
        let none: &[i64] = &[];
        let region = place.and_then(|place| self.suspending.regions.get(&place.region()));
        let province = place.and_then(|place| self.suspending.provinces.get(&place));
        Days::new(
            self,
            place,
            [
                &self.suspending.nation,
                region.map_or(none, Vec::as_slice),
                province.map_or(none, Vec::as_slice),
            ],
        )
    }
}

impl Suspending {
    /// Sets what `on` is, from the days declared for it.
    fn set(&mut self, on: NaiveDate, days: Option<&BTreeMap<Scope, Day>>) {
        let number_ = number(on);
        remove(&mut self.nation, number_);
        self.regions
            .values_mut()
            .for_each(|list| remove(list, number_));
        self.provinces
            .values_mut()
            .for_each(|list| remove(list, number_));
        if on.weekday().num_days_from_monday() >= 5 {
            return;
        }
        let suspends = |day: &&Day| day.suspends_terms;
        // The scopes come widest first.
        for day in days.into_iter().flat_map(BTreeMap::values).filter(suspends) {
            let in_nation = self.nation.binary_search(&number_).is_ok();
            let in_region = |region: Region| {
                let list = self.regions.get(&region);
                list.is_some_and(|list| list.binary_search(&number_).is_ok())
            };
            match day.scope {
                Scope::Nation => insert(&mut self.nation, number_),
                Scope::Region(_) | Scope::Province(_) if in_nation => {}
                Scope::Region(region) => insert(self.regions.entry(region).or_default(), number_),
                Scope::Province(place) if in_region(place.region()) => {}
                Scope::Province(place) => insert(self.provinces.entry(place).or_default(), number_),
            }
        }
    }
}

fn insert(list: &mut Vec<i64>, number: i64) {
    if let Err(at) = list.binary_search(&number) {
        list.insert(at, number);
    }
}

fn remove(list: &mut Vec<i64>, number: i64) {
    if let Ok(at) = list.binary_search(&number) {
        list.remove(at);
    }
}
