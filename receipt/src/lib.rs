//! The receipt (*cargo*) that the desk gives for a document (R2, R3): what it says, the seal that
//! proves it, and the paper it is printed on.
//!
//! * [`Receipt`] is what it says; [`Facts`] the part that is sealed, and whose digest changes with
//!   the document.
//! * [`Keyring`] signs with its newest key and knows the older ones, so that what was sealed once
//!   can be checked for ever.
//! * [`Claim`] is what the QR code carries: number, legal date, digest, key and signature. It is
//!   checked with the public key alone, without network.
//! * [`paper`] draws A4 and the 80 mm roll as PDF.
//!
//! Pure: the same receipt and key give the same bytes.

pub mod claim;
pub mod facts;
pub mod keyring;
pub mod paper;

pub use claim::{Claim, ClaimError};
pub use facts::{Attachment, Facts, Receipt};
pub use keyring::{Keyring, KeyringError};
pub use paper::{Format, PaperError};
