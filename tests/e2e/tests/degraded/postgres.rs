//! PostgreSQL killed and paused: commands go on, reads say what they are.

use std::time::{Duration, Instant};

use kit::Kind;

use crate::ledger::Said;
use crate::load::Load;
use crate::rows::{Fault, Row};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_database_commands_go_on_and_reads_are_marked() {
    let (mut servers, site) = crate::open("postgres").await;
    Row::head();
    let away = ["ready", "unready", "degraded"];
    Load::during(&site, async |load| {
        let begun = Instant::now();
        servers.kill(Kind::Postgres);
        let hold = Duration::from_secs(3);
        let fault = Fault::lasts("PostgreSQL killed", load, begun, hold, away).await;
        servers.start_one(Kind::Postgres).await;
        well(&fault.over(load).await);

        let begun = Instant::now();
        servers.pause(Kind::Postgres, true);
        let hold = Duration::from_secs(5);
        let fault = Fault::lasts("PostgreSQL paused", load, begun, hold, away).await;
        servers.pause(Kind::Postgres, false);
        well(&fault.over(load).await);
    })
    .await;
    site.close().await;
    servers.stop().await;
}

fn well(row: &Row) {
    row.no_command_failed();
    row.went_on_within(Duration::from_secs(5));
    let marked = row.reads.iter().filter(|one| one.said == Said::Marked);
    assert!(marked.count() > 0, "what is kept is served");
}
