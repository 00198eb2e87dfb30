//! The faults: each is brought about under load, and over when it returns.

use std::time::Duration;

use futures::future::join_all;
use kit::{Chance, Kind};
use tokio::time::sleep;

use crate::institution::document;
use crate::load::Load;
use crate::points::POINTS;
use crate::proxy::{Edge, Proxy};
use crate::roles::Role;
use crate::site::Site;

/// How long something hangs that hangs: longer than everybody's patience, shorter than the load's.
const HANG: Duration = Duration::from_millis(2_500);
/// Clients that ask for the same under the same key at once.
const SAME: usize = 64;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A command side is killed.
    CommandKilled,
    /// A projector is killed.
    ProjectorKilled,
    /// The query side is killed.
    QueryKilled,
    /// NATS is killed.
    LogKilled,
    /// `PostgreSQL` is killed.
    RowsKilled,
    /// Redis is killed.
    HotKilled,
    /// Redis forgets everything.
    HotFlushed,
    /// NATS hangs.
    LogHangs,
    /// `PostgreSQL` hangs.
    RowsHang,
    /// Redis hangs.
    HotHangs,
    /// A command side hangs, and wakes up.
    CommandSleeps,
    /// A projector hangs until the other has taken over, and wakes up.
    ProjectorSleeps,
    /// What is published arrives, and its acknowledgement does not.
    AcksLost,
    /// The connections to NATS stand, and nothing comes through.
    LogHalfOpen,
    /// The connections to NATS are refused for a moment.
    LogCut,
    /// Every edge is slow.
    EdgesSlow,
    /// Every connection is reset: what was on its way to the projector is delivered again.
    Redelivery,
    /// The same is asked under the same key by many at once, of both command sides.
    SameKey,
    /// A process ends at a crash point, one of those that the roles have.
    CrashPoint(usize),
}

impl Fault {
    /// All kinds, the crash points not counted.
    pub const ALL: [Self; 18] = [
        Self::CommandKilled,
        Self::ProjectorKilled,
        Self::QueryKilled,
        Self::LogKilled,
        Self::RowsKilled,
        Self::HotKilled,
        Self::HotFlushed,
        Self::LogHangs,
        Self::RowsHang,
        Self::HotHangs,
        Self::CommandSleeps,
        Self::ProjectorSleeps,
        Self::AcksLost,
        Self::LogHalfOpen,
        Self::LogCut,
        Self::EdgesSlow,
        Self::Redelivery,
        Self::SameKey,
    ];

    /// What it is called in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CommandKilled => "command killed",
            Self::ProjectorKilled => "projector killed",
            Self::QueryKilled => "query killed",
            Self::LogKilled => "NATS killed",
            Self::RowsKilled => "PostgreSQL killed",
            Self::HotKilled => "Redis killed",
            Self::HotFlushed => "Redis flushed",
            Self::LogHangs => "NATS hangs",
            Self::RowsHang => "PostgreSQL hangs",
            Self::HotHangs => "Redis hangs",
            Self::CommandSleeps => "command sleeps and wakes",
            Self::ProjectorSleeps => "projector sleeps and wakes",
            Self::AcksLost => "acknowledgements lost",
            Self::LogHalfOpen => "NATS half-open",
            Self::LogCut => "NATS cut off",
            Self::EdgesSlow => "every edge slow",
            Self::Redelivery => "connections reset, redelivery",
            Self::SameKey => "64 clients with one key",
            Self::CrashPoint(place) => POINTS[place].name,
        }
    }

    /// Brings it about once, and ends it.
    pub async fn strike(self, site: &Site, load: &Load<'_>, chance: &mut Chance) {
        let either = usize::try_from(chance.number(2)).unwrap_or_default();
        sleep(chance.below(Duration::from_millis(100))).await;
        match self {
            Self::CommandKilled => site.kill(Role::Command(either)),
            Self::ProjectorKilled => site.kill(Role::Projector(either)),
            Self::QueryKilled => site.kill(Role::Query),
            Self::LogKilled => site.kill_server(Kind::Nats).await,
            Self::RowsKilled => site.kill_server(Kind::Postgres).await,
            Self::HotKilled => site.kill_server(Kind::Redis).await,
            Self::HotFlushed => {
                let flushed: Result<(), _> = site.redis().ask(&redis::cmd("FLUSHALL")).await;
                flushed.unwrap();
            }
            Self::LogHangs => hang(site, Kind::Nats).await,
            Self::RowsHang => hang(site, Kind::Postgres).await,
            Self::HotHangs => hang(site, Kind::Redis).await,
            Self::CommandSleeps => sleeps(site, Role::Command(either)).await,
            Self::ProjectorSleeps => {
                // Whichever of them works: the other one takes over.
                sleeps(site, Role::Projector(0)).await;
                sleeps(site, Role::Projector(1)).await;
            }
            Self::AcksLost => {
                let while_ = Duration::from_millis(200) + chance.below(Duration::from_millis(600));
                during(&[&site.edges.command_log], Edge::Mute, while_).await;
            }
            Self::LogHalfOpen => {
                let edges = [&site.edges.command_log, &site.edges.views_log];
                during(&edges, Edge::HalfOpen, HANG).await;
            }
            Self::LogCut => {
                let edges = [&site.edges.command_log, &site.edges.views_log];
                let while_ = Duration::from_millis(300) + chance.below(Duration::from_millis(500));
                during(&edges, Edge::Cut, while_).await;
            }
            Self::EdgesSlow => {
                let slow = Edge::Slow(Duration::from_millis(20));
                during(&every(site), slow, Duration::from_secs(1)).await;
            }
            Self::Redelivery => {
                for _ in 0..3 {
                    for edge in every(site) {
                        edge.reset();
                    }
                    sleep(chance.below(Duration::from_millis(300))).await;
                }
            }
            Self::SameKey => same_key(site, load).await,
            Self::CrashPoint(place) => POINTS[place].strike(site, load).await,
        }
        load.goes_on(10).await;
    }
}

const fn every(site: &Site) -> [&Proxy; 4] {
    let edges = &site.edges;
    [
        &edges.command_log,
        &edges.views_log,
        &edges.rows,
        &edges.hot,
    ]
}

async fn during(edges: &[&Proxy], edge: Edge, while_: Duration) {
    for proxy in edges {
        proxy.set(edge);
    }
    sleep(while_).await;
    for proxy in edges {
        proxy.set(Edge::Whole);
    }
}

async fn hang(site: &Site, kind: Kind) {
    site.pause_server(kind, true).await;
    sleep(HANG).await;
    site.note(kind.name());
    site.pause_server(kind, false).await;
}

async fn sleeps(site: &Site, role: Role) {
    site.roles.pause(role, true);
    sleep(HANG).await;
    site.roles.pause(role, false);
}

/// Many ask for the same document under the same key at once: all are told the same.
async fn same_key(site: &Site, load: &Load<'_>) {
    let key = format!("same-{}", site.ledger.now());
    let body = document();
    let ask = |n: usize| load.ask(n % 2, "ana", "/documents", &key, &body);
    let told = join_all((0..SAME).map(ask)).await;
    let mut told = told.into_iter().flatten();
    let first = told.next().expect("one of them is told");
    assert!(told.all(|other| other == first), "two effects of {key}");
}
