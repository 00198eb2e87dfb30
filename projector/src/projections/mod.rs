//! The views. Each is a pure function from an event, or from a document before and after, to
//! changes (`mod.rs`), and the SQL that carries them out (`sql.rs`).

pub mod archive;
pub mod documents;
pub mod inbox;
pub mod series;
pub mod statistics;
pub mod timeline;
