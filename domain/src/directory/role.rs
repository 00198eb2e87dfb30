//! A role: what those who have it may do. Six are built in; the institution adds its own.

use chrono::{DateTime, Utc};
use events::people::{RoleChanged, RoleCreated};
use events::{Envelope, Permissions, RoleEvent, classify};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// One role, as far as its own events tell. One that is built in has none until it is changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Without events.
    #[default]
    Untouched,
    /// With events.
    Told {
        /// When the last was.
        changed_at: DateTime<Utc>,
    },
}

/// A wish about the role `code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleCommand {
    /// Which role.
    pub code: classify::Role,
    /// What is to become of it.
    pub wish: RoleWish,
}

/// What is to become of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleWish {
    /// Set it up.
    Create {
        /// The name shown, 1 to 200 characters.
        name: String,
        /// What it permits.
        permissions: Permissions,
    },
    /// Describe it anew.
    Change {
        /// The name shown, 1 to 200 characters.
        name: String,
        /// What it permits.
        permissions: Permissions,
    },
    /// Let it permit nothing any more.
    Retire {
        /// Why.
        reason: String,
    },
    /// Let it permit again what it did.
    Reinstate {
        /// Why.
        reason: String,
    },
}

impl Decider for Role {
    type Command = RoleCommand;
    type Event = RoleEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &RoleCommand,
        context: &Context<'_>,
    ) -> Result<Decided<RoleEvent>, DirectoryRefusal> {
        let known = context.directory.role(command.code);
        let event = match (&command.wish, known) {
            (RoleWish::Create { .. }, Some(_)) => return Err(DirectoryRefusal::Taken),
            (RoleWish::Create { name, permissions }, None) => {
                check(name)?;
                Some(RoleEvent::Created(RoleCreated {
                    role: command.code,
                    name: name.clone(),
                    permissions: *permissions,
                }))
            }
            (RoleWish::Change { name, permissions }, Some(known)) => {
                check(name)?;
                let other = known.name != *name || known.permissions != *permissions;
                other.then(|| {
                    RoleEvent::Changed(RoleChanged {
                        name: name.clone(),
                        permissions: *permissions,
                    })
                })
            }
            (RoleWish::Retire { reason }, Some(known)) => {
                super::refuse_empty_reason(reason)?;
                let retire = || RoleEvent::Retired(super::closed(reason));
                known.active.then(retire)
            }
            (RoleWish::Reinstate { reason }, Some(known)) => {
                super::refuse_empty_reason(reason)?;
                let reinstate = || RoleEvent::Reinstated(super::closed(reason));
                (!known.active).then(reinstate)
            }
            (
                RoleWish::Change { .. } | RoleWish::Retire { .. } | RoleWish::Reinstate { .. },
                None,
            ) => return Err(DirectoryRefusal::NotFound),
        };
        if let Some(event) = &event {
            let mut after = context.directory.clone();
            after.apply_role(command.code, event);
            super::refuse_overreach(&after, context)?;
        }
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<RoleEvent>) {
        *self = Self::Told {
            changed_at: told.at,
        };
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Untouched => None,
            Self::Told { changed_at } => Some(*changed_at),
        }
    }
}

fn check(name: &str) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    faults.text("/name", name, 1, 200);
    faults.found(DirectoryRefusal::Invalid)
}
