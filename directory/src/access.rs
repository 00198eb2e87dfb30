//! Who may do what: the one authorisation table, act by permission, default deny.
//!
//! Roles, grants and denials say which permissions a user has ([`crate::User::may`]); this table
//! says which of them an act needs. Whether the user belongs to the office that acts (I10), and
//! whether the document is in a state for it, the domain decides on the command side; whose inbox
//! may be read, the query side decides by [`reads_office`].

use events::Permission::{
    self, ApiKeysManage, CalendarsManage, CatalogueRead, DocumentTypesManage, DocumentsArchive,
    DocumentsAttach, DocumentsAttend, DocumentsCreate, DocumentsDerive, DocumentsHead,
    DocumentsNote, DocumentsRead, DocumentsReceive, DocumentsUpdate, DocumentsWithdraw, InboxRead,
    OfficesManage, OfficesReadAll, RolesManage, SeriesManage, StatisticsRead, SubstitutionsManage,
    UsersManage, UsersRead,
};
use events::classify::Role;
use events::{OfficeId, Permissions};

use crate::User;

macro_rules! acts {
    ($( $(#[$doc:meta])* $act:ident: $permission:ident; )+) => {
        /// Something a user can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $( $(#[$doc])* $act, )+
        }

        /// Each act with the permission it needs.
        pub const TABLE: &[(Act, Permission)] = &[
            $( (Act::$act, $permission), )+
        ];

        impl Act {
            /// The permission it needs.
            pub const fn permission(self) -> Permission {
                match self { $( Self::$act => $permission, )+ }
            }
        }
    };
}

acts! {
    /// Enter a document in the register (R1, R2).
    RegisterDocument: DocumentsCreate;
    /// Hand a document in at the digital desk (R1).
    SubmitDocument: DocumentsCreate;
    /// Say what is to be corrected (O1).
    ObserveDocument: DocumentsUpdate;
    /// Say what was corrected (O2): the desk, or whoever handed it in.
    CorrectObservation: DocumentsCreate;
    /// Say that it was not corrected in time (O2).
    DeclareNotFiled: DocumentsUpdate;
    /// Tie a document to another.
    LinkDocument: DocumentsNote;
    /// Send many documents to one office, each by itself.
    DeriveMany: DocumentsDerive;
    /// See what a document that is to be registered looks like.
    FindDuplicates: DocumentsRead;
    /// Set type, category, tags, priority.
    ClassifyDocument: DocumentsUpdate;
    /// Put right what was written at registration.
    AmendDocument: DocumentsUpdate;
    /// Let only the offices that work on a document see it, or everybody again.
    RestrictDocument: DocumentsUpdate;
    /// Send on a document that the office holds (D1).
    DeriveDocument: DocumentsDerive;
    /// Take in what was sent to the office (D3).
    ReceiveDerivation: DocumentsReceive;
    /// Refuse what was sent to the office.
    RejectDerivation: DocumentsReceive;
    /// Confirm having seen a copy.
    AcknowledgeCopy: DocumentsReceive;
    /// Give a derivation to a person of the office.
    AssignDerivation: DocumentsHead;
    /// Send back what was received.
    ReturnDerivation: DocumentsReceive;
    /// Take back what was sent and not yet received.
    RecallDerivation: DocumentsDerive;
    /// Do what a derivation asks.
    AttendDerivation: DocumentsAttend;
    /// Finish a document that has nothing open (D4).
    ConcludeDocument: DocumentsHead;
    /// Put a finished document away (A1).
    ArchiveDocument: DocumentsArchive;
    /// Take a document out of the archive (A1).
    RestoreDocument: DocumentsArchive;
    /// Take a document out of use (A1).
    VoidDocument: DocumentsHead;
    /// Let a document be due later (T1).
    ExtendDeadline: DocumentsHead;
    /// Let no day count.
    SuspendClock: DocumentsHead;
    /// Let days count again.
    ResumeClock: DocumentsHead;
    /// Write a remark.
    AddNote: DocumentsNote;
    /// Add a file to a document that the office holds or registered.
    AttachFile: DocumentsAttach;
    /// Say that a file does not belong to its document (A1).
    WithdrawAttachment: DocumentsWithdraw;
    /// Begin a series at a given number.
    OpenSeries: SeriesManage;
    /// Set up, change, close offices.
    ManageOffices: OfficesManage;
    /// Set up, change, retire document types.
    ManageDocumentTypes: DocumentTypesManage;
    /// Declare and revoke days off, and say how long documents may take (T2).
    ManageCalendar: CalendarsManage;
    /// Say how channels take documents in (R5).
    ManageIntakePolicies: CalendarsManage;
    /// Say how the institution is called and where it is found.
    ManageInstitution: OfficesManage;
    /// Say which office is suggested for which documents.
    ManageRoutingRules: DocumentTypesManage;
    /// Set up, change, deactivate users.
    ManageUsers: UsersManage;
    /// Say what roles permit.
    ManageRoles: RolesManage;
    /// Grant and deny single permissions.
    ManagePermissions: RolesManage;
    /// Say who acts for whom.
    ManageSubstitutions: SubstitutionsManage;
    /// Issue and revoke API keys.
    ManageApiKeys: ApiKeysManage;
    /// Read documents, their timelines and derivations.
    ReadDocuments: DocumentsRead;
    /// Read the inbox of an office; which one, [`reads_office`] says.
    ReadInbox: InboxRead;
    /// Read statistics.
    ReadStatistics: StatisticsRead;
    /// Read offices, document types, the calendar and the intake policies.
    ReadCatalogue: CatalogueRead;
    /// Read who the users are, what roles permit, and who acts for whom.
    ReadUsers: UsersRead;
    /// Read which API keys there are; never their secrets (I18).
    ReadApiKeys: ApiKeysManage;
}

impl Act {
    /// Whether a user with the built-in `role`, as it comes, may ask for it.
    pub fn is_built_into(self, role: Role) -> bool {
        let built_in = crate::roles::built_in(role);
        built_in.is_some_and(|(_, permits)| permits.contains(self.permission()))
    }
}

/// Whether `user` may ask for `act` at all.
pub fn allowed(user: &User, act: Act) -> bool {
    user.may(act.permission())
}

/// Whether `user` may read the inbox of `office`: its own people, and those who read every one.
pub fn reads_office(user: &User, office: OfficeId) -> bool {
    user.active && (user.belongs_to(office) || user.may(OfficesReadAll))
}

/// Whether `user` may give `given` to somebody, or act upon somebody who has it: what leads to
/// everything else takes having it.
pub fn may_give(user: &User, given: Permissions) -> bool {
    let guarded = given.within(crate::roles::ADMINISTRATION);
    user.active && guarded.without(user.permissions).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::user_with;

    /// Nothing changed for who was there before permissions were: act by act, the roles.
    #[test]
    fn the_built_in_roles_may_what_they_always_could() {
        let told = |act: Act| {
            let roles = Role::ALL.iter().filter(|role| act.is_built_into(**role));
            roles.map(ToString::to_string).collect::<Vec<_>>().join(" ")
        };
        for (act, roles) in [
            (Act::RegisterDocument, "registrar integrator"),
            (Act::ClassifyDocument, "registrar head"),
            (Act::AmendDocument, "registrar head"),
            (Act::RestrictDocument, "registrar head"),
            (Act::DeriveDocument, "registrar officer head"),
            (Act::ReceiveDerivation, "registrar officer head"),
            (Act::RejectDerivation, "registrar officer head"),
            (Act::AcknowledgeCopy, "registrar officer head"),
            (Act::AssignDerivation, "head"),
            (Act::ReturnDerivation, "registrar officer head"),
            (Act::RecallDerivation, "registrar officer head"),
            (Act::AttendDerivation, "registrar officer head"),
            (Act::ConcludeDocument, "head"),
            (Act::ArchiveDocument, "registrar head"),
            (Act::RestoreDocument, "registrar head"),
            (Act::VoidDocument, "head"),
            (Act::AddNote, "registrar officer head admin"),
            (Act::AttachFile, "registrar officer head integrator"),
            (Act::WithdrawAttachment, "registrar officer head"),
            (Act::OpenSeries, "admin"),
            (Act::ManageOffices, "admin"),
            (Act::ManageDocumentTypes, "admin"),
            (Act::ManageUsers, "admin"),
            (Act::ManageApiKeys, "admin"),
            (
                Act::ReadDocuments,
                "registrar officer head viewer admin integrator",
            ),
            (Act::ReadInbox, "registrar officer head viewer admin"),
            (Act::ReadStatistics, "registrar officer head viewer admin"),
            (
                Act::ReadCatalogue,
                "registrar officer head viewer admin integrator",
            ),
            (Act::ReadUsers, "registrar officer head viewer admin"),
            (Act::ReadApiKeys, "admin"),
        ] {
            assert_eq!(told(act), roles, "{act:?}");
        }
    }

    #[test]
    fn without_a_role_nothing_is_allowed() {
        let nobody = user_with(&[]);
        for (act, _) in TABLE {
            assert!(!allowed(&nobody, *act), "{act:?}");
        }
    }

    #[test]
    fn a_deactivated_user_may_do_nothing() {
        let gone = User {
            active: false,
            ..User::system()
        };
        for (act, _) in TABLE {
            assert!(!allowed(&gone, *act), "{act:?}");
        }
    }

    #[test]
    fn an_officer_reads_the_inbox_of_the_own_office_only() {
        let own = OfficeId::of_code("A");
        let officer = User {
            offices: vec![own],
            ..user_with(&[Role::OFFICER])
        };
        assert!(reads_office(&officer, own));
        assert!(!reads_office(&officer, OfficeId::of_code("B")));
        assert!(reads_office(&user_with(&[Role::VIEWER]), own));
    }

    #[test]
    fn what_leads_to_everything_is_given_only_by_those_who_have_it() {
        let head = user_with(&[Role::HEAD]);
        assert!(may_give(&head, Permissions::of(&[DocumentsHead])));
        assert!(!may_give(&head, Permissions::of(&[UsersManage])));
        let admin = user_with(&[Role::ADMIN]);
        assert!(may_give(&admin, Permissions::all()));
    }
}
