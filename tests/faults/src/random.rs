//! Faults by chance, for as long as is asked: all of them in an order by chance, then all of them
//! again in another, each under load and with a verdict of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::pin::pin;
use std::time::{Duration, Instant};

use kit::Chance;

use crate::fault::Fault;
use crate::points::POINTS;
use crate::run::under_load;
use crate::site::{Ground, Site};
use crate::table::Row;

/// So many faults are brought about before everything is begun anew: a log that grows for ever
/// would make each comparison longer than the one before.
const ROUNDS: usize = 12;
/// How often a fault is brought about in a round, at most.
const MOST: u64 = 3;

/// In so long a time every crash point fires.
const ENOUGH: Duration = Duration::from_mins(20);

/// Brings faults about for so long, or until Ctrl-C; says whether everything was as was promised.
pub async fn run(program: &Path, lasting: Duration, seed: u64) -> bool {
    println!("seed {seed}, {} s\n{}", lasting.as_secs(), Row::head());
    let until = Instant::now() + lasting;
    let mut chance = Chance::of(seed);
    let mut rows = BTreeMap::<&'static str, Row>::new();
    let mut fired = BTreeSet::new();
    let mut to_come = Vec::new();
    let mut versions = String::new();
    let mut holds = true;
    let mut told = pin!(mesa::stop::told());
    let mut stopped = false;
    while !stopped && Instant::now() < until {
        let site = Site::open(&Ground::of(program)).await;
        versions = site.versions().await;
        for _ in 0..ROUNDS {
            let fault = next(&mut to_come, &mut chance);
            let runs = 1 + chance.number(MOST);
            let row = under_load(
                &site,
                fault.name(),
                chance.number(1 << 32),
                runs,
                async |load| {
                    for _ in 0..runs {
                        fault.strike(&site, load, &mut chance).await;
                    }
                },
            );
            let row = tokio::select! {
                row = row => row,
                () = &mut told => {
                    stopped = true;
                    break;
                }
            };
            println!("{row}");
            let well = row.holds();
            holds &= well;
            if !well {
                println!("{row:#?}");
            }
            match rows.get_mut(fault.name()) {
                Some(before) => before.add(row),
                None => {
                    rows.insert(fault.name(), row);
                }
            }
            if !well || Instant::now() > until {
                break;
            }
        }
        fired.extend(site.roles.fired());
        site.close().await;
    }
    tell(&rows, &fired, &versions, seed);
    let all = fired.len() == POINTS.len();
    if !all {
        println!("not every crash point fired: the time was too short");
    }
    holds && (all || stopped || lasting < ENOUGH)
}

/// The next fault: each once, then each once again.
fn next(to_come: &mut Vec<Fault>, chance: &mut Chance) -> Fault {
    if to_come.is_empty() {
        to_come.extend(Fault::ALL);
        to_come.extend((0..POINTS.len()).map(Fault::CrashPoint));
    }
    let place = chance.number(to_come.len() as u64);
    to_come.swap_remove(usize::try_from(place).unwrap())
}

fn tell(rows: &BTreeMap<&'static str, Row>, fired: &BTreeSet<String>, versions: &str, seed: u64) {
    println!("\nall rounds, by fault\n\n{}", Row::head());
    let mut whole: Option<Row> = None;
    for row in rows.values() {
        println!("{row}");
        match &mut whole {
            Some(whole) => whole.add(row.clone()),
            None => whole = Some(row.clone()),
        }
    }
    if let Some(mut whole) = whole {
        "**all**".clone_into(&mut whole.name);
        println!("{whole}");
    }
    let names: Vec<&str> = fired.iter().map(String::as_str).collect();
    println!(
        "\nseed {seed}; {versions}; {} of {} crash points fired: {}",
        fired.len(),
        POINTS.len(),
        names.join(", ")
    );
}
