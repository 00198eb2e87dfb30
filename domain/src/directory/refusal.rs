//! Why a command on the directory is refused.

use thiserror::Error;

use crate::refusal::{Class, Fault, Refusal};

/// Why a command on an office, a type, a user or a key is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DirectoryRefusal {
    /// Nothing was ever set up under that id.
    #[error("there is no such entry in the directory")]
    NotFound,
    /// The code or login is taken.
    #[error("the code or login is taken")]
    Taken,
    /// The day is declared, and not as it is said now.
    #[error("that day is declared otherwise; revoke it first")]
    DayDeclared,
    /// The command itself is wrong.
    #[error("the command has {} invalid field(s)", .0.len())]
    Invalid(Vec<Fault>),
    /// The last administrator must stay one.
    #[error("this is the last administrator")]
    LastAdministrator,
    /// What leads to everything else is given, and its owners are changed, only by those who
    /// have it.
    #[error("this gives, or concerns, permissions of administration that you do not have")]
    BeyondOwn,
}

impl Refusal for DirectoryRefusal {
    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::Invalid(_) => Class::Invalid,
            Self::BeyondOwn => Class::Forbidden,
            Self::Taken | Self::DayDeclared | Self::LastAdministrator => Class::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "entry_not_found",
            Self::Taken => "code_taken",
            Self::DayDeclared => "day_declared",
            Self::Invalid(_) => "invalid",
            Self::LastAdministrator => "last_administrator",
            Self::BeyondOwn => "beyond_own",
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
