//! What somebody wishes, before it is fitted to a document.

use domain::document::Derivation;
use events::classify::{DerivationKind, DerivationStatus};
use proptest::prelude::*;

#[derive(Clone, Copy, Debug)]
pub(super) enum Wish {
    Enter,
    Observe,
    Correct,
    DeclareNotFiled,
    Link,
    Classify,
    Amend,
    Derive,
    Receive,
    Reject,
    Acknowledge,
    Assign,
    Return,
    Recall,
    Attend,
    AttendAndDerive,
    Conclude,
    Archive,
    Restore,
    Void,
    AttachFile,
    WithdrawAttachment,
    ExtendDeadline,
    SuspendClock,
    ResumeClock,
    Reschedule,
    Alert,
    Restrict,
    Unrestrict,
    AddNote,
}

pub(super) fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        1 => Just(Wish::Enter),
        3 => Just(Wish::Observe),
        2 => Just(Wish::Correct),
        1 => Just(Wish::DeclareNotFiled),
        1 => Just(Wish::Link),
        1 => Just(Wish::Classify),
        1 => Just(Wish::Amend),
        6 => Just(Wish::Derive),
        6 => Just(Wish::Receive),
        1 => Just(Wish::Reject),
        2 => Just(Wish::Acknowledge),
        1 => Just(Wish::Assign),
        1 => Just(Wish::Return),
        1 => Just(Wish::Recall),
        4 => Just(Wish::Attend),
        2 => Just(Wish::AttendAndDerive),
        1 => Just(Wish::Conclude),
        1 => Just(Wish::Archive),
        1 => Just(Wish::Restore),
        1 => Just(Wish::Void),
        3 => Just(Wish::AttachFile),
        1 => Just(Wish::WithdrawAttachment),
        1 => Just(Wish::ExtendDeadline),
        2 => Just(Wish::SuspendClock),
        4 => Just(Wish::ResumeClock),
        2 => Just(Wish::Reschedule),
        2 => Just(Wish::Alert),
        1 => Just(Wish::Restrict),
        1 => Just(Wish::Unrestrict),
        1 => Just(Wish::AddNote),
    ]
}

impl Wish {
    pub(super) fn needs_derivation(self) -> bool {
        match self {
            Self::Receive
            | Self::Reject
            | Self::Acknowledge
            | Self::Assign
            | Self::Return
            | Self::Recall
            | Self::Attend
            | Self::AttendAndDerive => true,
            Self::Enter
            | Self::Observe
            | Self::Correct
            | Self::DeclareNotFiled
            | Self::Link
            | Self::Classify
            | Self::Amend
            | Self::Derive
            | Self::Conclude
            | Self::Archive
            | Self::Restore
            | Self::Void
            | Self::AttachFile
            | Self::WithdrawAttachment
            | Self::ExtendDeadline
            | Self::SuspendClock
            | Self::ResumeClock
            | Self::Reschedule
            | Self::Alert
            | Self::Restrict
            | Self::Unrestrict
            | Self::AddNote => false,
        }
    }

    /// Whether `derivation` waits for this.
    pub(super) fn is_about(self, derivation: &Derivation) -> bool {
        let is_copy = derivation.kind == DerivationKind::Copy;
        let is_pending = derivation.status == DerivationStatus::Pending;
        match self {
            Self::Receive | Self::Reject => is_pending && !is_copy,
            Self::Acknowledge => is_pending && is_copy,
            Self::Recall => is_pending,
            Self::Assign | Self::Return => derivation.status == DerivationStatus::Received,
            Self::Attend | Self::AttendAndDerive => derivation.blocks(),
            Self::Enter
            | Self::Observe
            | Self::Correct
            | Self::DeclareNotFiled
            | Self::Link
            | Self::Classify
            | Self::Amend
            | Self::Derive
            | Self::Conclude
            | Self::Archive
            | Self::Restore
            | Self::Void
            | Self::AttachFile
            | Self::WithdrawAttachment
            | Self::ExtendDeadline
            | Self::SuspendClock
            | Self::ResumeClock
            | Self::Reschedule
            | Self::Alert
            | Self::Restrict
            | Self::Unrestrict
            | Self::AddNote => false,
        }
    }
}
