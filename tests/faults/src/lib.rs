//! The fault harness: everything of Mesa in processes of its own, killed, paused, cut off and
//! robbed of its power while it works, and then compared with what it had promised.
//!
//! [`site`] starts the servers and the roles and knows each by its process id; [`proxy`] stands on
//! every edge between them; [`load`] asks for things and writes each attempt into the [`ledger`], a
//! file outside of the system; [`check`] folds the whole log and compares it with the rows, the hot
//! views and the ledger; [`run`] puts one of these after the other and gives a row of the
//! [`table`]. The tests are the faults themselves, one by one, and the controls: damage done on
//! purpose that the checker must find.
//!
//! Everything here panics when it cannot do its work: in a test, that is a failure.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a panic in a test is a failure"
)]
#![expect(clippy::print_stdout, reason = "the harness tells its figures")]

pub mod check;
pub mod cluster;
pub mod disk;
pub mod fault;
pub mod institution;
pub mod ledger;
pub mod load;
pub mod points;
pub mod proxy;
pub mod random;
pub mod roles;
pub mod run;
pub mod site;
pub mod table;
