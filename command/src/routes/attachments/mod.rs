//! Files of a document: added, withdrawn.

pub(super) mod attach;
pub(super) mod withdraw;
