//! A series of registry numbers: unique, in order, without gaps (R2, I1).

use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use events::series::{NumbersAssigned, SeriesOpened};
use events::{DocumentId, Envelope, SeriesEvent, SeriesId};
use thiserror::Error;

use crate::refusal::{Class, Refusal};
use crate::{Context, Decided, Decider};

#[cfg(test)]
mod tests;

/// Where a series may begin.
const FIRST: RangeInclusive<u64> = 1..=999_999_999;

/// One series: how far it has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Series {
    /// No number given, no beginning set.
    #[default]
    Unused,
    /// The next registration gets `next`.
    Running {
        /// The number that follows the last one given.
        next: u64,
        /// When it last moved.
        moved_at: DateTime<Utc>,
    },
}

/// A wish about one series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesCommand {
    /// Begin at `first` instead of 1.
    Open {
        /// The series.
        series: SeriesId,
        /// The first number to give, 1 to 999,999,999.
        first: u64,
    },
    /// Give the next numbers to `documents`, in this order.
    Assign {
        /// The series.
        series: SeriesId,
        /// Who gets them; none twice.
        documents: Vec<DocumentId>,
    },
}

/// Why a series command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SeriesRefusal {
    /// Numbers were given already, so the beginning cannot be moved.
    #[error("the series has begun; its next number is {next}")]
    Running {
        /// The next number.
        next: u64,
    },
    /// Numbers begin at 1, and there must be room for those that follow.
    #[error("the first number must be 1 to 999,999,999")]
    First,
}

impl Refusal for SeriesRefusal {
    fn class(&self) -> Class {
        match self {
            Self::Running { .. } => Class::Conflict,
            Self::First => Class::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Running { .. } => "series_running",
            Self::First => "first_number",
        }
    }
}

impl Series {
    /// The number the next registration gets.
    pub const fn next(&self) -> u64 {
        match self {
            Self::Unused => 1,
            Self::Running { next, .. } => *next,
        }
    }
}

impl Decider for Series {
    type Command = SeriesCommand;
    type Event = SeriesEvent;
    type Refusal = SeriesRefusal;

    fn decide(
        &self,
        command: &SeriesCommand,
        _context: &Context<'_>,
    ) -> Result<Decided<SeriesEvent>, SeriesRefusal> {
        match (command, self) {
            (SeriesCommand::Open { first, .. }, _) if !FIRST.contains(first) => {
                Err(SeriesRefusal::First)
            }
            (SeriesCommand::Open { series, first }, Self::Unused) => Ok(Decided::by(
                None,
                vec![SeriesEvent::Opened(SeriesOpened {
                    series: series.clone(),
                    first: *first,
                })],
            )),
            (SeriesCommand::Open { .. }, Self::Running { next, .. }) => {
                Err(SeriesRefusal::Running { next: *next })
            }
            (SeriesCommand::Assign { documents, .. }, _) if documents.is_empty() => {
                Ok(Decided::nothing())
            }
            (SeriesCommand::Assign { series, documents }, _) => Ok(Decided::by(
                None,
                vec![SeriesEvent::NumbersAssigned(NumbersAssigned {
                    series: series.clone(),
                    first: self.next(),
                    count: documents.len() as u64,
                    documents: documents.clone(),
                })],
            )),
        }
    }

    fn evolve(&mut self, event: &Envelope<SeriesEvent>) {
        let next = match &event.event {
            SeriesEvent::Opened(opened) => opened.first,
            SeriesEvent::NumbersAssigned(assigned) => assigned.first + assigned.count,
        };
        *self = Self::Running {
            next,
            moved_at: event.at,
        };
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Unused => None,
            Self::Running { moved_at, .. } => Some(*moved_at),
        }
    }
}
