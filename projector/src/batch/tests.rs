use std::collections::HashMap;

use events::{Aggregate, Namespace};
use proptest::prelude::*;

use super::*;
use crate::testing::{random_log, series};

/// Rows as they come out of batches cut at random, each batch beginning from the rows of the one
/// before, with every record possibly delivered again.
#[derive(Debug, Default)]
struct Stored {
    sequence: u64,
    documents: HashMap<DocumentId, DocumentView>,
    series: HashMap<SeriesId, SeriesRow>,
    timeline: Vec<TimelineRow>,
    sums: StatisticsChanges,
    inbox: InboxChanges,
    parked: ParkedSet,
}

impl Stored {
    fn apply(&mut self, records: &[Incoming]) {
        let records: Vec<_> = records
            .iter()
            .filter(|record| record.sequence > self.sequence)
            .cloned()
            .collect();
        let (ids, numberings) = touched(&records);
        let views = ids.iter().filter_map(|id| self.documents.get(id).cloned());
        let numberings = numberings
            .iter()
            .filter_map(|id| self.series.get(id).cloned());
        let mut batch = Batch::new(views.collect(), numberings.collect(), self.parked.clone());
        for record in &records {
            batch.apply(record);
        }
        let changes = batch.changes();
        self.parked.keep(&changes.parked);
        self.store(changes);
        self.sequence = records.last().map_or(self.sequence, |last| last.sequence);
    }

    fn store(&mut self, changes: Changes) {
        for gone in &changes.inbox.gone {
            self.inbox
                .kept
                .retain(|item| (item.document_id, item.tray, item.ordinal) != *gone);
        }
        for item in changes.inbox.kept {
            let key = (item.document_id, item.tray, item.ordinal);
            self.inbox
                .kept
                .retain(|old| (old.document_id, old.tray, old.ordinal) != key);
            self.inbox.kept.push(item);
        }
        for (key, n) in changes.inbox.counters {
            *self.inbox.counters.entry(key).or_default() += n;
        }
        for (key, n) in changes.inbox.due {
            *self.inbox.due.entry(key).or_default() += n;
        }
        for view in changes.documents {
            self.documents.insert(view.row.id, view);
        }
        for row in changes.series {
            self.series.insert(row.id.clone(), row);
        }
        self.timeline.extend(changes.timeline);
        let (sums, more) = (&mut self.sums, changes.statistics);
        for (cell, n) in more.documents {
            *sums.documents.entry(cell).or_default() += n;
        }
        for (status, n) in more.totals {
            *sums.totals.entry(status).or_default() += n;
        }
        for (cell, n) in more.activity {
            *sums.activity.entry(cell).or_default() += n;
        }
        for (cell, more) in more.durations {
            let sums = sums.durations.entry(cell);
            sums.and_modify(|sums| *sums = sums.plus(more))
                .or_insert(more);
        }
        for (cell, more) in more.flow {
            let sums = sums.flow.entry(cell).or_default();
            *sums = sums.plus(more);
        }
    }
}

fn whole(records: &[Incoming]) -> Changes {
    let mut batch = Batch::default();
    for record in records {
        batch.apply(record);
    }
    batch.changes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn i11_rows_are_the_fold_whatever_the_batches_and_redeliveries(
        choices in prop::collection::vec(any::<u32>(), 0..150),
        documents in 1_u64..6,
        cuts in prop::collection::vec((1_usize..30, 0_usize..10), 1..60),
    ) {
        let names = Namespace::default();
        let records = random_log(&names, documents, &choices).incoming();
        let mut stored = Stored::default();
        let mut place = 0;
        for (length, again) in cuts.iter().cycle() {
            let from = place - place.min(*again);
            let until = (place + length).min(records.len());
            stored.apply(&records[from..until]);
            place = until;
            if place == records.len() {
                break;
            }
        }
        let whole = whole(&records);
        prop_assert_eq!(whole.documents.len(), stored.documents.len());
        for view in &whole.documents {
            prop_assert_eq!(&stored.documents[&view.row.id], view);
        }
        for row in &whole.series {
            prop_assert_eq!(&stored.series[&row.id], row);
        }
        prop_assert_eq!(whole.timeline, stored.timeline);
        let sorted = |mut items: Vec<readmodel::InboxRow>| {
            items.sort_by_key(|item| (item.document_id, item.tray, item.ordinal));
            items
        };
        prop_assert_eq!(sorted(whole.inbox.kept), sorted(stored.inbox.kept));
        let there = |n: &mut i64| *n != 0;
        let mut counters = (whole.inbox.counters, stored.inbox.counters);
        counters.0.retain(|_, n| there(n));
        counters.1.retain(|_, n| there(n));
        prop_assert_eq!(counters.0, counters.1);
        let mut due = (whole.inbox.due, stored.inbox.due);
        due.0.retain(|_, n| there(n));
        due.1.retain(|_, n| there(n));
        prop_assert_eq!(due.0, due.1);
        let mut sums = (whole.statistics, stored.sums);
        for sums in [&mut sums.0, &mut sums.1] {
            sums.documents.retain(|_, n| there(n));
            sums.totals.retain(|_, n| there(n));
        }
        prop_assert_eq!(sums.0, sums.1);
        prop_assert!(stored.parked.is_empty());
    }
}

#[test]
fn a_record_that_cannot_be_read_parks_its_history_and_nothing_else() {
    let names = Namespace::default();
    let choices: Vec<_> = (0..60_u32).map(|n| n * 104_729).collect();
    let mut log = random_log(&names, 3, &choices);
    let clean = whole(&log.incoming());
    log.append_raw(&Aggregate::Series(series()), b"{\"what\":1}");
    log.append_raw(&Aggregate::Series(series()), b"{\"what\":2}");
    let changes = whole(&log.incoming());
    let [parked] = changes.parked.as_slice() else {
        panic!("{:?}", changes.parked)
    };
    assert_eq!((parked.sequence, parked.skipped), (65, 1));
    assert!(parked.error.contains("cannot be read"), "{}", parked.error);
    assert_eq!(changes.documents, clean.documents);
    assert_eq!(
        changes.series, clean.series,
        "as it was before the bad record"
    );
}

#[test]
fn a_record_that_does_not_fit_leaves_no_trace_of_its_first_half() {
    let names = Namespace::default();
    let mut log = random_log(&names, 1, &[0, 7, 14]);
    let clean = whole(&log.incoming());
    let last = log.messages.last().cloned().unwrap();
    log.messages.push(last);
    let changes = whole(&log.incoming());
    assert_eq!(changes.parked.len(), 1);
    assert!(changes.parked[0].error.contains("continues version"));
    assert_eq!(changes.documents, clean.documents);
    assert_eq!(changes.timeline, clean.timeline);
    assert_eq!(changes.statistics, clean.statistics);
}
