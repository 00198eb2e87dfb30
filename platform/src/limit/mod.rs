//! How much may be asked for, by whom: users, API keys, and addresses of those who are nobody yet.
//!
//! Each process counts for itself, so that no request waits for a count and none is let through for
//! lack of one; with Redis the counts of all processes are brought together ten times a second.
//! `platform::http::limit` asks here before each request.

pub mod address;
pub mod config;
mod counts;
mod rates;
mod shared;
mod whom;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

pub use config::Limits;
pub use counts::{Left, Standing};
pub use rates::{NoRates, Rate, Rates};
pub use whom::{Whom, network};

use crate::metrics::catalogue;
use crate::redis::Redis;
use crate::tasks::Tasks;
use address::Proxies;
use config::Switch;
use counts::Counts;
use shared::{AT_ONCE, Shared};

/// Between two times that processes tell each other what was used.
const EVERY: Duration = Duration::from_millis(100);

/// After how many of those the counts are cleaned: ten seconds.
const CLEANED: u32 = 100;

/// What is asked before each request. Clones share it.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

struct Inner {
    limits: Limits,
    proxies: Proxies,
    counts: Counts,
    begun: Instant,
    /// Whether the counts were last brought together with those of the others.
    together: AtomicBool,
    role: &'static str,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate")
            .field("role", &self.role)
            .field("limits", &self.limits)
            .field("together", &self.together)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate with these limits, for `role`; with Redis, the counts of everybody who has the same
    /// `namespace` there are one.
    #[must_use]
    pub fn open(
        limits: &Limits,
        redis: Option<Redis>,
        namespace: &str,
        role: &'static str,
        tasks: &Tasks,
    ) -> Self {
        let gate = Self(Arc::new(Inner {
            proxies: limits.proxies(),
            limits: limits.clone(),
            counts: Counts::new(),
            begun: Instant::now(),
            together: AtomicBool::new(false),
            role,
        }));
        let shared = redis.map(|redis| Shared::new(redis, namespace));
        let working = gate.clone();
        tasks.spawn_until_stop(async move { working.work(shared).await });
        gate
    }

    /// Where the request comes from that `peer` brought with these headers.
    #[must_use]
    pub fn origin(&self, peer: Option<IpAddr>, headers: &axum::http::HeaderMap) -> IpAddr {
        self.0
            .proxies
            .origin(peer.unwrap_or(address::UNKNOWN), headers)
    }

    /// The rates that hold for a user or a key.
    #[must_use]
    pub fn of_user(&self, is_integration: bool) -> Rates {
        self.unless_off(if is_integration {
            self.0.limits.integration
        } else {
            self.0.limits.user
        })
    }

    /// The rates that hold for who gives no credential.
    #[must_use]
    pub fn of_address(&self) -> Rates {
        self.unless_off(self.0.limits.address)
    }

    /// The rates that hold for wrong keys and tokens.
    #[must_use]
    pub fn of_wrong_keys(&self) -> Rates {
        self.unless_off(self.0.limits.wrong_keys)
    }

    /// The rates that hold for wrong passwords; always.
    #[must_use]
    pub fn of_wrong_passwords(&self) -> Rates {
        self.0.limits.wrong_passwords
    }

    /// Uses one of each of `rates` of `whom`, if each has one left; else it says how long to wait.
    #[must_use]
    pub fn take(&self, whom: Whom, rates: &Rates) -> Standing {
        let standing = self.0.counts.take(whom, rates, self.now());
        if standing.wait.is_some() {
            self.count_limited(whom);
        }
        standing
    }

    /// How long to wait for one of each of `rates`, using none.
    #[must_use]
    pub fn look(&self, whom: Whom, rates: &Rates) -> Option<Duration> {
        let wait = self.0.counts.look(whom, rates, self.now());
        if wait.is_some() {
            self.count_limited(whom);
        }
        wait
    }

    /// Uses one of each of `rates`, as far as there are any.
    pub fn charge(&self, whom: Whom, rates: &Rates) {
        self.0.counts.charge(whom, rates, self.now());
    }

    /// Whether the counts were last brought together with those of the other processes.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.together.load(Ordering::Relaxed)
    }

    fn unless_off(&self, rates: Rates) -> Rates {
        match self.0.limits.are {
            Switch::On => rates,
            Switch::Off => Rates::OFF,
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn count_limited(&self, whom: Whom) {
        let source = if self.is_shared() { "shared" } else { "local" };
        catalogue::LIMITED
            .counter([whom.word(), source])
            .increment(1);
    }

    /// Tells and learns, and cleans up, until it is dropped.
    async fn work(&self, shared: Option<Shared>) {
        let gauge = catalogue::LIMITS_SHARED.gauge([self.0.role]);
        for round in 1_u32.. {
            tokio::time::sleep(EVERY).await;
            if let Some(shared) = &shared {
                self.tell(shared).await;
                gauge.set(if self.is_shared() { 1.0 } else { 0.0 });
            } else {
                // There is nobody to tell.
                while !self.0.counts.untold(self.now(), AT_ONCE).is_empty() {}
            }
            if round % CLEANED == 0 {
                self.0.counts.clean(self.now());
            }
        }
    }

    /// Tells what was used here, and learns what was used everywhere.
    async fn tell(&self, shared: &Shared) {
        let counts = &self.0.counts;
        loop {
            let told = counts.untold(self.now(), AT_ONCE);
            if told.is_empty() {
                return;
            }
            let begun = Instant::now();
            match shared.add(&told).await {
                Ok(all) => {
                    // What came back while the answer was on its way came back for everybody.
                    let late = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
                    for (one, all) in told.iter().zip(all) {
                        counts.learn(one, all.saturating_sub(late), self.now());
                    }
                    self.says(true);
                }
                Err(error) => {
                    counts.was_not_told(&told);
                    if self.says(false) {
                        tracing::warn!(%error, "limits are counted by each process alone: Redis does not answer");
                    }
                    return;
                }
            }
            if told.len() < AT_ONCE {
                return;
            }
        }
    }

    /// Remembers whether counts are brought together; says whether that is new.
    fn says(&self, together: bool) -> bool {
        let before = self.0.together.swap(together, Ordering::Relaxed);
        if together && !before {
            tracing::info!("limits are counted by all processes together");
        }
        before != together
    }
}
