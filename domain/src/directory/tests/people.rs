//! Permissions, roles and substitutions.

use events::directory::{UserChanged, UserPermissionsChanged};
use events::people::{Place, RoleChanged, RoleCreated, SubstitutionSetUp};
use events::{ApiKeyEvent, Permission, Permissions, RoleEvent, SubstitutionEvent, SubstitutionId};

use super::*;
use crate::directory::{Role as RoleState, RoleCommand, RoleWish, Substitution};
use crate::directory::{SubstitutionCommand, SubstitutionCommand::SetUp};

pub(super) const MANAGES: Permissions = Permissions::of(&[Permission::UsersManage]);

pub(super) fn permissions(grants: Permissions, denials: Permissions) -> UserCommand {
    UserCommand::SetPermissions(UserPermissionsChanged { grants, denials })
}

fn role(code: Role, wish: RoleWish) -> RoleCommand {
    RoleCommand { code, wish }
}

pub(super) fn change_role(code: Role, permissions: Permissions) -> RoleCommand {
    let name = "Rol".to_owned();
    role(code, RoleWish::Change { name, permissions })
}

pub(super) fn retire(code: Role) -> RoleCommand {
    let reason = "no".to_owned();
    role(code, RoleWish::Retire { reason })
}

/// The person of the directory with this login.
pub(super) fn person(directory: &Directory, login: &str) -> Person {
    directory.user(UserId::of_login(login)).unwrap().clone()
}

#[test]
fn the_last_administrator_is_not_lost_by_any_way() {
    let directory = directory();
    let root = || given::<User>([user_created("root", Role::ADMIN)]);
    let system = Person::system();
    for command in [
        UserCommand::Deactivate {
            reason: "gone".to_owned(),
        },
        UserCommand::Change {
            name: "root".to_owned(),
            offices: vec![],
            roles: [Role::VIEWER].into(),
        },
        permissions(Permissions::NONE, MANAGES),
    ] {
        root()
            .when(&directory, &system, &command)
            .then_refused(&DirectoryRefusal::LastAdministrator);
    }
    for command in [
        change_role(Role::ADMIN, Permissions::of(&[Permission::RolesManage])),
        retire(Role::ADMIN),
    ] {
        given::<RoleState>([])
            .when(&directory, &system, &command)
            .then_refused(&DirectoryRefusal::LastAdministrator);
    }
}

#[test]
fn with_another_administrator_the_first_may_go() {
    let mut directory = directory();
    let second = UserId::of_login("second");
    let created = user_created("second", Role::ADMIN);
    directory.apply(&AnyRecord::User(second, record(created)));
    let changed = UserChanged {
        name: "root".to_owned(),
        offices: vec![],
        roles: [].into(),
    };
    let command = UserCommand::Change {
        name: "root".to_owned(),
        offices: vec![],
        roles: [].into(),
    };
    given::<User>([user_created("root", Role::ADMIN)])
        .when(&directory, &Person::system(), &command)
        .then([UserEvent::Changed(changed)]);
}

#[test]
fn a_role_that_nobody_has_heard_of_is_given_to_nobody() {
    let command = UserCommand::Create {
        login: "eva".to_owned(),
        name: "Eva".to_owned(),
        offices: vec![],
        roles: ["auditor".parse().unwrap()].into(),
    };
    given::<User>([])
        .when(&directory(), &Person::system(), &command)
        .then_faults(&[("/roles/0", "unknown")]);
}

#[test]
fn an_own_role_is_set_up_once_and_a_built_in_one_never() {
    let code: Role = "auditor".parse().unwrap();
    let create = |code| {
        let wish = RoleWish::Create {
            name: "Órgano de control".to_owned(),
            permissions: MANAGES,
        };
        role(code, wish)
    };
    let created = RoleEvent::Created(RoleCreated {
        role: code,
        name: "Órgano de control".to_owned(),
        permissions: MANAGES,
    });
    let mut directory = directory();
    given::<RoleState>([])
        .when(&directory, &Person::system(), &create(code))
        .then([created.clone()]);
    directory.apply(&AnyRecord::Role(code, record(created)));
    for taken in [code, Role::HEAD] {
        given::<RoleState>([])
            .when(&directory, &Person::system(), &create(taken))
            .then_refused(&DirectoryRefusal::Taken);
    }
    given::<RoleState>([])
        .when(
            &directory,
            &Person::system(),
            &retire("other".parse().unwrap()),
        )
        .then_refused(&DirectoryRefusal::NotFound);
}

#[test]
fn a_built_in_role_changes_by_an_event_and_not_twice() {
    let wider = change_role(Role::VIEWER, Permissions::of(&[Permission::AuditRead]));
    let changed = RoleEvent::Changed(RoleChanged {
        name: "Rol".to_owned(),
        permissions: Permissions::of(&[Permission::AuditRead]),
    });
    let mut directory = directory();
    given::<RoleState>([])
        .when(&directory, &Person::system(), &wider)
        .then([changed.clone()]);
    directory.apply(&AnyRecord::Role(Role::VIEWER, record(changed.clone())));
    given::<RoleState>([changed])
        .when(&directory, &Person::system(), &wider)
        .then_nothing();
}

#[test]
fn a_key_has_scopes_or_none_but_never_empty_ones() {
    let issue = |scopes| ApiKeyCommand::Issue {
        key: ApiKeyId(Uuid::nil()),
        user: UserId::of_login("ana"),
        name: "desk".to_owned(),
        expires_at: None,
        scopes,
    };
    given::<ApiKey>([])
        .when(
            &directory(),
            &Person::system(),
            &issue(Some(Permissions::NONE)),
        )
        .then_faults(&[("/scopes", "empty")]);
    let scopes = Some(Permissions::of(&[Permission::DocumentsRead]));
    let issued = events::directory::ApiKeyIssued {
        key: ApiKeyId(Uuid::nil()),
        user: UserId::of_login("ana"),
        name: "desk".to_owned(),
        expires_at: None,
        scopes,
    };
    given::<ApiKey>([])
        .when(&directory(), &Person::system(), &issue(scopes))
        .then([ApiKeyEvent::Issued(issued)]);
}

fn set_up(substitute: &str, place: Place, from: &str, until: &str) -> SubstitutionSetUp {
    SubstitutionSetUp {
        substitution: SubstitutionId(Uuid::nil()),
        substitute: UserId::of_login(substitute),
        place,
        from_on: from.parse().unwrap(),
        until_on: until.parse().unwrap(),
        reason: "vacaciones".to_owned(),
    }
}

fn asked(set_up: &SubstitutionSetUp) -> SubstitutionCommand {
    SetUp {
        substitution: set_up.substitution,
        substitute: set_up.substitute,
        place: set_up.place,
        from_on: set_up.from_on,
        until_on: set_up.until_on,
        reason: set_up.reason.clone(),
    }
}

#[test]
fn a_substitution_is_set_up_and_ended_once() {
    let place = Place::User(UserId::of_login("root"));
    let wanted = set_up("ana", place, "1970-01-01", "1970-01-31");
    let event = SubstitutionEvent::SetUp(wanted.clone());
    given::<Substitution>([])
        .when(&directory(), &Person::system(), &asked(&wanted))
        .then([event.clone()]);
    let end = SubstitutionCommand::End {
        reason: "volvió".to_owned(),
    };
    let ended = SubstitutionEvent::Ended(Closed {
        reason: "volvió".to_owned(),
    });
    given::<Substitution>([event.clone()])
        .when(&directory(), &Person::system(), &end)
        .then([ended.clone()]);
    given::<Substitution>([event, ended])
        .when(&directory(), &Person::system(), &end)
        .then_nothing();
    given::<Substitution>([])
        .when(&directory(), &Person::system(), &end)
        .then_refused(&DirectoryRefusal::NotFound);
}

#[test]
fn a_substitution_names_two_people_and_a_span_that_is_not_over() {
    let ana = Place::User(UserId::of_login("ana"));
    let nowhere = Place::HeadOf(OfficeId::of_code("X"));
    for (wanted, faults) in [
        (
            set_up("ana", ana, "1970-01-01", "1970-01-02"),
            ("/user_id", "same_user"),
        ),
        (
            set_up("ana", nowhere, "1970-01-01", "1970-01-02"),
            ("/office_id", "unknown"),
        ),
        (
            set_up("root", ana, "1970-01-02", "1970-01-01"),
            ("/until_on", "span"),
        ),
        (
            set_up("root", ana, "1970-01-01", "1971-01-02"),
            ("/until_on", "span"),
        ),
        (
            set_up("root", ana, "1969-12-01", "1969-12-30"),
            ("/until_on", "past"),
        ),
    ] {
        given::<Substitution>([])
            .when(&directory(), &Person::system(), &asked(&wanted))
            .then_faults(&[faults]);
    }
}
