//! Why a document command is refused.

use chrono::NaiveDate;
use events::classify::{DerivationStatus, DocumentStatus};
use events::{AttachmentId, OfficeId};
use thiserror::Error;

use crate::refusal::{Class, Fault, Refusal};

/// Why a command on a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DocumentRefusal {
    /// Nothing was ever registered under that id.
    #[error("there is no such document")]
    NotFound,
    /// The document has no derivation with that ordinal.
    #[error("the document has no derivation {ordinal}")]
    NoSuchDerivation {
        /// The ordinal asked for.
        ordinal: u32,
    },
    /// The command itself is wrong.
    #[error("the command has {} invalid field(s)", .0.len())]
    Invalid(Vec<Fault>),
    /// The user does not belong to the office that must act (I10).
    #[error("only the office {office} may do this")]
    NotOfOffice {
        /// The office that must act.
        office: OfficeId,
    },
    /// After the first derivation only a head amends.
    #[error("after the first derivation only a head may amend the document")]
    NeedsHead,
    /// Another request brought in what has this origin (I12).
    #[error("what has this origin is here already")]
    HereAlready,
    /// The document stands where this cannot be done.
    #[error("the document is {status}")]
    WrongStatus {
        /// Where it stands.
        status: DocumentStatus,
    },
    /// An attended document is opened again only for a reason.
    #[error("the document is attended; a reason is needed to open it again")]
    ReasonNeeded,
    /// A principal derivation is open already (D2).
    #[error("the principal derivation {ordinal} is still open")]
    PrincipalOpen {
        /// The open one.
        ordinal: u32,
    },
    /// A derivation that must be attended is still open (D4).
    #[error("derivation {ordinal} is still open")]
    DerivationOpen {
        /// The open one.
        ordinal: u32,
    },
    /// The derivation stands where this cannot be done.
    #[error("derivation {ordinal} is {status}")]
    WrongDerivationStatus {
        /// Which.
        ordinal: u32,
        /// Where it stands.
        status: DerivationStatus,
    },
    /// A copy is only acknowledged.
    #[error("derivation {ordinal} is a copy: it is acknowledged, nothing else")]
    IsCopy {
        /// Which.
        ordinal: u32,
    },
    /// Only a copy is acknowledged.
    #[error("derivation {ordinal} is not a copy: it is received and attended")]
    IsNotCopy {
        /// Which.
        ordinal: u32,
    },
    /// Custody is with another office, so a principal derivation cannot start here (D2).
    #[error("the document is in the custody of the office {office}")]
    NotInCustody {
        /// The holder.
        office: OfficeId,
    },
    /// The document has no such file.
    #[error("the document has no file {attachment}")]
    NoSuchAttachment {
        /// The one asked for.
        attachment: AttachmentId,
    },
    /// The document has this very file already.
    #[error("the document has these bytes already, as file {attachment}")]
    AlreadyAttached {
        /// The one it has.
        attachment: AttachmentId,
    },
    /// The document has its main file already.
    #[error("file {attachment} is the document's main file already")]
    MainAttached {
        /// The one it has.
        attachment: AttachmentId,
    },
    /// The document's files are as many, or as large, as they may be.
    #[error("the document has as many files, or as many bytes of files, as it may")]
    TooManyFiles,
    /// There is no deadline that could be changed.
    #[error("the document has no deadline")]
    NoDeadline,
    /// The clock stands already.
    #[error("the clock of the document stands; resume it first")]
    ClockStands,
    /// The clock was not stopped.
    #[error("the clock of the document is running")]
    ClockRuns,
    /// An office received it, so it cannot be voided any more.
    #[error("derivation {ordinal} was received: the document cannot be voided")]
    WasReceived {
        /// Which.
        ordinal: u32,
    },
    /// It was derived, so it cannot be observed any more (O1).
    #[error("the document was derived: it cannot be observed any more")]
    WasDerived,
    /// It was observed before: only what was not corrected may be observed again (O1, O3).
    #[error("the document was observed before, and `{item}` is not left of it")]
    ObservedOnce {
        /// The item that is new.
        item: String,
    },
    /// The days to correct it are over (O2).
    #[error("it could be corrected until {correct_by_on}")]
    CorrectionExpired {
        /// The last day.
        correct_by_on: NaiveDate,
    },
    /// The days to correct it are not over yet (O2).
    #[error("it can be corrected until {correct_by_on}")]
    CorrectionRunning {
        /// The last day.
        correct_by_on: NaiveDate,
    },
}

impl Refusal for DocumentRefusal {
    fn class(&self) -> Class {
        match self {
            Self::NotFound | Self::NoSuchDerivation { .. } | Self::NoSuchAttachment { .. } => {
                Class::NotFound
            }
            Self::Invalid(_) => Class::Invalid,
            Self::NotOfOffice { .. } | Self::NeedsHead => Class::Forbidden,
            Self::HereAlready
            | Self::WrongStatus { .. }
            | Self::ReasonNeeded
            | Self::PrincipalOpen { .. }
            | Self::DerivationOpen { .. }
            | Self::WrongDerivationStatus { .. }
            | Self::IsCopy { .. }
            | Self::IsNotCopy { .. }
            | Self::NotInCustody { .. }
            | Self::AlreadyAttached { .. }
            | Self::MainAttached { .. }
            | Self::TooManyFiles
            | Self::WasReceived { .. }
            | Self::WasDerived
            | Self::ObservedOnce { .. }
            | Self::CorrectionExpired { .. }
            | Self::CorrectionRunning { .. }
            | Self::NoDeadline
            | Self::ClockStands
            | Self::ClockRuns => Class::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "document_not_found",
            Self::NoSuchDerivation { .. } => "derivation_not_found",
            Self::Invalid(_) => "invalid",
            Self::NotOfOffice { .. } => "not_of_office",
            Self::NeedsHead => "needs_head",
            Self::HereAlready => "here_already",
            Self::WrongStatus { .. } => "wrong_status",
            Self::ReasonNeeded => "reason_needed",
            Self::PrincipalOpen { .. } => "principal_open",
            Self::DerivationOpen { .. } => "derivation_open",
            Self::WrongDerivationStatus { .. } => "wrong_derivation_status",
            Self::IsCopy { .. } => "is_copy",
            Self::IsNotCopy { .. } => "is_not_copy",
            Self::NotInCustody { .. } => "not_in_custody",
            Self::NoSuchAttachment { .. } => "attachment_not_found",
            Self::AlreadyAttached { .. } => "already_attached",
            Self::MainAttached { .. } => "main_attached",
            Self::TooManyFiles => "too_many_files",
            Self::NoDeadline => "no_deadline",
            Self::ClockStands => "clock_stands",
            Self::ClockRuns => "clock_runs",
            Self::WasReceived { .. } => "was_received",
            Self::WasDerived => "was_derived",
            Self::ObservedOnce { .. } => "observed_once",
            Self::CorrectionExpired { .. } => "correction_expired",
            Self::CorrectionRunning { .. } => "correction_running",
        }
    }

    fn faults(&self) -> &[Fault] {
        if let Self::Invalid(faults) = self {
            faults
        } else {
            &[]
        }
    }
}
