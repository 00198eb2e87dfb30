//! Facts about the deadline of a document: extended, stopped, going on, computed anew, near, missed.

use calendar::Term;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The deadline is later by some business days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineExtended {
    /// How many business days were added.
    pub days: u32,
    /// Why.
    pub reason: String,
    /// The deadline from now on.
    pub deadline: Term,
}

/// The clock stands: no day counts until it is resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockSuspended {
    /// The first day that does not count.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
}

/// The clock goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockResumed {
    /// The first day that counts again.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
    /// The deadline from now on.
    pub deadline: Term,
}

/// The deadline was computed anew, with or without another outcome (T2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineRescheduled {
    /// Why.
    pub cause: RescheduleCause,
    /// The deadline from now on.
    pub deadline: Term,
}

/// The last day is near, and the document is open (T5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineApproaching {
    /// The last day.
    pub due_on: NaiveDate,
    /// How many business days are left, the last day included: 3, 2 or 1.
    pub days: u8,
}

/// The last day is over, and the document is open (T5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineMissed {
    /// The last day.
    pub due_on: NaiveDate,
}

/// Why a deadline was computed anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RescheduleCause {
    /// Days in its course were declared or revoked (T2).
    CalendarChanged {
        /// Which, in the order in which it became known.
        days: Vec<ChangedDay>,
    },
    /// What was observed was corrected, and the clock begins anew (O2).
    Corrected,
}

/// A day that was declared or revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedDay {
    /// The day.
    pub on: NaiveDate,
    /// What it is, or was.
    pub name: String,
    /// Whether it is a day off now; else it is none any more.
    pub declared: bool,
}

impl DeadlineApproaching {
    /// The fact in a few words, as the *hoja de ruta* shows it.
    pub fn sentence(&self) -> String {
        let days = match self.days {
            1 => "queda 1 día hábil".to_owned(),
            days => format!("quedan {days} días hábiles"),
        };
        format!("Vence el {}: {days}", self.due_on)
    }
}

impl DeadlineMissed {
    /// The fact in a few words, as the *hoja de ruta* shows it.
    pub fn sentence(&self) -> String {
        format!("Venció el {}", self.due_on)
    }
}

impl RescheduleCause {
    /// The cause in a few words, as the *hoja de ruta* shows it.
    pub fn sentence(&self) -> String {
        match self {
            Self::Corrected => "Observación subsanada".to_owned(),
            Self::CalendarChanged { days } => {
                let told = days.iter().map(|day| {
                    let what = if day.declared {
                        "se declaró"
                    } else {
                        "se revocó"
                    };
                    format!("{what} {} ({})", day.on, day.name)
                });
                let told: Vec<_> = told.collect();
                format!("Cambió el calendario: {}", told.join("; "))
            }
        }
    }
}
