//! One fault under load, from the first command to the verdict.

use crate::check::check;
use crate::load::Load;
use crate::site::Site;
use crate::table::{Row, recoveries};

/// Runs `story` under load; then everything that was asked must have happened once, and everything
/// derived must be what the log says. `runs` says how often the story brings its fault about.
pub async fn under_load(
    site: &Site,
    name: &str,
    seed: u64,
    runs: u64,
    story: impl AsyncFnOnce(&Load<'_>),
) -> Row {
    let load = Load::new(site, &name.replace(' ', "_"), seed);
    let (before, asked) = (site.kills().len(), site.ledger.now());
    let telling = async {
        load.goes_on(10).await;
        story(&load).await;
        load.goes_on(10).await;
        load.stop();
    };
    let working = async {
        tokio::join!(load.run(), telling);
    };
    tokio::select! {
        () = working => {}
        () = site.watch() => {}
    }
    let attempts = site.ledger.read();
    let kills = site.kills().split_off(before);
    let mut verdict = check(site).await;
    verdict.attempts = attempts.iter().filter(|one| one.begun >= asked).count() as u64;
    verdict.acked = load.acknowledged();
    Row {
        name: name.to_owned(),
        runs,
        verdict,
        seen: load.seen(),
        recoveries: recoveries(&kills, &attempts),
    }
}
