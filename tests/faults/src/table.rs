//! The figures, as a table: a row for each fault.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::check::Verdict;
use crate::ledger::{Attempt, Outcome};
use crate::load::Seen;
use crate::roles::Kill;

/// What came of one fault under load.
#[derive(Clone, Debug)]
pub struct Row {
    /// Which fault.
    pub name: String,
    /// How often it was brought about.
    pub runs: u64,
    /// What the checker found.
    pub verdict: Verdict,
    /// What readers and clerks saw.
    pub seen: Seen,
    /// The first good command after each kill, in milliseconds.
    pub recoveries: BTreeMap<&'static str, Vec<u64>>,
}

impl Row {
    /// The first line of the table.
    #[must_use]
    pub fn head() -> String {
        "| fault | runs | attempts | acked | lost | doubled | differing | old reads | first good \
         command after a kill, p50/p99 ms |\n|---|---|---|---|---|---|---|---|---|"
            .to_owned()
    }

    /// Fails, and says what was found, unless everything is as was promised.
    pub fn must_hold(&self) {
        println!("{self}");
        assert!(
            self.holds(),
            "{}: {:#?} {:#?}",
            self.name,
            self.verdict,
            self.seen
        );
    }

    /// Takes in what came of another round.
    pub fn add(&mut self, other: Self) {
        let (own, verdict) = (&mut self.verdict, other.verdict);
        self.runs += other.runs;
        own.attempts += verdict.attempts;
        own.acked += verdict.acked;
        own.lost.extend(verdict.lost);
        own.doubled.extend(verdict.doubled);
        own.unsettled.extend(verdict.unsettled);
        own.differing += verdict.differing;
        self.seen.older += other.seen.older;
        self.seen.unlike.extend(other.seen.unlike);
        self.seen.reads += other.seen.reads;
        for (what, times) in other.recoveries {
            self.recoveries.entry(what).or_default().extend(times);
        }
    }

    /// Whether everything is as was promised.
    #[must_use]
    pub fn holds(&self) -> bool {
        let seen = &self.seen;
        seen.older == 0 && seen.unlike.is_empty() && self.verdict.holds()
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut recovered = String::new();
        for (what, times) in &self.recoveries {
            let (p50, p99) = (quantile(times, 50), quantile(times, 99));
            let _ = write!(recovered, "{what} {p50}/{p99} ({}) ", times.len());
        }
        let verdict = &self.verdict;
        write!(
            f,
            "| {} | {} | {} | {} | {} | {} | {} | {} of {} | {} |",
            self.name,
            self.runs,
            verdict.attempts,
            verdict.acked,
            verdict.lost.len(),
            verdict.doubled.len() + self.seen.unlike.len(),
            verdict.differing,
            self.seen.older,
            self.seen.reads,
            recovered.trim_end()
        )
    }
}

/// How long after each kill a command was acknowledged that began after it, in milliseconds.
#[must_use]
pub fn recoveries(kills: &[Kill], attempts: &[Attempt]) -> BTreeMap<&'static str, Vec<u64>> {
    let mut recoveries = BTreeMap::<_, Vec<u64>>::new();
    for kill in kills {
        let good = attempts
            .iter()
            .filter(|one| one.outcome == Outcome::Ok && one.begun >= kill.at);
        if let Some(first) = good.map(|one| one.ended).min() {
            let took = (first - kill.at) / 1_000;
            recoveries.entry(kill.what).or_default().push(took);
        }
    }
    recoveries
}

fn quantile(times: &[u64], percent: usize) -> u64 {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_time_that_was_measured() {
        assert_eq!(quantile(&[5, 1, 9], 50), 5);
        assert_eq!(quantile(&[5, 1, 9], 99), 9);
        assert_eq!(quantile(&[], 50), 0);
    }
}
