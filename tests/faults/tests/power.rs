//! The power of the log's disk is cut under load: with a log that syncs each message nothing that
//! was acknowledged is lost. The control: with one that syncs when it likes, it is.

#![expect(clippy::print_stdout, reason = "the tests tell their figures")]

use std::path::Path;
use std::time::Duration;

use faults::check;
use faults::disk::Disk;
use faults::load::Load;
use faults::run::under_load;
use faults::site::{Ground, Site};
use faults::table::Row;
use kit::Profile;

/// How often the power is cut.
const CUTS: u64 = 3;

fn disk() -> Option<Disk> {
    match Disk::new() {
        Ok(disk) => Some(disk),
        Err(why) => {
            println!("SKIPPED: THE POWER CUT WAS NOT TRIED, this machine does not allow it: {why}");
            None
        }
    }
}

fn ground(disk: &Disk, log: Profile) -> Ground {
    Ground {
        log,
        log_folder: Some(disk.data()),
        ..Ground::of(Path::new(env!("CARGO_BIN_EXE_faults")))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_syncs_each_message_survives_a_power_cut() {
    let Some(mut disk) = disk() else { return };
    let site = Site::open(&ground(&disk, Profile::Durable)).await;
    println!("{}", Row::head());
    let row = under_load(&site, "power cut of NATS", 1, CUTS, async |load| {
        for _ in 0..CUTS {
            site.cut_power(&mut disk).await;
            load.goes_on(20).await;
        }
    });
    row.await.must_hold();
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_syncs_when_it_likes_loses_what_it_acknowledged() {
    let Some(mut disk) = disk() else { return };
    let site = Site::open(&ground(&disk, Profile::FastForTests)).await;
    let load = Load::new(&site, "lazy", 1);
    let telling = async {
        load.goes_on(100).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        load.stop();
    };
    tokio::join!(load.run(), telling);
    site.roles.stop();
    site.cut_power(&mut disk).await;
    let lost = check::lost(&site).await;
    let acked = load.acknowledged();
    assert!(
        !lost.is_empty(),
        "the control did not fail: nothing was lost"
    );
    println!(
        "control failed, as it must: lazy sync lost {} of {acked}",
        lost.len()
    );
    site.close().await;
}
