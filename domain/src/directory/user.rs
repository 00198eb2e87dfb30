//! A user: set up, changed, deactivated.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::classify::Role;
use events::directory::{UserChanged, UserCreated};
use events::{Envelope, OfficeId, UserEvent, UserId};

use super::DirectoryRefusal;
use crate::refusal::Faults;
use crate::{Context, Decided, Decider};

/// One user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum User {
    /// Never set up.
    #[default]
    Absent,
    /// Set up.
    Present {
        /// Its id.
        id: UserId,
        /// How the user is described.
        description: UserChanged,
        /// Whether the user may act.
        active: bool,
        /// When it last changed.
        changed_at: DateTime<Utc>,
    },
}

/// A wish about one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Set up a user.
    Create {
        /// The unique login, 1 to 60 characters.
        login: String,
        /// The name shown, 1 to 200 characters.
        name: String,
        /// The offices, the usual one first; none twice.
        offices: Vec<OfficeId>,
        /// What the user may do.
        roles: BTreeSet<Role>,
    },
    /// Describe the user anew.
    Change {
        /// The name shown, 1 to 200 characters.
        name: String,
        /// The offices, the usual one first; none twice.
        offices: Vec<OfficeId>,
        /// What the user may do.
        roles: BTreeSet<Role>,
    },
    /// Let the user do nothing more.
    Deactivate {
        /// Why.
        reason: String,
    },
    /// Let the user act again.
    Activate {
        /// Why.
        reason: String,
    },
}

impl Decider for User {
    type Command = UserCommand;
    type Event = UserEvent;
    type Refusal = DirectoryRefusal;

    fn decide(
        &self,
        command: &UserCommand,
        context: &Context<'_>,
    ) -> Result<Decided<UserEvent>, DirectoryRefusal> {
        let event = match (command, self) {
            (
                UserCommand::Create {
                    login,
                    name,
                    offices,
                    roles,
                },
                Self::Absent,
            ) => {
                check(Some(login), name, offices, context)?;
                Some(UserEvent::Created(UserCreated {
                    user: UserId::of_login(login),
                    login: login.clone(),
                    name: name.clone(),
                    offices: offices.clone(),
                    roles: roles.clone(),
                }))
            }
            (UserCommand::Create { .. }, Self::Present { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (
                UserCommand::Change { .. }
                | UserCommand::Deactivate { .. }
                | UserCommand::Activate { .. },
                Self::Absent,
            ) => return Err(DirectoryRefusal::NotFound),
            (
                UserCommand::Change {
                    name,
                    offices,
                    roles,
                },
                Self::Present {
                    id, description, ..
                },
            ) => {
                check(None, name, offices, context)?;
                if !roles.contains(&Role::Admin) {
                    refuse_last_administrator(*id, context)?;
                }
                let changed = UserChanged {
                    name: name.clone(),
                    offices: offices.clone(),
                    roles: roles.clone(),
                };
                (changed != *description).then_some(UserEvent::Changed(changed))
            }
            (UserCommand::Deactivate { reason }, Self::Present { id, active, .. }) => {
                super::refuse_empty_reason(reason)?;
                refuse_last_administrator(*id, context)?;
                active.then(|| UserEvent::Deactivated(super::closed(reason)))
            }
            (UserCommand::Activate { reason }, Self::Present { active, .. }) => {
                super::refuse_empty_reason(reason)?;
                (!active).then(|| UserEvent::Activated(super::closed(reason)))
            }
        };
        Ok(Decided::by(None, event.into_iter().collect()))
    }

    fn evolve(&mut self, told: &Envelope<UserEvent>) {
        if let (Self::Absent, UserEvent::Created(created)) = (&*self, &told.event) {
            *self = Self::Present {
                id: created.user,
                description: UserChanged {
                    name: created.name.clone(),
                    offices: created.offices.clone(),
                    roles: created.roles.clone(),
                },
                active: true,
                changed_at: told.at,
            };
        }
        if let Self::Present {
            description,
            active,
            changed_at,
            ..
        } = self
        {
            *changed_at = told.at;
            match &told.event {
                UserEvent::Created(_) => {}
                UserEvent::Changed(changed) => *description = changed.clone(),
                UserEvent::Deactivated(_) => *active = false,
                UserEvent::Activated(_) => *active = true,
            }
        }
    }

    fn last_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Absent => None,
            Self::Present { changed_at, .. } => Some(*changed_at),
        }
    }
}

fn refuse_last_administrator(user: UserId, context: &Context<'_>) -> Result<(), DirectoryRefusal> {
    let mut administrators = context
        .directory
        .users()
        .filter(|user| user.active && user.is(Role::Admin))
        .map(|user| user.id);
    if administrators.next() == Some(user) && administrators.next().is_none() {
        return Err(DirectoryRefusal::LastAdministrator);
    }
    Ok(())
}

fn check(
    login: Option<&str>,
    name: &str,
    offices: &[OfficeId],
    context: &Context<'_>,
) -> Result<(), DirectoryRefusal> {
    let mut faults = Faults::default();
    if let Some(login) = login {
        faults.text("/login", login, 1, 60);
        let fits = login != "system" && !login.contains(char::is_whitespace);
        faults.check(fits, "/login", "login", "is reserved or contains blanks");
    }
    faults.text("/name", name, 1, 200);
    for (index, office) in offices.iter().enumerate() {
        let pointer = format!("/office_ids/{index}");
        let known = context.directory.office(*office).is_some();
        faults.check(known, &pointer, "unknown", "is no office");
        let twice = offices[..index].contains(office);
        faults.check(!twice, &pointer, "twice", "is named twice");
    }
    faults.found(DirectoryRefusal::Invalid)
}
