//! Series of registry numbers.

use events::series::{NumbersAssigned, SeriesOpened};
use events::{Aggregate, AnyRecord, DocumentId, SeriesEvent, SeriesId};
use uuid::Uuid;

use super::{Expected, document, today};

pub(super) fn forms() -> Vec<Expected> {
    let series: SeriesId = "EXP-2026".parse().unwrap();
    let form = |event| today(Aggregate::Series, AnyRecord::Series, &series, event);
    vec![
        form(SeriesEvent::Opened(SeriesOpened {
            series: series.clone(),
            first: 4512,
        })),
        form(SeriesEvent::NumbersAssigned(NumbersAssigned {
            series: series.clone(),
            first: 123,
            count: 2,
            documents: vec![document(), DocumentId(Uuid::from_u128(0xd0d))],
        })),
    ]
}
