//! The part of the fold that is about people: users, roles, and who acts for whom.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use events::classify::Role;
use events::people::Place;
use events::{
    ActingFor, ApiKeyId, Permissions, RoleEvent, SubstitutionEvent, SubstitutionId, UserEvent,
    UserId, legal_date,
};

use crate::roles::{self, ADMINISTRATOR, DELEGABLE};
use crate::{Directory, Mandate, RoleEntry, Substitution, User};

/// The roles that are built in.
pub(crate) fn built_in() -> BTreeMap<Role, RoleEntry> {
    let entry = |role: &Role| {
        let (name, permissions) = roles::built_in(*role)?;
        let entry = RoleEntry {
            code: *role,
            name: name.to_owned(),
            permissions,
            active: true,
        };
        Some((*role, entry))
    };
    Role::ALL.iter().filter_map(entry).collect()
}

impl Directory {
    /// Takes in a fact about a user.
    pub fn apply_user(&mut self, id: UserId, event: &UserEvent) {
        if let UserEvent::Created(created) = event {
            let user = User {
                id,
                login: created.login.clone(),
                name: created.name.clone(),
                offices: created.offices.clone(),
                roles: created.roles.clone(),
                grants: Permissions::NONE,
                denials: Permissions::NONE,
                permissions: Permissions::NONE,
                mandates: Vec::new(),
                active: true,
            };
            self.users.insert(id, user);
        }
        let Some(user) = self.users.get_mut(&id) else {
            return;
        };
        match event {
            UserEvent::Created(_) => {}
            UserEvent::Changed(changed) => {
                user.name.clone_from(&changed.name);
                user.offices.clone_from(&changed.offices);
                user.roles.clone_from(&changed.roles);
            }
            UserEvent::Deactivated(_) => user.active = false,
            UserEvent::Activated(_) => user.active = true,
            UserEvent::PermissionsChanged(changed) => {
                user.grants = changed.grants;
                user.denials = changed.denials;
            }
        }
        add_up(&self.roles, user);
    }

    /// Takes in a fact about a role.
    pub fn apply_role(&mut self, code: Role, event: &RoleEvent) {
        if let RoleEvent::Created(created) = event {
            let entry = RoleEntry {
                code,
                name: created.name.clone(),
                permissions: created.permissions,
                active: true,
            };
            self.roles.insert(code, entry);
        }
        let Some(entry) = self.roles.get_mut(&code) else {
            return;
        };
        match event {
            RoleEvent::Created(_) => {}
            RoleEvent::Changed(changed) => {
                entry.name.clone_from(&changed.name);
                entry.permissions = changed.permissions;
            }
            RoleEvent::Retired(_) => entry.active = false,
            RoleEvent::Reinstated(_) => entry.active = true,
        }
        for user in self.users.values_mut().filter(|user| user.is(code)) {
            add_up(&self.roles, user);
        }
    }

    pub(crate) fn apply_substitution(&mut self, id: SubstitutionId, event: &SubstitutionEvent) {
        match event {
            SubstitutionEvent::SetUp(set_up) => {
                let substitution = Substitution {
                    id,
                    substitute: set_up.substitute,
                    place: set_up.place,
                    from_on: set_up.from_on,
                    until_on: set_up.until_on,
                    reason: set_up.reason.clone(),
                    ended: false,
                };
                self.substitutions.insert(id, substitution);
            }
            SubstitutionEvent::Ended(_) => {
                if let Some(substitution) = self.substitutions.get_mut(&id) {
                    substitution.ended = true;
                }
            }
        }
    }

    /// The user with this id as one who acts at `now`: with the substitutions that last then.
    pub fn acting(&self, id: UserId, now: DateTime<Utc>) -> Option<User> {
        let mut user = self.users.get(&id)?.clone();
        let own = |substitution: &&Substitution| substitution.substitute == id;
        let mut mine = self.substitutions.values().filter(own).peekable();
        if mine.peek().is_some() {
            let today = legal_date(now);
            let lasting = mine.filter(|substitution| substitution.lasts_on(today));
            let mandates = lasting.filter_map(|substitution| self.mandate(substitution));
            let denials = user.denials;
            user.mandates = mandates
                .map(|mandate| Mandate {
                    permissions: mandate.permissions.without(denials),
                    ..mandate
                })
                .collect();
        }
        Some(user)
    }

    /// The user that the API key `id` acts for at `now`, as far as its scopes go; none when the key
    /// is not valid, or the user deactivated. Its secret is checked elsewhere.
    pub fn key_holder(&self, id: ApiKeyId, now: DateTime<Utc>) -> Option<User> {
        let key = self.api_key(id).filter(|key| key.is_valid_at(now))?;
        let user = self.logged_in(key.user, now)?;
        Some(match key.scopes {
            Some(scopes) => user.scoped(scopes),
            None => user,
        })
    }

    /// The user `id` as one who asks at `now`; none when deactivated.
    pub fn logged_in(&self, id: UserId, now: DateTime<Utc>) -> Option<User> {
        self.acting(id, now).filter(|user| user.active)
    }

    /// What `substitution` lets its substitute do. From one who is deactivated nothing is taken
    /// over, nor what somebody has by a substitution alone.
    fn mandate(&self, substitution: &Substitution) -> Option<Mandate> {
        let (user, offices, permissions) = match substitution.place {
            Place::User(id) => {
                let away = self.users.get(&id).filter(|user| user.active)?;
                (Some(id), away.offices.clone(), away.permissions)
            }
            Place::HeadOf(office) => {
                let head = self.roles.get(&Role::HEAD).filter(|head| head.active)?;
                (None, vec![office], head.permissions)
            }
        };
        Some(Mandate {
            acting_for: ActingFor {
                substitution: substitution.id,
                user,
            },
            offices,
            permissions: permissions.within(DELEGABLE),
        })
    }

    /// The role with this code.
    pub fn role(&self, code: Role) -> Option<&RoleEntry> {
        self.roles.get(&code)
    }

    /// All roles: those built in first, then by code.
    pub fn roles(&self) -> impl Iterator<Item = &RoleEntry> {
        self.roles.values()
    }

    /// The substitution with this id.
    pub fn substitution(&self, id: SubstitutionId) -> Option<&Substitution> {
        self.substitutions.get(&id)
    }

    /// All substitutions, by id.
    pub fn substitutions(&self) -> impl Iterator<Item = &Substitution> {
        self.substitutions.values()
    }

    /// Whether somebody is there who can let everybody else do what they must.
    pub fn is_administered(&self) -> bool {
        self.users.values().any(is_administrator)
    }
}

fn is_administrator(user: &User) -> bool {
    user.active && ADMINISTRATOR.without(user.permissions).is_empty()
}

fn permitted(roles: &BTreeMap<Role, RoleEntry>, codes: &BTreeSet<Role>) -> Permissions {
    let entries = codes.iter().filter_map(|code| roles.get(code));
    let active = entries.filter(|entry| entry.active);
    active.fold(Permissions::NONE, |all, entry| all.and(entry.permissions))
}

fn add_up(roles: &BTreeMap<Role, RoleEntry>, user: &mut User) {
    let allowed = permitted(roles, &user.roles).and(user.grants);
    user.permissions = allowed.without(user.denials);
}

#[cfg(test)]
mod tests;
