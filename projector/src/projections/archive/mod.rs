//! The `event_archive` projection, number zero: every record as it was recorded, readable or not.
//!
//! There is nothing to fold; the runner hands the batch to [`sql::write`].

pub mod sql;
