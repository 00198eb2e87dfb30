//! The legal clock: which days count, when a term ends, and why.
//!
//! ```text
//! Day {on, scope, law}  ->  Calendar (versioned)  ->  Days of one place  ->  Term that explains itself
//! ```
//!
//! Pure, and the ground of the workspace: legal dates in, legal dates out. What is asked for a date
//! that has passed is asked of the [`Calendar`] as it was or as it is; a [`Term`] holds all that is
//! needed to compute it again. Sources: arts. 142–149 of the TUO of Law 27444.

#![warn(clippy::wildcard_enum_match_arm)]

mod alert;
mod calendar;
mod day;
mod days;
mod explain;
mod gaps;
mod intake;
pub mod national;
mod place;
#[cfg(feature = "openapi")]
mod schema;
mod term;

pub use self::calendar::Calendar;
pub use alert::Alert;
pub use day::{Change, ChangeKind, Day};
pub use days::Days;
pub use explain::Language;
pub use intake::{IntakePolicy, OfficeHours, OnClosedDays};
pub use place::{Place, PlaceError, Region, Scope};
pub use term::{Count, LegalTerm, Pause, Period, Rule, Since, Skipped, Term};
