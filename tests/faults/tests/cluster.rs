//! A log on three servers: one of them is killed, two of them are, and two command sides race for
//! the same numbers and keys meanwhile.

use std::path::Path;
use std::time::Duration;

use faults::cluster::NODES;
use faults::fault::Fault;
use faults::run::under_load;
use faults::site::{Ground, Site};
use faults::table::Row;
use kit::Chance;

/// How long a server stays away.
const AWAY: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_servers_of_which_one_or_two_are_killed() {
    let ground = Ground {
        nodes: NODES,
        ..Ground::of(Path::new(env!("CARGO_BIN_EXE_faults")))
    };
    let site = Site::open(&ground).await;
    println!("{}", Row::head());
    let row = under_load(
        &site,
        "one of three NATS killed",
        1,
        NODES as u64,
        async |load| {
            for node in 0..NODES {
                site.kill_nodes(&[node], AWAY).await;
                load.goes_on(20).await;
            }
        },
    );
    row.await.must_hold();
    let row = under_load(&site, "two of three NATS killed", 2, 2, async |load| {
        for nodes in [[0, 1], [1, 2]] {
            site.kill_nodes(&nodes, AWAY).await;
            load.goes_on(20).await;
        }
    });
    row.await.must_hold();
    let mut chance = Chance::of(3);
    let name = "two command sides race on three NATS";
    let row = under_load(&site, name, 3, 2, async |load| {
        for _ in 0..2 {
            Fault::SameKey.strike(&site, load, &mut chance).await;
            Fault::CommandKilled.strike(&site, load, &mut chance).await;
        }
    });
    row.await.must_hold();
    site.close().await;
}
