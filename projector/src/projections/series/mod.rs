//! The `series` projection: where each numbering has got to (R2).

pub mod sql;

use events::{Record, SeriesEvent, SeriesId};
use serde::{Deserialize, Serialize};

use super::documents::Misfit;

/// A row of `series`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRow {
    /// The series; columns `code` and `year` have its parts.
    pub id: SeriesId,
    /// The first number it gives.
    pub first: u64,
    /// The next number it gives.
    pub next: u64,
    /// How many it has given.
    pub assigned: u64,
    /// How many events its history has.
    pub version: u64,
    /// The sequence in the log of the last record applied.
    pub last_seq: u64,
}

impl SeriesRow {
    /// Takes in `record`, which stands at `seq` in the log on the subject of series `id`.
    ///
    /// # Errors
    ///
    /// [`Misfit`] when the record does not continue this history (I1).
    pub fn apply(
        row: &mut Option<Self>,
        id: &SeriesId,
        record: &Record<SeriesEvent>,
        seq: u64,
    ) -> Result<(), Misfit> {
        let expected = row.as_ref().map_or(0, |row| row.version);
        if record.version != expected {
            return Err(Misfit::Version {
                found: record.version,
                expected,
            });
        }
        for envelope in &record.events {
            let kind = envelope.event.kind();
            let begun = row.is_some();
            let row = row.get_or_insert_with(|| Self::new(id, 1));
            match &envelope.event {
                SeriesEvent::Opened(opened) => {
                    if begun {
                        let version = row.version;
                        return Err(Misfit::OutOfPlace { kind, version });
                    }
                    if opened.series != *id {
                        return Err(Misfit::OtherAggregate { kind });
                    }
                    *row = Self::new(id, opened.first);
                }
                SeriesEvent::NumbersAssigned(run) => {
                    if run.series != *id {
                        return Err(Misfit::OtherAggregate { kind });
                    }
                    if run.first != row.next {
                        return Err(Misfit::Numbers {
                            found: run.first,
                            expected: row.next,
                        });
                    }
                    row.next = row.next.saturating_add(run.count);
                    row.assigned = row.assigned.saturating_add(run.count);
                }
            }
            row.version += 1;
            row.last_seq = seq;
        }
        Ok(())
    }

    fn new(id: &SeriesId, first: u64) -> Self {
        Self {
            id: id.clone(),
            first,
            next: first,
            assigned: 0,
            version: 0,
            last_seq: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{record, series};
    use events::series::{NumbersAssigned, SeriesOpened};

    fn run(first: u64, count: u64) -> SeriesEvent {
        SeriesEvent::NumbersAssigned(NumbersAssigned {
            series: series(),
            first,
            count,
            documents: Vec::new(),
        })
    }

    #[test]
    fn runs_of_numbers_follow_each_other() {
        let mut row = None;
        SeriesRow::apply(&mut row, &series(), &record(0, vec![run(1, 3)]), 5).unwrap();
        SeriesRow::apply(&mut row, &series(), &record(1, vec![run(4, 2)]), 6).unwrap();
        let row = row.unwrap();
        assert_eq!((row.first, row.next, row.assigned), (1, 6, 5));
        assert_eq!((row.version, row.last_seq), (2, 6));
    }

    #[test]
    fn an_opened_series_continues_from_its_first_number() {
        let mut row = None;
        let opened = SeriesEvent::Opened(SeriesOpened {
            series: series(),
            first: 500,
        });
        SeriesRow::apply(
            &mut row,
            &series(),
            &record(0, vec![opened, run(500, 1)]),
            1,
        )
        .unwrap();
        assert_eq!(row.unwrap().next, 501);
    }

    #[test]
    fn a_gap_in_the_numbers_does_not_fit() {
        let mut row = None;
        SeriesRow::apply(&mut row, &series(), &record(0, vec![run(1, 3)]), 5).unwrap();
        let gap = SeriesRow::apply(&mut row, &series(), &record(1, vec![run(5, 1)]), 6);
        assert_eq!(
            gap,
            Err(Misfit::Numbers {
                found: 5,
                expected: 4
            })
        );
    }
}
