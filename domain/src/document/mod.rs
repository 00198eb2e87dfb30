//! A document: registered, routed, received, attended, put away.
//!
//! `tests.rs` reads as the rules. [`RegisterDocument`] begins a history and is checked before a
//! number is taken, as is [`Document::enter`], which registers what was submitted; every other act is
//! a [`DocumentCommand`] put to a [`Document`].

mod attachments;
mod beginning;
mod check;
mod command;
mod deadline;
mod decide;
mod derivations;
mod ending;
mod header;
mod observation;
mod phase;
mod refusal;
mod register;
mod restriction;
mod routing;
mod state;
mod submit;

pub use attachments::{MOST_BYTES, MOST_FILES};
pub use command::{
    Amend, Archive, Attach, Attend, Classify, Conclude, Correct, Derive, DocumentCommand,
    FieldAmendment, Observe, Target,
};
pub use observation::Observation;
pub use phase::Phase;
pub use refusal::DocumentRefusal;
pub use register::{Draft, RegisterDocument};
pub use state::{Attached, Derivation, Document, Dossier, Standing};
pub use submit::{RegisterSubmitted, Submit};

#[cfg(test)]
mod tests;
