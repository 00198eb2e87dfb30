//! Acts on intake policies, one file each.

pub(super) mod set;
