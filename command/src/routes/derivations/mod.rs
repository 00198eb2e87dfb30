//! Acts on one derivation of a document, one file each.

pub(super) mod acknowledge;
pub(super) mod assign;
pub(super) mod attend;
pub(super) mod recall;
pub(super) mod receive;
pub(super) mod reject;
pub(super) mod send_back;
