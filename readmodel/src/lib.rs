//! The contract between the projector, which writes the read models, and the query side, which
//! reads them: row shapes, the words in their columns, Redis keys, notices and positions.
//!
//! Pure values. Columns in `migrations/` have the names of the fields here; nested values
//! (`sender`, `deadline`, `origin`, `archive`, `restriction`) are spread over columns with that prefix.
//! Priorities are stored as ranks ([`document::priority_rank`]) so that they sort; every other
//! word is stored as it is written in JSON.

#![warn(clippy::wildcard_enum_match_arm)]

pub mod attachment;
pub mod deadline;
pub mod desk;
pub mod document;
pub mod inbox;
pub mod keys;
pub mod notice;
pub mod position;
pub mod restriction;
pub mod scripts;
pub mod sketch;
pub mod statistics;
pub mod timeline;

pub use attachment::AttachmentRow;
pub use deadline::{Deadline, Explanation};
pub use desk::{Link, Observation};
pub use document::{Archive, DerivationRow, DocumentDetail, DocumentRow};
pub use inbox::{InboxRow, Tray, TrayCounters};
pub use keys::{Keys, Scope};
pub use notice::Notice;
pub use position::Position;
pub use restriction::{Restriction, SeenBy};
pub use timeline::TimelineRow;
