//! The organisation: offices, document types, users and their keys.
//!
//! Codes and logins are unique because ids are derived from them: creating one twice meets the
//! history of the first.

mod api_key;
mod calendar;
mod document_type;
mod institution;
mod intake_policy;
mod office;
mod refusal;
mod role;
mod routing_rule;
mod substitution;
mod user;

pub use api_key::{ApiKey, ApiKeyCommand};
pub use calendar::{Calendar, CalendarCommand, DAYS};
pub use document_type::{DocumentType, DocumentTypeCommand};
pub use institution::{Institution, SetInstitution};
pub use intake_policy::{IntakePolicy, SetIntakePolicy};
pub use office::{Office, OfficeCommand};
pub use refusal::DirectoryRefusal;
pub use role::{Role, RoleCommand, RoleWish};
pub use routing_rule::{RoutingRule, RoutingRuleCommand};
pub use substitution::{Substitution, SubstitutionCommand};
pub use user::{User, UserCommand};

use ::calendar::Period;
use ::directory::Directory;
use ::directory::access::may_give;
use events::directory::Closed;
use events::{Permissions, UserId};

use crate::Context;
use crate::refusal::Faults;

fn refuse_empty_reason(reason: &str) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 1, 1000);
    faults.found(DirectoryRefusal::Invalid)
}

/// A rule says how many days or months, 1 to 1,000; a date is none.
fn check_period(period: Option<Period>) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    match period {
        None => {}
        Some(
            Period::BusinessDays(length) | Period::CalendarDays(length) | Period::Months(length),
        ) => {
            let fits = (1..=1000).contains(&length);
            faults.check(fits, "/period/length", "length", "is not 1 to 1,000");
        }
        Some(Period::Until(_)) => faults.add("/period/unit", "unit", "a date is no rule"),
    }
    faults.found(DirectoryRefusal::Invalid)
}

fn closed(reason: &str) -> Closed {
    Closed {
        reason: reason.to_owned(),
    }
}

fn check_code(faults: &mut Faults, code: &str) {
    faults.text("/code", code, 1, 20);
    let blank = code.contains(char::is_whitespace);
    faults.check(!blank, "/code", "blank", "contains blanks");
}

/// Whether `after` can be what the directory becomes by an act of the one who asks: somebody is
/// left who administers it, and nobody in it has got administration from one without it, nor lost
/// it to one.
fn refuse_overreach(after: &Directory, context: &Context<'_>) -> Result<(), DirectoryRefusal> {
    let before = context.directory;
    if before.is_administered() && !after.is_administered() {
        return Err(DirectoryRefusal::LastAdministrator);
    }
    let had = |id: UserId| {
        before
            .user(id)
            .map_or(Permissions::NONE, |user| user.permissions)
    };
    let changed = after.users().fold(Permissions::NONE, |all, user| {
        let (before, after) = (had(user.id), user.permissions);
        all.and(after.without(before)).and(before.without(after))
    });
    if may_give(context.user, changed) {
        Ok(())
    } else {
        Err(DirectoryRefusal::BeyondOwn)
    }
}

/// An act upon one who has permissions of administration takes having them.
fn refuse_outranked(user: UserId, context: &Context<'_>) -> Result<(), DirectoryRefusal> {
    let has = context.directory.user(user);
    let has = has.map_or(Permissions::NONE, |user| user.permissions);
    if may_give(context.user, has) {
        Ok(())
    } else {
        Err(DirectoryRefusal::BeyondOwn)
    }
}

#[cfg(test)]
mod tests;
