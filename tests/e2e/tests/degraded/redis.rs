//! Redis killed, emptied, paused and full: nobody notices but `/readyz`.

use std::time::{Duration, Instant};

use kit::Kind;
use readmodel::Keys;
use redis::cmd;

use crate::load::Load;
use crate::rows::{Fault, Row};
use crate::support::Site;

const HOLD: Duration = Duration::from_millis(1_500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_not_missed_by_anybody() {
    let (mut servers, site) = crate::open("redis").await;
    Row::head();
    let away = ["ready", "degraded", "degraded"];
    Load::during(&site, async |load| {
        let begun = Instant::now();
        servers.kill(Kind::Redis);
        let fault = Fault::lasts("Redis killed", load, begun, HOLD, away).await;
        servers.start_one(Kind::Redis).await;
        well(&fault.over(load).await);
        repaired(&site).await;

        let begun = Instant::now();
        ask(&site, cmd("FLUSHALL")).await;
        let fault = Fault::lasts("Redis emptied", load, begun, HOLD, ["ready"; 3]).await;
        well(&fault.over(load).await);
        repaired(&site).await;

        let begun = Instant::now();
        servers.pause(Kind::Redis, true);
        let fault = Fault::lasts("Redis paused", load, begun, HOLD, away).await;
        servers.pause(Kind::Redis, false);
        well(&fault.over(load).await);
        repaired(&site).await;

        let begun = Instant::now();
        set(&site, "maxmemory-policy", "noeviction").await;
        set(&site, "maxmemory", "1").await;
        let fault = Fault::lasts("Redis full", load, begun, HOLD, away).await;
        let left = position(&site).await;
        set(&site, "maxmemory", "0").await;
        well(&fault.over(load).await);
        repaired(&site).await;
        assert!(position(&site).await > left, "it was not full");
    })
    .await;
    site.close().await;
    servers.stop().await;
}

fn well(row: &Row) {
    row.no_command_failed();
    row.went_on_within(Duration::from_secs(5));
    row.no_read_failed();
}

async fn ask(site: &Site, command: redis::Cmd) {
    let redis = site.fresh.redis_connection();
    redis.ask::<()>(&command).await.unwrap();
}

async fn set(site: &Site, name: &str, value: &str) {
    let mut set = cmd("CONFIG");
    set.arg("SET").arg(name).arg(value);
    ask(site, set).await;
}

/// Up to which record the hot views are complete.
async fn position(site: &Site) -> u64 {
    let mut get = cmd("GET");
    get.arg(Keys::new(&site.names).hot_position());
    let redis = site.fresh.redis_connection();
    let found: Option<u64> = redis.ask(&get).await.unwrap();
    found.unwrap_or_default()
}

/// Waits until the hot views are complete again, and stay so.
async fn repaired(site: &Site) {
    let jetstream = async_nats::jetstream::new(site.fresh.nats_client().await);
    let log = jetstream.get_stream(site.names.log_stream()).await.unwrap();
    let last = log.get_info().await.unwrap().state.last_sequence;
    let there = async || (position(site).await >= last).then_some(());
    kit::eventually(Duration::from_secs(10), "the hot views", there).await;
}
