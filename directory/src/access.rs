//! Who may do what: the one authorisation table, role by act, default deny.
//!
//! The table says what a role may ask at all. Whether the user belongs to the office that acts
//! (I10), and whether the document is in a state for it, the domain decides on the command side;
//! whose inbox may be read, the query side decides by [`reads_office`].

use events::OfficeId;
use events::classify::Role::{self, Admin, Head, Integrator, Officer, Registrar, Viewer};

use crate::User;

macro_rules! acts {
    ($( $(#[$doc:meta])* $act:ident: $($role:ident)|+; )+) => {
        /// Something a user can ask for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Act {
            $( $(#[$doc])* $act, )+
        }

        /// Each act with the roles that may ask for it.
        pub const TABLE: &[(Act, &[Role])] = &[
            $( (Act::$act, &[$($role),+]), )+
        ];

        impl Act {
            /// The roles that may ask for it.
            pub const fn roles(self) -> &'static [Role] {
                match self { $( Self::$act => &[$($role),+], )+ }
            }
        }
    };
}

acts! {
    /// Enter a document in the register (R1, R2).
    RegisterDocument: Registrar | Integrator;
    /// Set type, category, tags, priority.
    ClassifyDocument: Registrar | Head;
    /// Put right what was written at registration.
    AmendDocument: Registrar | Head;
    /// Send on a document that the office holds (D1).
    DeriveDocument: Registrar | Officer | Head;
    /// Take in what was sent to the office (D3).
    ReceiveDerivation: Registrar | Officer | Head;
    /// Refuse what was sent to the office.
    RejectDerivation: Registrar | Officer | Head;
    /// Confirm having seen a copy.
    AcknowledgeCopy: Registrar | Officer | Head;
    /// Give a derivation to a person of the office.
    AssignDerivation: Head;
    /// Send back what was received.
    ReturnDerivation: Registrar | Officer | Head;
    /// Take back what was sent and not yet received.
    RecallDerivation: Registrar | Officer | Head;
    /// Do what a derivation asks.
    AttendDerivation: Registrar | Officer | Head;
    /// Finish a document that has nothing open (D4).
    ConcludeDocument: Head;
    /// Put a finished document away (A1).
    ArchiveDocument: Registrar | Head;
    /// Take a document out of the archive (A1).
    RestoreDocument: Registrar | Head;
    /// Take a document out of use (A1).
    VoidDocument: Head;
    /// Write a remark.
    AddNote: Registrar | Officer | Head | Admin;
    /// Add a file to a document that the office holds or registered.
    AttachFile: Registrar | Officer | Head | Integrator;
    /// Say that a file does not belong to its document (A1).
    WithdrawAttachment: Registrar | Officer | Head;
    /// Begin a series at a given number.
    OpenSeries: Admin;
    /// Set up, change, close offices.
    ManageOffices: Admin;
    /// Set up, change, retire document types.
    ManageDocumentTypes: Admin;
    /// Set up, change, deactivate users.
    ManageUsers: Admin;
    /// Issue and revoke API keys.
    ManageApiKeys: Admin;
    /// Read documents, their timelines and derivations.
    ReadDocuments: Registrar | Officer | Head | Viewer | Admin | Integrator;
    /// Read the inbox of an office; which one, [`reads_office`] says.
    ReadInbox: Registrar | Officer | Head | Viewer | Admin;
    /// Read statistics.
    ReadStatistics: Registrar | Officer | Head | Viewer | Admin;
    /// Read offices and document types.
    ReadCatalogue: Registrar | Officer | Head | Viewer | Admin | Integrator;
    /// Read who the users are.
    ReadUsers: Registrar | Officer | Head | Viewer | Admin;
    /// Read which API keys there are; never their secrets (I18).
    ReadApiKeys: Admin;
}

/// Whether `user` may ask for `act` at all.
pub fn allowed(user: &User, act: Act) -> bool {
    user.active && act.roles().iter().any(|role| user.is(*role))
}

/// Whether `user` may read the inbox of `office`: its own people, viewers and administrators.
pub fn reads_office(user: &User, office: OfficeId) -> bool {
    user.active && (user.belongs_to(office) || user.is(Viewer) || user.is(Admin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(role: Role) -> User {
        User {
            roles: [role].into(),
            id: events::UserId::of_login("someone"),
            ..User::system()
        }
    }

    #[test]
    fn without_a_role_nothing_is_allowed() {
        let nobody = User {
            roles: [].into(),
            ..with(Viewer)
        };
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
    fn a_viewer_only_reads() {
        let viewer = with(Viewer);
        let may: Vec<_> = TABLE
            .iter()
            .map(|(act, _)| *act)
            .filter(|act| allowed(&viewer, *act))
            .collect();
        assert_eq!(
            may,
            [
                Act::ReadDocuments,
                Act::ReadInbox,
                Act::ReadStatistics,
                Act::ReadCatalogue,
                Act::ReadUsers
            ]
        );
    }

    #[test]
    fn an_officer_reads_the_inbox_of_the_own_office_only() {
        let own = OfficeId::of_code("A");
        let officer = User {
            offices: vec![own],
            ..with(Officer)
        };
        assert!(reads_office(&officer, own));
        assert!(!reads_office(&officer, OfficeId::of_code("B")));
    }
}
