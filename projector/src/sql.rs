//! The catalogue: every statement of the projector, by the name in its tag.
//!
//! Those of a rebuild are in a catalogue of its own. A statement outside of both does not exist; a test prepares each against the migrated database.

use crate::projections::documents::{attachments, derivations};
use crate::projections::{archive, documents, inbox, series, statistics, timeline};
use crate::{checkpoint, lease, parked, retry, verify};

/// Every statement.
pub const CATALOGUE: &[&str] = &[
    archive::sql::WRITE,
    archive::sql::SCAN,
    archive::sql::TOUCHED,
    attachments::LOAD,
    attachments::SCAN,
    attachments::WRITE,
    checkpoint::READ,
    checkpoint::BEGIN,
    checkpoint::LOCK,
    checkpoint::MOVE,
    checkpoint::FENCE,
    checkpoint::NOTIFY,
    derivations::LOAD,
    derivations::SCAN,
    derivations::WRITE,
    documents::sql::LOAD,
    documents::sql::SCAN,
    documents::sql::WRITE,
    inbox::sql::REMOVE,
    inbox::sql::WRITE,
    inbox::sql::COUNT,
    inbox::sql::COUNT_DUE,
    inbox::sql::COUNTERS,
    inbox::sql::SCAN,
    inbox::sql::SCAN_COUNTERS,
    inbox::sql::SCAN_DUE,
    lease::TAKE,
    lease::GIVE,
    lease::BREAK,
    parked::LIST,
    parked::WRITE,
    retry::RELEASE,
    retry::READABLE,
    series::sql::LOAD,
    series::sql::SCAN,
    series::sql::WRITE,
    statistics::sql::DOCUMENTS,
    statistics::sql::ACTIVITY,
    statistics::sql::DURATIONS,
    statistics::sql::FLOW,
    statistics::sql::TOTALS,
    statistics::sql::READ_TOTALS,
    statistics::sql::SCAN_DOCUMENTS,
    statistics::sql::SCAN_ACTIVITY,
    statistics::sql::SCAN_DURATIONS,
    statistics::sql::SCAN_FLOW,
    timeline::sql::WRITE,
    timeline::sql::SCAN,
    verify::SNAPSHOT,
];

/// The name in a statement's tag.
pub fn name_of(statement: &str) -> Option<&str> {
    statement.strip_prefix("/* q:")?.split(' ').next()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sqlx::{Executor, SqlStr};

    use super::*;

    #[test]
    fn every_statement_has_a_name_of_its_own() {
        let all = || CATALOGUE.iter().chain(crate::rebuild::CATALOGUE);
        let names: BTreeSet<_> = all().filter_map(|text| name_of(text)).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.iter().all(|name| name.starts_with("projector.")));
    }

    #[tokio::test]
    async fn every_statement_is_understood_by_the_migrated_database() {
        let env = kit::Env::get().await;
        let pool = env
            .fresh_migrated("projector_statements")
            .await
            .pool()
            .await;
        for text in CATALOGUE.iter().chain(crate::rebuild::CATALOGUE) {
            let prepared = pool.prepare(SqlStr::from_static(text)).await;
            assert!(prepared.is_ok(), "{:?}: {prepared:?}", name_of(text));
        }
    }
}
