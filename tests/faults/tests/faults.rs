//! Each fault under load, one after the other: nothing that was acknowledged is lost, nothing is
//! there twice, rows and hot views are what the log says, and no reader is told something old as
//! if it were new.
//!
//! The moments come from a seed, which is printed; `MESA_TEST_SEED=…` at build time repeats it.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failure")]
#![expect(clippy::print_stdout, reason = "the tests tell their figures")]

use std::path::Path;
use std::time::Duration;

use faults::fault::Fault;
use faults::run::under_load;
use faults::site::{Ground, Site};
use faults::table::Row;
use kit::Chance;

/// How often each fault is brought about.
const RUNS: u64 = 2;

async fn all_of(faults: &[Fault]) {
    let site = Box::pin(Site::open(&Ground::of(Path::new(env!(
        "CARGO_BIN_EXE_faults"
    )))))
    .await;
    let seed = match option_env!("MESA_TEST_SEED") {
        Some(seed) => seed.parse().unwrap(),
        None => Chance::new_seed(),
    };
    let mut chance = Chance::of(seed);
    println!("MESA_TEST_SEED={seed}\n{}", Row::head());
    for fault in faults {
        let row = under_load(&site, fault.name(), seed, RUNS, async |load| {
            for _ in 0..RUNS {
                fault.strike(&site, load, &mut chance).await;
            }
        });
        Box::pin(row).await.must_hold();
    }
    site.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_and_servers_that_are_killed_at_any_moment() {
    all_of(&[
        Fault::CommandKilled,
        Fault::ProjectorKilled,
        Fault::QueryKilled,
        Fault::LogKilled,
        Fault::RowsKilled,
        Fault::HotKilled,
        Fault::HotFlushed,
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_hangs_and_wakes_up_again() {
    all_of(&[
        Fault::LogHangs,
        Fault::RowsHang,
        Fault::HotHangs,
        Fault::CommandSleeps,
        Fault::ProjectorSleeps,
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edges_that_lose_delay_and_repeat() {
    all_of(&[
        Fault::AcksLost,
        Fault::LogHalfOpen,
        Fault::LogCut,
        Fault::EdgesSlow,
        Fault::Redelivery,
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_has_one_effect_inside_the_duplicate_window_and_after_it() {
    let site = Site::open(&Ground::of(Path::new(env!("CARGO_BIN_EXE_faults")))).await;
    let window = Duration::from_secs(1);
    site.forget_duplicates_after(window).await;
    let mut chance = Chance::of(1);
    println!("{}", Row::head());
    let name = "a key again, in and after the window";
    let row = under_load(&site, name, 1, 1, async |load| {
        Fault::SameKey.strike(&site, load, &mut chance).await;
        load.again_of_all(100).await;
        tokio::time::sleep(window * 2).await;
        load.again_of_all(100).await;
    });
    row.await.must_hold();
    site.close().await;
}
