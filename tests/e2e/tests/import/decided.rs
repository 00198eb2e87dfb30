//! Without servers: what the rules decide for each case is what the lines add up to.

use std::fs::{self, File};

use chrono::{DateTime, Utc};
use directory::Directory;
use events::document::DocumentRegistered;
use events::{DocumentEvent, Envelope, OfficeId, RegistryNumber};
use mesa::import::decide::{Imported, decide};
use mesa::import::map::Map;
use mesa::import::prepare::{Prepared, prepare};
use mesa::import::report::Totals;
use mesa::import::run::rehearse;
use mesa::import::setup::{foreseen, missing};

use super::figures::{Figures, count};
use super::{Log, logs};

fn prepared(log: &Log) -> Prepared {
    let map = Map::read(&fs::read_to_string(&log.map).unwrap()).unwrap();
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    prepare(File::open(&log.file).unwrap(), map, now).unwrap()
}

fn decided(prepared: &Prepared) -> (Directory, Vec<Imported>) {
    let empty = Directory::default();
    let changes = missing(&prepared.needs, &prepared.map, &empty);
    let (directory, refused) = foreseen(&changes, &empty);
    assert_eq!(refused, []);
    let decide = |plan| decide(plan, &prepared.map, &directory, &"0".repeat(32)).unwrap();
    let decided = prepared.plans.iter().map(decide).collect();
    (directory, decided)
}

#[test]
fn the_totals_are_those_that_are_known() {
    for log in logs() {
        let prepared = prepared(&log);
        let late = prepared.plans.iter().filter(|plan| plan.presented_late);
        assert_eq!(late.count() as u64, log.late);
        let report = rehearse(prepared).unwrap();
        let mut by_status = vec![
            ("attended", log.attended),
            ("in_process", log.in_process),
            ("registered", log.registered),
        ];
        by_status.retain(|(_, count)| *count > 0);
        let totals = Totals {
            documents: log.documents,
            derivations: log.derivations,
            by_status: by_status.into_iter().collect(),
            by_channel: report.totals.by_channel.clone(),
        };
        assert_eq!(report.totals, totals);
        assert_eq!(report.refused, []);
        assert_eq!((report.lines, report.added), (log.lines, log.documents));
    }
}

#[test]
fn what_is_decided_adds_up_to_what_the_lines_say() {
    for log in logs() {
        let (directory, decided) = decided(&prepared(&log));
        let code = |office: OfficeId| directory.office(office).unwrap().code.clone();
        let mut figures = Figures::default();
        for imported in &decided {
            let number = RegistryNumber {
                series: imported.series.clone(),
                value: 7,
            };
            take(&mut figures, &imported.numbered(&number), &code);
        }
        for times in figures
            .waits
            .values_mut()
            .chain(figures.totals.values_mut())
        {
            times.sort_unstable();
        }
        assert_eq!(figures, count(&log.file, &log.shape));
    }
}

#[test]
fn no_history_goes_back_in_time_and_entries_follow_each_other() {
    for log in logs() {
        let (_, decided) = decided(&prepared(&log));
        let mut entered = DateTime::<Utc>::MIN_UTC;
        for imported in decided {
            let number = RegistryNumber {
                series: imported.series.clone(),
                value: 1,
            };
            let history = imported.numbered(&number);
            assert!(entered <= history[0].at, "case {}", imported.case);
            entered = history[0].at;
            assert!(
                history.is_sorted_by_key(|told| told.at),
                "case {}",
                imported.case
            );
        }
    }
}

/// Adds one history to the figures, fact by fact.
fn take(
    figures: &mut Figures,
    history: &[Envelope<DocumentEvent>],
    code: &impl Fn(OfficeId) -> String,
) {
    let mut registered: Option<&DocumentRegistered> = None;
    let mut sent = Vec::new();
    let mut holder = String::new();
    let mut status = "registered";
    for told in history {
        let at = told.at.fixed_offset();
        match &told.event {
            DocumentEvent::Registered(first) => {
                figures.documents += 1;
                figures.day(at)[0] += 1;
                holder = code(first.registry_office);
                let channel = first.channel.word().to_owned();
                *figures.by_channel.entry(channel).or_default() += 1;
                registered = Some(first);
            }
            DocumentEvent::Derived(derived) => {
                let [one] = &derived.derivations[..] else {
                    panic!("not one target: {derived:?}");
                };
                let way = (code(one.from_office), code(one.to_office));
                assert_eq!(way.0, holder);
                figures.derivations += 1;
                figures.day(at)[1] += 1;
                *figures.flow.entry(way).or_default() += 1;
                sent.push((told.at, one.to_office));
                status = "in_process";
            }
            DocumentEvent::DerivationReceived(touched) => {
                let (sent_at, to) = sent[touched.ordinal as usize - 1];
                holder = code(to);
                figures.day(at)[2] += 1;
                let wait = (told.at - sent_at).num_microseconds().unwrap();
                figures.waits.entry(holder.clone()).or_default().push(wait);
            }
            DocumentEvent::Attended(attended) => {
                assert_eq!(code(attended.office), holder);
                figures.day(at)[3] += 1;
                let total = told.at - registered.unwrap().presented_at;
                let total = total.num_microseconds().unwrap();
                figures
                    .totals
                    .entry(holder.clone())
                    .or_default()
                    .push(total);
                status = "attended";
            }
            DocumentEvent::DerivationAttended(_) => {}
            other => panic!("an import brings about no {}", other.kind()),
        }
    }
    *figures.by_status.entry(status.to_owned()).or_default() += 1;
    *figures.by_holder.entry(holder).or_default() += 1;
}
