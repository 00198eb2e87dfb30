//! Which problem each failure becomes. Every variant is listed; none is guessed.

use axum::http::{HeaderValue, header};
use domain::Refusal;
use domain::directory::DirectoryRefusal;
use domain::document::DocumentRefusal;
use domain::series::SeriesRefusal;
use events::ids::NumberError;
use platform::http::problem::{INTERNAL_ERROR, MALFORMED_BODY, UNAVAILABLE};
use platform::http::{FieldError, Kind, Problem};
use platform::objects::ObjectsError;

use super::kinds;
use crate::asked::TransactError;
use crate::log::AppendError;
use crate::numbering::NumberingError;
use crate::refused::RegisterError;
use crate::vault::VaultError;

/// A refusal that knows its kind of problem.
pub(crate) trait Named: Refusal {
    /// Its kind.
    fn kind(&self) -> &'static Kind;
}

impl Named for DocumentRefusal {
    fn kind(&self) -> &'static Kind {
        match self {
            Self::NotFound => &kinds::DOCUMENT_NOT_FOUND,
            Self::NoSuchDerivation { .. } => &kinds::DERIVATION_NOT_FOUND,
            Self::Invalid(_) => &kinds::INVALID_COMMAND,
            Self::NotOfOffice { .. } => &kinds::NOT_OF_OFFICE,
            Self::NeedsHead => &kinds::NEEDS_HEAD,
            Self::HereAlready => &kinds::ORIGIN_KNOWN,
            Self::WrongStatus { .. } => &kinds::WRONG_STATUS,
            Self::ReasonNeeded => &kinds::REASON_NEEDED,
            Self::PrincipalOpen { .. } => &kinds::PRINCIPAL_OPEN,
            Self::DerivationOpen { .. } => &kinds::DERIVATION_OPEN,
            Self::WrongDerivationStatus { .. } => &kinds::WRONG_DERIVATION_STATUS,
            Self::IsCopy { .. } => &kinds::IS_COPY,
            Self::IsNotCopy { .. } => &kinds::IS_NOT_COPY,
            Self::NotInCustody { .. } => &kinds::NOT_IN_CUSTODY,
            Self::WasReceived { .. } => &kinds::WAS_RECEIVED,
            Self::NoDeadline => &kinds::NO_DEADLINE,
            Self::ClockStands => &kinds::CLOCK_STANDS,
            Self::ClockRuns => &kinds::CLOCK_RUNS,
            Self::NoSuchAttachment { .. } => &kinds::ATTACHMENT_NOT_FOUND,
            Self::AlreadyAttached { .. } => &kinds::ALREADY_ATTACHED,
            Self::MainAttached { .. } => &kinds::MAIN_ATTACHED,
            Self::TooManyFiles => &kinds::TOO_MANY_FILES,
            Self::WasDerived => &kinds::WAS_DERIVED,
            Self::ObservedOnce { .. } => &kinds::OBSERVED_ONCE,
            Self::CorrectionExpired { .. } => &kinds::CORRECTION_EXPIRED,
            Self::CorrectionRunning { .. } => &kinds::CORRECTION_RUNNING,
        }
    }
}

impl Named for DirectoryRefusal {
    fn kind(&self) -> &'static Kind {
        match self {
            Self::NotFound => &kinds::ENTRY_NOT_FOUND,
            Self::Taken => &kinds::CODE_TAKEN,
            Self::DayDeclared => &kinds::DAY_DECLARED,
            Self::Invalid(_) => &kinds::INVALID_COMMAND,
            Self::LastAdministrator => &kinds::LAST_ADMINISTRATOR,
            Self::BeyondOwn => &kinds::BEYOND_OWN_PERMISSIONS,
        }
    }
}

impl Named for SeriesRefusal {
    fn kind(&self) -> &'static Kind {
        match self {
            Self::Running { .. } => &kinds::SERIES_RUNNING,
            Self::First => &kinds::INVALID_COMMAND,
        }
    }
}

/// The answer to a refused command.
pub(crate) fn refused(refusal: &impl Named) -> Problem {
    let faults = refusal.faults().iter();
    let errors = faults.map(|fault| FieldError::new(&fault.pointer, fault.code, &fault.detail));
    Problem::new(refusal.kind())
        .detail(refusal.to_string())
        .errors(errors)
}

/// The answer to a command that was not carried out, or may not have been.
pub(crate) fn of<R: Named>(error: TransactError<R>) -> Problem {
    match error {
        TransactError::Refused(refusal) => refused(&refusal),
        TransactError::KeyReused => key_reused(),
        TransactError::Precondition { version } => precondition(version),
        TransactError::Contended => soon(Problem::new(&kinds::CONCURRENT_CHANGE)),
        TransactError::Unknown => soon(Problem::new(&kinds::OUTCOME_UNKNOWN)),
        TransactError::Read(error) => unavailable(&*error.0),
        TransactError::Damaged(error) => damaged(&error),
        TransactError::Append(error) => append(&error),
        TransactError::Encode(error) => internal(&error),
    }
}

/// The answer to a file that was not taken.
pub(crate) fn of_objects(error: &ObjectsError) -> Problem {
    match error {
        ObjectsError::TooLarge { limit } => {
            Problem::new(&kinds::FILE_TOO_LARGE).detail(format!("a file has at most {limit} bytes"))
        }
        ObjectsError::BrokenOff(_) => Problem::new(&MALFORMED_BODY).detail(error.to_string()),
        ObjectsError::Crowded => soon(Problem::new(&kinds::TOO_BUSY)).detail(error.to_string()),
        ObjectsError::Place { .. } | ObjectsError::Missing => internal(error),
        ObjectsError::Store(_) => {
            tracing::warn!(
                error = error as &dyn std::error::Error,
                "a file cannot be kept"
            );
            soon(Problem::new(&UNAVAILABLE)).detail("the object store does not answer")
        }
    }
}

/// The answer to a registration that did not happen, or may not have.
pub(crate) fn of_registration(error: RegisterError) -> Problem {
    match error {
        RegisterError::Refused(refusal) => refused(&refusal),
        RegisterError::KeyReused | RegisterError::Numbering(NumberingError::Taken) => key_reused(),
        RegisterError::Precondition { version } => precondition(version),
        RegisterError::Contended | RegisterError::Numbering(NumberingError::Moved) => {
            soon(Problem::new(&kinds::CONCURRENT_CHANGE))
        }
        RegisterError::Numbering(NumberingError::Crowded) => soon(Problem::new(&kinds::TOO_BUSY)),
        RegisterError::Numbering(NumberingError::Unavailable) => soon(Problem::new(&UNAVAILABLE)),
        RegisterError::Numbering(NumberingError::Unknown) => {
            soon(Problem::new(&kinds::OUTCOME_UNKNOWN))
        }
        RegisterError::Numbering(NumberingError::Full) => full(),
        RegisterError::Numbering(
            error @ (NumberingError::Refused(_) | NumberingError::Damaged(_)),
        ) => internal(&error),
        RegisterError::Read(error) => unavailable(&*error.0),
        RegisterError::Damaged(error) => damaged(&error),
        RegisterError::Vault(error) => of_vault(&error),
    }
}

/// The answer when no secret can be made or kept.
pub(crate) fn of_vault(error: &VaultError) -> Problem {
    match error {
        VaultError::Random(_) => internal(error),
        VaultError::Bucket(cause) => unavailable(&**cause),
    }
}

/// The answer to a series that is none.
pub(crate) fn of_series(error: NumberError) -> Problem {
    let pointer = match error {
        NumberError::Code | NumberError::Value => "/code",
        NumberError::Year => "/year",
    };
    Problem::new(&kinds::INVALID_COMMAND).error(FieldError::new(
        pointer,
        "series",
        error.to_string(),
    ))
}

fn append(error: &AppendError) -> Problem {
    match error {
        AppendError::Full => full(),
        AppendError::Unavailable(cause) => unavailable(&**cause),
        AppendError::Unknown(_) => soon(Problem::new(&kinds::OUTCOME_UNKNOWN)),
        AppendError::Conflict | AppendError::Busy => soon(Problem::new(&kinds::CONCURRENT_CHANGE)),
        AppendError::Duplicate { .. } => key_reused(),
        AppendError::Refused { .. } => internal(error),
    }
}

fn precondition(version: u64) -> Problem {
    Problem::new(&kinds::PRECONDITION_FAILED).detail(format!("it is at version {version} now"))
}

fn key_reused() -> Problem {
    Problem::new(&kinds::IDEMPOTENCY_KEY_REUSED)
        .detail("choose a new Idempotency-Key for each new act")
}

fn full() -> Problem {
    Problem::new(&kinds::LOG_FULL)
        .detail("nothing was done; an operator must make room")
        .header(header::RETRY_AFTER, HeaderValue::from_static("30"))
}

fn unavailable(cause: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::warn!(error = cause, "the event log does not answer a command");
    soon(Problem::new(&UNAVAILABLE)).detail("the event log does not answer")
}

fn damaged(error: &crate::history::Damaged) -> Problem {
    tracing::error!(%error, "a history is damaged");
    Problem::new(&kinds::HISTORY_DAMAGED)
}

fn internal(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error, "a command failed");
    Problem::new(&INTERNAL_ERROR)
}

/// The same request again helps, in a moment.
fn soon(problem: Problem) -> Problem {
    problem.header(header::RETRY_AFTER, HeaderValue::from_static("1"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::kinds::ALL;

    #[test]
    fn every_kind_has_a_page_of_its_own() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/problems");
        let mut slugs = BTreeSet::new();
        for kind in ALL {
            assert!(slugs.insert(kind.slug), "{} occurs twice", kind.slug);
            let page = folder.join(format!("{}.md", kind.slug));
            let text = std::fs::read_to_string(&page).unwrap_or_default();
            assert!(
                text.contains(&format!("/problems/{}", kind.slug)),
                "{page:?}"
            );
        }
    }
}
