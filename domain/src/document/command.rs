//! What can be asked of a document.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::attachment::Folios;
use events::classify::{AttachmentKind, DerivationKind, LinkKind, Outcome, Priority};
use events::desk::ObservedItem;
use events::document::Sender;
use events::{AttachmentId, DocumentId, DocumentTypeId, Hash, OfficeId, UserId};

use super::Submit;

/// A wish about one document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentCommand {
    /// Hand it in at the digital desk; its history begins.
    Submit(Box<Submit>),
    /// Say what is to be corrected (O1).
    Observe(Observe),
    /// Say what was corrected (O2).
    Correct(Correct),
    /// Say that it was not corrected in time (O2).
    DeclareNotFiled,
    /// Tie it to another document.
    Link {
        /// The other one.
        other: DocumentId,
        /// What this one is to it.
        kind: LinkKind,
    },
    /// Set its class anew.
    Classify(Classify),
    /// Put right what was written at registration.
    Amend(Amend),
    /// Send it on (D1).
    Derive(Derive),
    /// Take in derivation `ordinal` (D3).
    Receive {
        /// Which.
        ordinal: u32,
    },
    /// Refuse derivation `ordinal`.
    Reject {
        /// Which.
        ordinal: u32,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Confirm having seen the copy `ordinal`.
    Acknowledge {
        /// Which.
        ordinal: u32,
    },
    /// Give derivation `ordinal` to a person of its office.
    Assign {
        /// Which.
        ordinal: u32,
        /// Who.
        user: UserId,
    },
    /// Send back derivation `ordinal` after receiving it.
    Return {
        /// Which.
        ordinal: u32,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Take back derivation `ordinal` before it is received.
    Recall {
        /// Which.
        ordinal: u32,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Do what derivation `ordinal` asks, and perhaps send the document on.
    Attend(Attend),
    /// Finish the document where nothing is open (D4).
    Conclude(Conclude),
    /// Put it away (A1).
    Archive(Archive),
    /// Take it out of the archive (A1).
    Restore {
        /// Why, 10 to 1,000 characters.
        reason: String,
    },
    /// Take it out of use (A1, R2).
    Void {
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Add a file whose bytes are kept.
    AttachFile(Attach),
    /// Say that a file does not belong to it; its bytes stay (A1).
    WithdrawAttachment {
        /// Which.
        attachment: AttachmentId,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Let it be due later (T1).
    ExtendDeadline {
        /// By how many business days, 1 to 1,000.
        days: u32,
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Let no day count from today on.
    SuspendClock {
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Let days count again from today on.
    ResumeClock {
        /// Why, 1 to 1,000 characters.
        reason: String,
    },
    /// Compute the deadline anew, if days in its course changed (T2). Mesa itself asks for it.
    Reschedule,
    /// Say what is to be said today of the deadline, if it still ends on this day (T5). Mesa itself
    /// asks for it.
    Alert {
        /// The last day.
        due_on: NaiveDate,
    },
    /// Let only the offices that work on it see it.
    Restrict {
        /// Why, with its legal basis, 1 to 500 characters.
        reason: String,
    },
    /// Let everybody who reads documents see it again.
    Unrestrict {
        /// Why, 1 to 500 characters.
        reason: String,
    },
    /// Write a remark.
    AddNote {
        /// What it says, 1 to 4,000 characters.
        text: String,
    },
}

/// What the desk observes, all of it in one act (O1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observe {
    /// What is to be corrected, 1 to 50, each with a name of its own.
    pub items: Vec<ObservedItem>,
}

/// What the sender corrected (O2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correct {
    /// The names of the items, at least one.
    pub items: BTreeSet<String>,
    /// What was done, at most 4,000 characters.
    pub note: Option<String>,
}

/// The class a document is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classify {
    /// Its type.
    pub document_type: DocumentTypeId,
    /// A finer class, at most 100 characters.
    pub category: Option<String>,
    /// Words to find it by, at most 10.
    pub tags: BTreeSet<String>,
    /// How pressing.
    pub priority: Priority,
}

/// Fields to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amend {
    /// What each is to be, at least one.
    pub changes: Vec<FieldAmendment>,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
}

/// What one field is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldAmendment {
    /// The subject.
    Subject(String),
    /// The sender.
    Sender(Box<Sender>),
    /// The number the sender gave.
    ExternalNumber(Option<String>),
    /// How many sheets.
    Folios(u32),
    /// Whether something is enclosed.
    HasAnnexes(bool),
    /// Whether an answer is expected.
    AnswerRequired(bool),
    /// Remarks of the desk.
    Notes(Option<String>),
}

/// Where to send a document, 1 to 10 targets, at most one of them principal (D1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derive {
    /// Where to.
    pub targets: Vec<Target>,
    /// Why an attended document is to be open again.
    pub reason: Option<String>,
}

/// One office a document is to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The office.
    pub office: OfficeId,
    /// What is asked of it.
    pub kind: DerivationKind,
    /// The person, if named.
    pub user: Option<UserId>,
    /// What to do, at most 2,000 characters.
    pub instructions: Option<String>,
    /// Whether it cannot wait.
    pub urgent: bool,
    /// Whether an answer is expected.
    pub answer_required: bool,
    /// By when.
    pub due_on: Option<NaiveDate>,
}

/// How a derivation is attended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attend {
    /// Which.
    pub ordinal: u32,
    /// What was done, at most 4,000 characters.
    pub note: Option<String>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Where it goes next; nowhere when empty.
    pub next_targets: Vec<Target>,
}

/// How a document is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conclude {
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// What was done, at most 4,000 characters.
    pub note: Option<String>,
}

/// A file to be added, whose bytes are kept under their hash already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attach {
    /// Its id.
    pub attachment: AttachmentId,
    /// The name it came with, 1 to 255 characters.
    pub file_name: String,
    /// What it is, read from its first bytes.
    pub media_type: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Hash,
    /// What it is to the document.
    pub kind: AttachmentKind,
    /// What it shows, at most 500 characters.
    pub description: Option<String>,
    /// The sheets of the document that it is.
    pub folios: Option<Folios>,
}

/// How a document is put away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// The archival class, 1 to 100 characters.
    pub classification: String,
    /// How many years it is kept, 1 to 100.
    pub retention_years: u32,
    /// Where it lies, 1 to 200 characters.
    pub location: String,
}
