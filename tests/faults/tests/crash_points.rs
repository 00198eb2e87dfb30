//! Every crash point fires, in every process that passes it, under load; and nothing is lost.

use std::collections::BTreeSet;
use std::path::Path;

use faults::points::POINTS;
use faults::run::under_load;
use faults::site::{Ground, Site};
use faults::table::Row;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_ends_at_any_point_loses_and_repeats_nothing() {
    let site = Site::open(&Ground::of(Path::new(env!("CARGO_BIN_EXE_faults")))).await;
    println!("{}", Row::head());
    for point in POINTS {
        let row = under_load(&site, point.name, 1, 1, async |load| {
            point.strike(&site, load).await;
        });
        row.await.must_hold();
    }
    let fired: BTreeSet<String> = site.roles.fired().into_iter().collect();
    let all = POINTS.iter().map(|point| point.name.to_owned()).collect();
    assert_eq!(fired, all, "a crash point never fired");
    println!("all {} crash points fired", fired.len());
    site.close().await;
}
