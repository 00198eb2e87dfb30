//! A user: set up, changed, deactivated.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::classify::Role;
use events::directory::{UserChanged, UserCreated, UserPermissionsChanged};
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
        /// What is granted and denied beside the roles.
        permissions: UserPermissionsChanged,
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
    /// Grant and deny single permissions, whole, beside those of the roles.
    SetPermissions(UserPermissionsChanged),
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
        let (id, event) = match (command, self) {
            (
                UserCommand::Create {
                    login,
                    name,
                    offices,
                    roles,
                },
                Self::Absent,
            ) => {
                check(Some(login), name, offices, roles, context)?;
                let id = UserId::of_login(login);
                let created = UserCreated {
                    user: id,
                    login: login.clone(),
                    name: name.clone(),
                    offices: offices.clone(),
                    roles: roles.clone(),
                };
                (id, Some(UserEvent::Created(created)))
            }
            (UserCommand::Create { .. }, Self::Present { .. }) => {
                return Err(DirectoryRefusal::Taken);
            }
            (
                UserCommand::Change { .. }
                | UserCommand::SetPermissions(_)
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
                check(None, name, offices, roles, context)?;
                let changed = UserChanged {
                    name: name.clone(),
                    offices: offices.clone(),
                    roles: roles.clone(),
                };
                let other = changed != *description;
                (*id, other.then_some(UserEvent::Changed(changed)))
            }
            (
                UserCommand::SetPermissions(changed),
                Self::Present {
                    id, permissions, ..
                },
            ) => {
                let other = changed != permissions;
                let event = UserEvent::PermissionsChanged(*changed);
                (*id, other.then_some(event))
            }
            (UserCommand::Deactivate { reason }, Self::Present { id, active, .. }) => {
                super::refuse_empty_reason(reason)?;
                let event = active.then(|| UserEvent::Deactivated(super::closed(reason)));
                (*id, event)
            }
            (UserCommand::Activate { reason }, Self::Present { id, active, .. }) => {
                super::refuse_empty_reason(reason)?;
                let event = (!active).then(|| UserEvent::Activated(super::closed(reason)));
                (*id, event)
            }
        };
        if let Some(event) = &event {
            super::refuse_outranked(id, context)?;
            let mut after = context.directory.clone();
            after.apply_user(id, event);
            super::refuse_overreach(&after, context)?;
        }
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
                permissions: UserPermissionsChanged::default(),
                active: true,
                changed_at: told.at,
            };
        }
        if let Self::Present {
            description,
            permissions,
            active,
            changed_at,
            ..
        } = self
        {
            *changed_at = told.at;
            match &told.event {
                UserEvent::Created(_) => {}
                UserEvent::Changed(changed) => *description = changed.clone(),
                UserEvent::PermissionsChanged(changed) => *permissions = *changed,
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

fn check(
    login: Option<&str>,
    name: &str,
    offices: &[OfficeId],
    roles: &BTreeSet<Role>,
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
    for (index, role) in roles.iter().enumerate() {
        let known = context.directory.role(*role).is_some();
        faults.check(known, &format!("/roles/{index}"), "unknown", "is no role");
    }
    faults.found(DirectoryRefusal::Invalid)
}
