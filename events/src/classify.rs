//! Closed sets of words shared by events, decisions and views.

use thiserror::Error;

use crate::words;

pub use crate::role::Role;

/// A word that is not one of its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the word is not one of the known ones")]
pub struct UnknownWord;

words! {
    /// How pressing a document is.
    pub enum Priority {
        /// Nothing special.
        Normal = "normal",
        /// Before normal ones.
        High = "high",
        /// Before all others.
        Urgent = "urgent",
    }
}

words! {
    /// Where a document came in.
    pub enum Channel {
        /// Across the desk.
        Counter = "counter",
        /// Through the digital desk.
        Web = "web",
        /// By e-mail.
        Email = "email",
        /// By post.
        Post = "post",
        /// From another institution.
        Exchange = "exchange",
        /// From inside the institution.
        Internal = "internal",
    }
}

words! {
    /// Where a document stands.
    pub enum DocumentStatus {
        /// Handed in at the digital desk; without a number.
        Submitted = "submitted",
        /// Waits for the sender to correct what the desk observed (O1).
        Observed = "observed",
        /// Not corrected in time: counts as not presented (O2).
        NotFiled = "not_filed",
        /// Registered, not yet routed.
        Registered = "registered",
        /// Routed at least once, not yet attended.
        InProcess = "in_process",
        /// Answered or otherwise finished (D4).
        Attended = "attended",
        /// Put away; still readable (A1).
        Archived = "archived",
        /// Taken out of use; its number stays used (R2).
        Voided = "voided",
    }
}

impl DocumentStatus {
    /// Whether work on it goes on: it is in the register, and its clock runs.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Registered | Self::InProcess => true,
            Self::Submitted
            | Self::Observed
            | Self::NotFiled
            | Self::Attended
            | Self::Archived
            | Self::Voided => false,
        }
    }
}

words! {
    /// What a derivation asks of its target (D1).
    pub enum DerivationKind {
        /// Custody moves; at most one is open (D2).
        Principal = "principal",
        /// Must be attended too; custody stays.
        Parallel = "parallel",
        /// For information; blocks nothing (I5).
        Copy = "copy",
    }
}

words! {
    /// Where a derivation stands.
    pub enum DerivationStatus {
        /// Sent, not yet received.
        Pending = "pending",
        /// Received by the target office.
        Received = "received",
        /// Attended by the target office.
        Attended = "attended",
        /// Closed because its holder derived the document onwards.
        Forwarded = "forwarded",
        /// Refused by the target office before receiving.
        Rejected = "rejected",
        /// Sent back by the target office after receiving.
        Returned = "returned",
        /// Taken back by the origin office before it was received.
        Recalled = "recalled",
        /// A copy its target has seen.
        Acknowledged = "acknowledged",
    }
}

impl DerivationStatus {
    /// Whether it still waits for an act of its target.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Pending | Self::Received => true,
            Self::Attended
            | Self::Forwarded
            | Self::Rejected
            | Self::Returned
            | Self::Recalled
            | Self::Acknowledged => false,
        }
    }

    /// Whether its target sees the document because of it, if that is restricted: what was taken
    /// back or refused before it was received shows nothing any more.
    pub const fn shows_document(self) -> bool {
        match self {
            Self::Pending
            | Self::Received
            | Self::Attended
            | Self::Forwarded
            | Self::Returned
            | Self::Acknowledged => true,
            Self::Rejected | Self::Recalled => false,
        }
    }
}

words! {
    /// What one document is to another.
    pub enum LinkKind {
        /// It has to do with it.
        Related = "related",
        /// It answers it.
        Answers = "answers",
        /// It goes on with it.
        Continues = "continues",
        /// It is the same once more.
        Duplicates = "duplicates",
    }
}

words! {
    /// What makes one document look like another.
    pub enum DuplicateKind {
        /// A file with the same bytes.
        SameFile = "same_file",
        /// The same sender gave the same number.
        SameNumber = "same_number",
        /// The same sender wrote nearly the same subject, not long ago.
        NearSubject = "near_subject",
    }
}

words! {
    /// What kind of identity a sender shows.
    pub enum SenderKind {
        /// National identity document, 8 digits.
        Dni = "dni",
        /// Foreigner's card, 9 to 12 letters or digits.
        Ce = "ce",
        /// Taxpayer number, 11 digits.
        Ruc = "ruc",
        /// None given.
        None = "none",
    }
}

words! {
    /// How a document ended.
    pub enum Outcome {
        /// What was asked is granted.
        Granted = "granted",
        /// What was asked is denied; "rejected" belongs to derivations (R1).
        Denied = "denied",
        /// Answered, where granting is not the question.
        Answered = "answered",
        /// Taken note of.
        Noted = "noted",
    }
}

words! {
    /// What a file is to its document.
    pub enum AttachmentKind {
        /// The document itself; at most one.
        Main = "main",
        /// Something enclosed.
        Annex = "annex",
        /// What was answered.
        Answer = "answer",
        /// A receipt, ours or another institution's.
        Cargo = "cargo",
        /// What was handed in to correct an observation (O1).
        Correction = "correction",
    }
}
