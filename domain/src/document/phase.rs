//! Where a document stands.

use events::classify::DocumentStatus;

/// Where a document stands. Archiving and restoring remember what was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Handed in, without a number yet.
    Submitted,
    /// Waits for what the desk observed to be corrected; with or without a number.
    Observed,
    /// Not corrected in time.
    NotFiled,
    /// Not routed yet.
    Registered,
    /// Routed.
    InProcess,
    /// Finished.
    Attended,
    /// Out of use.
    Voided,
    /// Put away after being finished.
    ArchivedAttended,
    /// Put away after being taken out of use.
    ArchivedVoided,
    /// Put away after not being corrected.
    ArchivedNotFiled,
}

impl Phase {
    /// The word for it outside.
    pub const fn status(self) -> DocumentStatus {
        match self {
            Self::Submitted => DocumentStatus::Submitted,
            Self::Observed => DocumentStatus::Observed,
            Self::NotFiled => DocumentStatus::NotFiled,
            Self::Registered => DocumentStatus::Registered,
            Self::InProcess => DocumentStatus::InProcess,
            Self::Attended => DocumentStatus::Attended,
            Self::Voided => DocumentStatus::Voided,
            Self::ArchivedAttended | Self::ArchivedVoided | Self::ArchivedNotFiled => {
                DocumentStatus::Archived
            }
        }
    }

    /// Put away from here.
    pub(super) const fn archived(self) -> Self {
        match self {
            Self::Voided | Self::ArchivedVoided => Self::ArchivedVoided,
            Self::NotFiled | Self::ArchivedNotFiled => Self::ArchivedNotFiled,
            Self::Submitted
            | Self::Observed
            | Self::Registered
            | Self::InProcess
            | Self::Attended
            | Self::ArchivedAttended => Self::ArchivedAttended,
        }
    }

    /// Taken out of the archive from here: what it was before.
    pub(super) const fn restored(self) -> Self {
        match self {
            Self::Voided | Self::ArchivedVoided => Self::Voided,
            Self::NotFiled | Self::ArchivedNotFiled => Self::NotFiled,
            Self::Submitted
            | Self::Observed
            | Self::Registered
            | Self::InProcess
            | Self::Attended
            | Self::ArchivedAttended => Self::Attended,
        }
    }
}
