//! The statements of a rebuild, for the catalogue.

use super::{HOME, alone, ddl, half, rows, switch};

/// Every statement with a fixed text.
pub const CATALOGUE: &[&str] = &[
    HOME,
    alone::SHARE,
    ddl::IN_NEXT,
    ddl::TABLES,
    ddl::INDEXES,
    ddl::KEYS,
    half::READ,
    half::LOCK,
    half::WRITE,
    half::FORGET,
    rows::DOCUMENTS[0],
    rows::DOCUMENTS[1],
    rows::DERIVATIONS[0],
    rows::DERIVATIONS[1],
    rows::ATTACHMENTS[0],
    rows::ATTACHMENTS[1],
    rows::TIMELINE[0],
    rows::TIMELINE[1],
    rows::ITEMS[0],
    rows::ITEMS[1],
    rows::ARCHIVE[0],
    rows::ARCHIVE[1],
    switch::SWITCH,
    switch::READERS,
    switch::NOW,
    switch::EVENTS,
];

/// Whether a table is written row by row, after all the others were copied.
pub(super) fn is_small(table: &str) -> bool {
    let copied = [
        "documents",
        "derivations",
        "attachments",
        "timeline",
        "inbox_items",
        "event_archive",
    ];
    !copied.contains(&table)
}
