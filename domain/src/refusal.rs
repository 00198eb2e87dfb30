//! What every refusal can say of itself, and the faults that validation finds.

use std::error::Error;

use serde::Serialize;

/// Why a command is refused.
pub trait Refusal: Error + Clone + PartialEq + Send + Sync + 'static {
    /// What kind of no it is.
    fn class(&self) -> Class;
    /// A stable word for it, for programs.
    fn code(&self) -> &'static str;
    /// What is wrong with the command itself, field by field.
    fn faults(&self) -> &[Fault] {
        &[]
    }
}

/// What kind of no a refusal is: would asking again, or otherwise, help?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// What is spoken of does not exist.
    NotFound,
    /// The command itself is wrong, whatever the state.
    Invalid,
    /// This user may not; another might.
    Forbidden,
    /// The state does not allow it now.
    Conflict,
}

/// One thing wrong with a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where, as a JSON pointer into the request's body.
    pub pointer: String,
    /// A stable word for it.
    pub code: &'static str,
    /// A sentence for people.
    pub detail: String,
}

/// Collects faults while a command is checked.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub(crate) fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        self.0.push(Fault {
            pointer: pointer.into(),
            code,
            detail: detail.into(),
        });
    }

    /// Notes a fault unless `holds`.
    pub(crate) fn check(
        &mut self,
        holds: bool,
        pointer: &str,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        if !holds {
            self.add(pointer, code, detail);
        }
    }

    /// Checks that `text` has `min` to `max` characters, is not only blanks, and holds nothing
    /// that no screen or database can: control characters other than line breaks and tabs.
    pub(crate) fn text(&mut self, pointer: &str, text: &str, min: usize, max: usize) {
        let length = text.trim().chars().count();
        self.check(
            (min..=max).contains(&length),
            pointer,
            "length",
            format!("has {length} characters; {min} to {max} are allowed"),
        );
        let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        self.check(
            text.chars().all(printable),
            pointer,
            "control_character",
            "holds a control character",
        );
    }

    /// Checks a text that may be absent, but not empty.
    pub(crate) fn optional(&mut self, pointer: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.text(pointer, text, 1, max);
        }
    }

    /// The faults found, if any.
    pub(crate) fn found<R>(self, refusal: impl FnOnce(Vec<Fault>) -> R) -> Result<(), R> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(refusal(self.0))
        }
    }
}
