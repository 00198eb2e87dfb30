//! What was used of each limit, as this process knows it.
//!
//! Of each who, and for each rate, one number is kept: the moment at which all of it will have
//! come back (the *generic cell rate algorithm*). What lies between now and then is what was used,
//! as a time; one more takes the time in which one comes back, and fits while the sum is no longer
//! than the rate's own. Such a number can be looked at without changing it, and what other
//! processes used can be added: see [`super::shared`].

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::rates::{MOST, Rate, Rates};
use super::whom::Whom;

/// Parts of the table, each behind a lock of its own.
const SHARDS: usize = 64;

/// What is known of who asks.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    used: [Used; MOST],
    /// Whether it waits to be told.
    listed: bool,
}

/// What was used of one rate.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    /// When all of it will have come back, in microseconds of the process.
    until: u64,
    /// What nobody else was told of yet, in microseconds.
    untold: u64,
    /// The whole rate, in microseconds.
    window: u64,
}

/// How it stands with one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rate.
    pub rate: Rate,
    /// How many may still come at once.
    pub count: u64,
    /// In how long all of them may again.
    pub whole_in: Duration,
}

/// What is said to who asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How long to wait; none: go on.
    pub wait: Option<Duration>,
    /// How it stands with each rate.
    pub left: [Option<Left>; MOST],
}

/// What was used by somebody since it was last told, to be told to the other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) whom: Whom,
    pub(super) place: usize,
    pub(super) used: u64,
    pub(super) window: u64,
}

#[derive(Debug, Default)]
struct Shard {
    counts: HashMap<Whom, Count>,
    untold: Vec<Whom>,
}

/// All that was used.
#[derive(Debug)]
pub(super) struct Counts {
    shards: Vec<Mutex<Shard>>,
    hasher: RandomState,
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Uses one of each of `rates`, if each has one left.
    pub(super) fn take(&self, whom: Whom, rates: &Rates, now: u64) -> Standing {
        self.at(whom, |shard| {
            let count = shard.counts.entry(whom).or_default();
            let wait = count.wait(rates, now);
            if wait.is_none() {
                count.charge(rates, now);
                shard.list(whom);
            }
            shard.standing(whom, rates, now, wait)
        })
    }

    /// Uses one of each of `rates`, as far as there are any.
    pub(super) fn charge(&self, whom: Whom, rates: &Rates, now: u64) {
        self.at(whom, |shard| {
            shard.counts.entry(whom).or_default().charge(rates, now);
            shard.list(whom);
        });
    }

    /// How long to wait for one of each of `rates`, using none.
    pub(super) fn look(&self, whom: Whom, rates: &Rates, now: u64) -> Option<Duration> {
        self.at(whom, |shard| shard.counts.get(&whom)?.wait(rates, now))
    }

    /// What nobody else was told of yet; it counts as told now.
    pub(super) fn untold(&self, now: u64, most: usize) -> Vec<Told> {
        let mut told = Vec::new();
        for shard in &self.shards {
            let mut shard = lock(shard);
            while told.len() < most {
                let Some(whom) = shard.untold.pop() else {
                    break;
                };
                let Some(count) = shard.counts.get_mut(&whom) else {
                    continue;
                };
                count.listed = false;
                for (place, used) in count.used.iter_mut().enumerate() {
                    // What has come back meanwhile is nobody's concern.
                    let still = used.until.saturating_sub(now).min(used.untold);
                    used.untold = 0;
                    if still > 0 {
                        told.push(Told {
                            whom,
                            place,
                            used: still,
                            window: used.window,
                        });
                    }
                }
            }
        }
        told
    }

    /// Takes it back that this was told.
    pub(super) fn was_not_told(&self, told: &[Told]) {
        for one in told {
            self.at(one.whom, |shard| {
                if let Some(count) = shard.counts.get_mut(&one.whom) {
                    count.used[one.place].untold += one.used;
                    shard.list(one.whom);
                }
            });
        }
    }

    /// Learns that all processes together have used `all` of what was told, in microseconds.
    pub(super) fn learn(&self, told: &Told, all: u64, now: u64) {
        self.at(told.whom, |shard| {
            if let Some(count) = shard.counts.get_mut(&told.whom) {
                let used = &mut count.used[told.place];
                let all = all.saturating_add(used.untold).min(used.window);
                used.until = used.until.max(now.saturating_add(all));
            }
        });
    }

    /// Forgets those who have everything again.
    pub(super) fn clean(&self, now: u64) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            let is_whole = |count: &Count| count.used.iter().all(|used| used.until <= now);
            shard
                .counts
                .retain(|_, count| count.listed || !is_whole(count));
        }
    }

    /// Of how many something is known.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(|one| lock(one).counts.len()).sum()
    }

    fn at<T>(&self, whom: Whom, act: impl FnOnce(&mut Shard) -> T) -> T {
        let place = usize::try_from(self.hasher.hash_one(whom) % SHARDS as u64).unwrap_or_default();
        act(&mut lock(&self.shards[place]))
    }
}

impl Shard {
    /// Notes that there is something to be told of `whom`.
    fn list(&mut self, whom: Whom) {
        if let Some(count) = self.counts.get_mut(&whom)
            && !count.listed
        {
            count.listed = true;
            self.untold.push(whom);
        }
    }

    fn standing(&self, whom: Whom, rates: &Rates, now: u64, wait: Option<Duration>) -> Standing {
        let mut left = [None; MOST];
        if let Some(count) = self.counts.get(&whom) {
            for ((left, used), rate) in left.iter_mut().zip(&count.used).zip(rates.each()) {
                let gone = used.until.saturating_sub(now);
                *left = Some(Left {
                    rate,
                    count: rate.window().saturating_sub(gone) / rate.interval(),
                    whole_in: Duration::from_micros(gone),
                });
            }
        }
        Standing { wait, left }
    }
}

impl Count {
    fn wait(&self, rates: &Rates, now: u64) -> Option<Duration> {
        let each = self.used.iter().zip(rates.each());
        let over = each.filter_map(|(used, rate)| {
            let one_more = used.until.saturating_sub(now) + rate.interval();
            one_more.checked_sub(rate.window()).filter(|over| *over > 0)
        });
        over.max().map(Duration::from_micros)
    }

    fn charge(&mut self, rates: &Rates, now: u64) {
        for (used, rate) in self.used.iter_mut().zip(rates.each()) {
            used.window = rate.window();
            let whole = now + rate.window();
            used.until = (used.until.max(now) + rate.interval()).min(whole);
            used.untold += rate.interval();
        }
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
