//! Users: what they may do, for which office, and in whose place.

use std::collections::BTreeSet;

use events::classify::Role;
use events::{ActingFor, OfficeId, Permission, Permissions, UserId};

/// A person or program that acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The unique login.
    pub login: String,
    /// The name shown.
    pub name: String,
    /// The offices the user acts for; the first is the usual one.
    pub offices: Vec<OfficeId>,
    /// The roles the user has.
    pub roles: BTreeSet<Role>,
    /// What the user may do beside the roles.
    pub grants: Permissions,
    /// What the user may not do whatever the roles and grants: a denial wins.
    pub denials: Permissions,
    /// What all that adds up to.
    pub permissions: Permissions,
    /// In whose place the user acts at the moment asked about; empty in what the directory holds.
    pub mandates: Vec<Mandate>,
    /// Whether the user may act at all.
    pub active: bool,
}

/// What a substitution lets a user do while it lasts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// By virtue of which substitution, for whom.
    pub acting_for: ActingFor,
    /// In which offices.
    pub offices: Vec<OfficeId>,
    /// What.
    pub permissions: Permissions,
}

impl User {
    /// Mesa itself: set-up and imports. It belongs to no office and to every one.
    pub fn system() -> Self {
        Self {
            id: UserId::system(),
            login: "system".to_owned(),
            name: "Mesa".to_owned(),
            offices: Vec::new(),
            roles: Role::ALL.iter().copied().collect(),
            grants: Permissions::NONE,
            denials: Permissions::NONE,
            permissions: Permissions::all(),
            mandates: Vec::new(),
            active: true,
        }
    }

    /// Whether this is Mesa itself.
    pub fn is_system(&self) -> bool {
        self.id == UserId::system()
    }

    /// Whether the user may act in the name of `office` (I10), in the own right or as a substitute.
    pub fn belongs_to(&self, office: OfficeId) -> bool {
        self.is_of(office) || self.mandate_in(office).is_some()
    }

    /// The offices that the user may act for, in the own right or as a substitute.
    pub fn all_offices(&self) -> Vec<OfficeId> {
        let lent = self.mandates.iter().flat_map(|mandate| &mandate.offices);
        self.offices.iter().chain(lent).copied().collect()
    }

    /// Whether the user has `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the user may do what `permission` is about, somewhere.
    pub fn may(&self, permission: Permission) -> bool {
        let own = self.permissions.contains(permission);
        let lent = |mandate: &Mandate| mandate.permissions.contains(permission);
        self.active && (own || self.mandates.iter().any(lent))
    }

    /// Whether the user may do what `permission` is about in the name of `office`.
    pub fn may_in(&self, office: OfficeId, permission: Permission) -> bool {
        let own = self.is_of(office) && self.permissions.contains(permission);
        let lent = |mandate: &Mandate| {
            mandate.offices.contains(&office) && mandate.permissions.contains(permission)
        };
        self.active && (own || self.mandates.iter().any(lent))
    }

    /// The user as one who asks for what `permission` is about: of the own offices, and of those
    /// of substitutions, only where the user may. So who is head in another's place is not head
    /// at home.
    #[must_use]
    pub fn asking(mut self, permission: Permission) -> Self {
        if self.mandates.is_empty() {
            return self;
        }
        if !self.permissions.contains(permission) {
            self.offices.clear();
        }
        let lent = |mandate: &Mandate| mandate.permissions.contains(permission);
        self.mandates.retain(lent);
        self
    }

    /// The user as one whose key opens `scopes` alone.
    #[must_use]
    pub fn scoped(mut self, scopes: Permissions) -> Self {
        self.permissions = self.permissions.within(scopes);
        for mandate in &mut self.mandates {
            mandate.permissions = mandate.permissions.within(scopes);
        }
        self
    }

    /// By virtue of which substitution the user acts in `office`; none in the own right.
    pub fn acting_for(&self, office: OfficeId) -> Option<ActingFor> {
        if self.is_of(office) {
            return None;
        }
        self.mandate_in(office).map(|mandate| mandate.acting_for)
    }

    fn is_of(&self, office: OfficeId) -> bool {
        self.is_system() || self.offices.contains(&office)
    }

    fn mandate_in(&self, office: OfficeId) -> Option<&Mandate> {
        let there = |mandate: &&Mandate| mandate.offices.contains(&office);
        self.mandates.iter().find(there)
    }
}
