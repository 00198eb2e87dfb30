//! What can be permitted: a closed set of words, and sets of them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words;

words! {
    /// One thing that a role, a grant or the scope of a key permits.
    pub enum Permission {
        /// Enter documents in the register.
        DocumentsCreate = "documents.create",
        /// Read documents, their timelines and derivations.
        DocumentsRead = "documents.read",
        /// Classify, amend, observe documents.
        DocumentsUpdate = "documents.update",
        /// Archive and restore documents.
        DocumentsArchive = "documents.archive",
        /// Send documents to other offices, and take them back.
        DocumentsDerive = "documents.derive",
        /// Take in, refuse and send back what was sent to the office.
        DocumentsReceive = "documents.receive",
        /// Do what a derivation asks.
        DocumentsAttend = "documents.attend",
        /// Add files.
        DocumentsAttach = "documents.attach",
        /// Say that a file does not belong to its document.
        DocumentsWithdraw = "documents.withdraw",
        /// Write remarks.
        DocumentsNote = "documents.note",
        /// Act as the head of the office: assign, conclude, void, extend.
        DocumentsHead = "documents.head",
        /// Read the inbox of the own office.
        InboxRead = "inbox.read",
        /// Read what lies in every office, not in the own ones alone.
        OfficesReadAll = "offices.read_all",
        /// Read statistics.
        StatisticsRead = "statistics.read",
        /// Ask for reports.
        ReportsCreate = "reports.create",
        /// Exchange documents with other institutions.
        IntegrationsUse = "integrations.use",
        /// Set up integrations.
        IntegrationsConfigure = "integrations.configure",
        /// Read offices, document types, series.
        CatalogueRead = "catalogue.read",
        /// Set up, change, close offices.
        OfficesManage = "offices.manage",
        /// Set up, change, retire document types.
        DocumentTypesManage = "document_types.manage",
        /// Begin series at a given number.
        SeriesManage = "series.manage",
        /// Declare days, deadlines and hours of the offices.
        CalendarsManage = "calendars.manage",
        /// Read who the users are.
        UsersRead = "users.read",
        /// Set up, change, deactivate users, and give them roles.
        UsersManage = "users.manage",
        /// Say what roles permit, and grant or deny single permissions.
        RolesManage = "roles.manage",
        /// Say who acts for whom, and until when.
        SubstitutionsManage = "substitutions.manage",
        /// Issue, read and revoke API keys.
        ApiKeysManage = "api_keys.manage",
        /// Read who did and who read what.
        AuditRead = "audit.read",
        /// Send notifications.
        NotificationsSend = "notifications.send",
        /// Say when an alert is raised.
        AlertsConfigure = "alerts.configure",
        /// See restricted documents of every office, not of those that work on them alone.
        DocumentsReadRestricted = "documents.read_restricted",
    }
}

impl Permission {
    /// The place of its bit.
    const fn bit(self) -> u64 {
        1 << self as u32
    }
}

/// A set of permissions. Stored as the list of their words, in the order of [`Permission::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

impl Permissions {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// Everything there is.
    pub const fn all() -> Self {
        Self::of(Permission::ALL)
    }

    /// These.
    pub const fn of(list: &[Permission]) -> Self {
        let (mut bits, mut index) = (0, 0);
        while index < list.len() {
            bits |= list[index].bit();
            index += 1;
        }
        Self(bits)
    }

    /// Whether `permission` is in it.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// What is in either.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this one alone.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each that is in it.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        let all = Permission::ALL.iter().copied();
        all.filter(move |permission| self.contains(*permission))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(list: I) -> Self {
        let bits = list.into_iter().fold(0, |bits, one| bits | one.bit());
        Self(bits)
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<Permission>::deserialize(deserializer)?;
        Ok(list.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Permission::{AuditRead, DocumentsRead, UsersManage};
    use super::*;

    #[test]
    fn every_permission_has_a_bit_of_its_own() {
        assert!(Permission::ALL.len() <= 64);
        assert_eq!(Permissions::all().iter().count(), Permission::ALL.len());
    }

    #[test]
    fn a_set_is_stored_as_the_list_of_its_words() {
        let set: Permissions = [UsersManage, DocumentsRead].into_iter().collect();
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"["documents.read","users.manage"]"#);
        assert_eq!(serde_json::from_str::<Permissions>(&text).unwrap(), set);
        assert!(serde_json::from_str::<Permissions>(r#"["anything"]"#).is_err());
    }

    #[test]
    fn sets_are_joined_cut_and_compared() {
        let one = Permissions::of(&[UsersManage, DocumentsRead]);
        let other = Permissions::of(&[DocumentsRead, AuditRead]);
        assert_eq!(one.and(other).iter().count(), 3);
        assert_eq!(one.within(other), Permissions::of(&[DocumentsRead]));
        assert_eq!(one.without(other), Permissions::of(&[UsersManage]));
        assert!(one.without(one).is_empty());
    }
}
