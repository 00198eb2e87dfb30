//! What leads to everything else is given and taken only by those who have it.

use events::directory::UserPermissionsChanged;
use events::{ApiKeyEvent, Permission, Permissions};

use super::people::{MANAGES, change_role, permissions, person, retire};
use super::*;
use crate::directory::Role as RoleState;

/// One who may set up users, and no more, cannot become an administrator, nor make one.
#[test]
fn nobody_gives_administration_who_has_none() {
    let mut directory = directory();
    let ana = UserId::of_login("ana");
    let granted = UserEvent::PermissionsChanged(UserPermissionsChanged {
        grants: MANAGES,
        denials: Permissions::NONE,
    });
    directory.apply(&AnyRecord::User(ana, record(granted)));
    let asking = person(&directory, "ana");
    let set_up = |roles| UserCommand::Create {
        login: "eva".to_owned(),
        name: "Eva".to_owned(),
        offices: vec![],
        roles,
    };
    given::<User>([])
        .when(&directory, &asking, &set_up([Role::ADMIN].into()))
        .then_refused(&DirectoryRefusal::BeyondOwn);
    let made = crate::Decider::decide(
        &User::default(),
        &set_up([Role::HEAD].into()),
        &crate::Context {
            at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
            user: &asking,
            directory: &directory,
        },
    );
    assert!(made.is_ok());
    let deactivate = UserCommand::Deactivate {
        reason: "no".to_owned(),
    };
    given::<User>([user_created("root", Role::ADMIN)])
        .when(&directory, &asking, &deactivate)
        .then_refused(&DirectoryRefusal::BeyondOwn);
    let issue = ApiKeyCommand::Issue {
        key: ApiKeyId(Uuid::nil()),
        user: UserId::of_login("root"),
        name: "desk".to_owned(),
        expires_at: None,
        scopes: None,
    };
    given::<ApiKey>([])
        .when(&directory, &asking, &issue)
        .then_refused(&DirectoryRefusal::BeyondOwn);
}

/// The user of a key may be made an administrator later: the key does not become one's.
#[test]
fn a_key_never_opens_administration_that_its_issuer_had_not() {
    let mut directory = directory();
    let ana = UserId::of_login("ana");
    let keys = Permissions::of(&[Permission::ApiKeysManage]);
    let granted = UserEvent::PermissionsChanged(UserPermissionsChanged {
        grants: keys,
        denials: Permissions::NONE,
    });
    directory.apply(&AnyRecord::User(ana, record(granted)));
    let asking = person(&directory, "ana");
    let issue = |scopes| ApiKeyCommand::Issue {
        key: ApiKeyId(Uuid::nil()),
        user: ana,
        name: "desk".to_owned(),
        expires_at: None,
        scopes,
    };
    let issued = |scopes| {
        ApiKeyEvent::Issued(events::directory::ApiKeyIssued {
            key: ApiKeyId(Uuid::nil()),
            user: ana,
            name: "desk".to_owned(),
            expires_at: None,
            scopes,
        })
    };
    let beyond = ::directory::roles::ADMINISTRATION.without(keys);
    let most = Permissions::all().without(beyond);
    given::<ApiKey>([])
        .when(&directory, &asking, &issue(None))
        .then([issued(Some(most))]);
    let reads = Permissions::of(&[Permission::DocumentsRead]);
    given::<ApiKey>([])
        .when(&directory, &asking, &issue(Some(reads.and(MANAGES))))
        .then([issued(Some(reads))]);
    given::<ApiKey>([])
        .when(&directory, &asking, &issue(Some(MANAGES)))
        .then_refused(&DirectoryRefusal::BeyondOwn);
    given::<ApiKey>([])
        .when(&directory, &Person::system(), &issue(None))
        .then([issued(None)]);
}

#[test]
fn the_key_of_an_administrator_is_revoked_by_those_who_are_one() {
    let mut directory = directory();
    let ana = UserId::of_login("ana");
    let granted = UserEvent::PermissionsChanged(UserPermissionsChanged {
        grants: Permissions::of(&[Permission::ApiKeysManage]),
        denials: Permissions::NONE,
    });
    directory.apply(&AnyRecord::User(ana, record(granted)));
    let issued = |login: &str| {
        given::<ApiKey>([ApiKeyEvent::Issued(events::directory::ApiKeyIssued {
            key: ApiKeyId(Uuid::nil()),
            user: UserId::of_login(login),
            name: "desk".to_owned(),
            expires_at: None,
            scopes: None,
        })])
    };
    let revoke = ApiKeyCommand::Revoke {
        reason: "lost".to_owned(),
    };
    let revoked = ApiKeyEvent::Revoked(Closed {
        reason: "lost".to_owned(),
    });
    let asking = person(&directory, "ana");
    (issued("root").when(&directory, &asking, &revoke)).then_refused(&DirectoryRefusal::BeyondOwn);
    (issued("ana").when(&directory, &asking, &revoke)).then([revoked.clone()]);
    let root = person(&directory, "root");
    (issued("root").when(&directory, &root, &revoke)).then([revoked]);
}

/// One who may say what roles permit, and no more, takes administration from nobody.
#[test]
fn nobody_takes_administration_who_has_none() {
    let mut directory = directory();
    for (login, grants) in [
        ("second", Permissions::NONE),
        ("ana", Permissions::of(&[Permission::RolesManage])),
    ] {
        let id = UserId::of_login(login);
        if grants.is_empty() {
            let created = user_created(login, Role::ADMIN);
            directory.apply(&AnyRecord::User(id, record(created)));
        } else {
            let granted = UserEvent::PermissionsChanged(UserPermissionsChanged {
                grants,
                denials: Permissions::NONE,
            });
            directory.apply(&AnyRecord::User(id, record(granted)));
        }
    }
    // A third keeps administration whatever becomes of the role.
    let third = UserId::of_login("third");
    let created = user_created("third", Role::VIEWER);
    directory.apply(&AnyRecord::User(third, record(created)));
    let granted = UserEvent::PermissionsChanged(UserPermissionsChanged {
        grants: ::directory::roles::ADMINISTRATION,
        denials: Permissions::NONE,
    });
    directory.apply(&AnyRecord::User(third, record(granted)));
    let asking = person(&directory, "ana");
    for command in [
        change_role(Role::ADMIN, Permissions::of(&[Permission::DocumentsRead])),
        retire(Role::ADMIN),
    ] {
        given::<RoleState>([])
            .when(&directory, &asking, &command)
            .then_refused(&DirectoryRefusal::BeyondOwn);
    }
    given::<User>([user_created("root", Role::ADMIN)])
        .when(
            &directory,
            &asking,
            &permissions(Permissions::NONE, MANAGES),
        )
        .then_refused(&DirectoryRefusal::BeyondOwn);
    let allowed = |command| {
        let state = RoleState::default();
        let context = crate::Context {
            at: chrono::DateTime::<chrono::Utc>::UNIX_EPOCH,
            user: &asking,
            directory: &directory,
        };
        crate::Decider::decide(&state, &command, &context).is_ok()
    };
    assert!(allowed(retire(Role::HEAD)));
}
