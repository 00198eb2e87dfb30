//! A document: registered, routed, received, attended, put away.
//!
//! `tests.rs` reads as the rules. [`RegisterDocument`] begins a history and is checked before a
//! number is taken; every later act is a [`DocumentCommand`] put to a [`Document`].

mod attachments;
mod check;
mod command;
mod decide;
mod derivations;
mod ending;
mod header;
mod refusal;
mod register;
mod routing;
mod state;

pub use attachments::{MOST_BYTES, MOST_FILES};
pub use command::{
    Amend, Archive, Attach, Attend, Classify, Conclude, Derive, DocumentCommand, FieldAmendment,
    Target,
};
pub use refusal::DocumentRefusal;
pub use register::{Draft, RegisterDocument};
pub use state::{Attached, Derivation, Document, Dossier, Phase, Standing};

#[cfg(test)]
mod tests;
