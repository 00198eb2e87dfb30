//! What a user sees of restricted documents (articles 15 to 17 of the TUO of Law 27806).
//!
//! A restricted document is seen by the people of the offices that work on it, which its own
//! history says, and by those who read every restricted document. For all others there is none.

use events::{OfficeId, Permission};
use serde::Serialize;

use crate::User;

/// What a user sees of restricted documents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// All of them.
    Everything,
    /// Those that one of these offices sees; sorted, so that who sees the same has the same sight.
    Offices(Vec<OfficeId>),
}

impl Sight {
    /// What `user` sees, who [asks](User::asking) for something.
    pub fn of(user: &User) -> Self {
        if user.may(Permission::DocumentsReadRestricted) {
            return Self::Everything;
        }
        let mut offices = user.all_offices();
        offices.sort_unstable();
        offices.dedup();
        Self::Offices(offices)
    }

    /// Whether it shows a document that only the offices `seen_by` see.
    pub fn shows<'o>(&self, seen_by: impl IntoIterator<Item = &'o OfficeId>) -> bool {
        match self {
            Self::Everything => true,
            Self::Offices(own) => seen_by.into_iter().any(|office| own.contains(office)),
        }
    }
}

#[cfg(test)]
mod tests {
    use events::Permissions;
    use events::classify::Role;

    use super::*;
    use crate::testing::user_with;

    fn office(code: &str) -> OfficeId {
        OfficeId::of_code(code)
    }

    #[test]
    fn people_of_an_office_that_sees_it_see_it_and_no_others() {
        let user = User {
            offices: vec![office("B"), office("A"), office("B")],
            ..user_with(&[Role::HEAD])
        };
        let sight = Sight::of(&user);
        assert!(sight.shows(&[office("C"), office("A")]));
        assert!(!sight.shows(&[office("C")]));
        assert!(!sight.shows(&[]));
    }

    #[test]
    fn no_built_in_role_sees_what_its_offices_do_not() {
        for role in Role::ALL {
            let sight = Sight::of(&user_with(&[*role]));
            assert!(!sight.shows(&[office("A")]), "{role}");
        }
    }

    #[test]
    fn who_is_permitted_to_sees_all_and_by_a_key_only_if_it_opens_that() {
        let mut auditor = user_with(&[Role::VIEWER]);
        let all = Permissions::of(&[Permission::DocumentsReadRestricted]);
        auditor.permissions = auditor.permissions.and(all);
        assert_eq!(Sight::of(&auditor), Sight::Everything);
        let scope = Permissions::of(&[Permission::DocumentsRead]);
        assert!(!Sight::of(&auditor.scoped(scope)).shows(&[office("A")]));
    }

    #[test]
    fn the_order_of_the_offices_makes_no_other_sight() {
        let of = |codes: &[&str]| {
            let offices = codes.iter().map(|code| office(code)).collect();
            let user = User {
                offices,
                ..user_with(&[Role::OFFICER])
            };
            Sight::of(&user)
        };
        assert_eq!(of(&["A", "B"]), of(&["B", "A", "A"]));
        assert_ne!(of(&["A", "B"]), of(&["A"]));
    }
}
