//! NATS killed, paused and full: commands say so and settle on a retry, reads go on.

use std::time::{Duration, Instant};

use async_nats::jetstream;
use kit::Kind;

use crate::ledger::Said;
use crate::load::Load;
use crate::rows::{Fault, Row};
use crate::support::Site;

/// How soon after its return everything goes on.
const PROMISED: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_log_commands_say_so_and_reads_go_on() {
    let (mut servers, site) = crate::open("nats").await;
    Row::head();
    let away = ["unready", "unready", "degraded"];
    Load::during(&site, async |load| {
        let begun = Instant::now();
        servers.kill(Kind::Nats);
        let hold = Duration::from_secs(3);
        let fault = Fault::lasts("NATS killed", load, begun, hold, away).await;
        let fault = fault.refuses(load, Said::Later).await;
        servers.start_one(Kind::Nats).await;
        well(&fault.over(load).await);

        let begun = Instant::now();
        servers.pause(Kind::Nats, true);
        let hold = Duration::from_secs(4);
        let fault = Fault::lasts("NATS paused", load, begun, hold, away).await;
        let fault = fault.refuses(load, Said::Later).await;
        servers.pause(Kind::Nats, false);
        well(&fault.over(load).await);

        let begun = Instant::now();
        limit(&site, Some(2_000)).await;
        let hold = Duration::from_secs(2);
        let full = ["degraded", "ready", "ready"];
        let fault = Fault::lasts("the log full", load, begun, hold, full).await;
        let fault = fault.refuses(load, Said::Full).await;
        limit(&site, None).await;
        well(&fault.over(load).await);
    })
    .await;
    site.close().await;
    servers.stop().await;
}

fn well(row: &Row) {
    row.no_read_failed();
    row.went_on_within(PROMISED);
}

/// Limits the log to this many bytes more than it takes now, or not at all.
async fn limit(site: &Site, more: Option<i64>) {
    let context = jetstream::new(site.fresh.nats_client().await);
    let log = context.get_stream(site.names.log_stream()).await.unwrap();
    let info = log.get_info().await.unwrap();
    let taken = i64::try_from(info.state.bytes).unwrap();
    let limited = jetstream::stream::Config {
        max_bytes: more.map_or(-1, |more| taken + more),
        ..info.config
    };
    context.update_stream(limited).await.unwrap();
}
