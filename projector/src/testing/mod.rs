//! What the tests of this crate share: values, a log in memory, random histories.

mod desk;
mod log;
mod stage;
mod stories;
mod values;

pub(crate) use log::TestLog;
pub(crate) use stage::Stage;
pub(crate) use stories::random_log;
pub(crate) use values::{
    observed, office, record, registered, sent, series, submitted, user, view_of,
};
