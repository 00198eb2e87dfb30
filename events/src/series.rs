//! Facts about a series of registry numbers (R2).

use serde::{Deserialize, Serialize};

use crate::macros::stored_events;
use crate::{DocumentId, SeriesId};

stored_events! {
    /// A fact about one series.
    pub enum SeriesEvent {
        /// The series begins at a number other than 1: it continues a register kept elsewhere.
        Opened(SeriesOpened) = "series.opened" v 1,
        /// A run of numbers went to documents, in this order, without gaps.
        NumbersAssigned(NumbersAssigned) = "series.numbers_assigned" v 1,
    }
}

/// A series begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesOpened {
    /// The series.
    pub series: SeriesId,
    /// The first number it gives.
    pub first: u64,
}

/// Numbers `first .. first + documents.len()` belong to `documents`, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumbersAssigned {
    /// The series.
    pub series: SeriesId,
    /// The first number of the run.
    pub first: u64,
    /// How many.
    pub count: u64,
    /// Whose they are.
    pub documents: Vec<DocumentId>,
}
