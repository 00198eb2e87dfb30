//! What people may do, as events say it.

use events::Permission::{DocumentsArchive, DocumentsHead, DocumentsReceive, ReportsCreate};
use events::directory::{Closed, UserPermissionsChanged};
use events::people::{RoleChanged, RoleCreated, SubstitutionSetUp};
use events::{AnyRecord, OfficeId, Permission};
use uuid::Uuid;

use super::*;
use crate::testing::{record, set_up};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(login: &str) -> UserId {
    UserId::of_login(login)
}

fn may(directory: &Directory, login: &str, permission: Permission) -> bool {
    directory.user(id(login)).unwrap().may(permission)
}

fn change(directory: &mut Directory, login: &str, grants: Permissions, denials: Permissions) {
    let changed = UserPermissionsChanged { grants, denials };
    let event = UserEvent::PermissionsChanged(changed);
    directory.apply(&AnyRecord::User(id(login), record(event)));
}

fn substitute(directory: &mut Directory, login: &str, place: Place) -> SubstitutionId {
    let substitution = SubstitutionId(Uuid::from_u128(7));
    let event = SubstitutionEvent::SetUp(SubstitutionSetUp {
        substitution,
        substitute: id(login),
        place,
        from_on: "2026-03-02".parse().unwrap(),
        until_on: "2026-03-06".parse().unwrap(),
        reason: "vacaciones".to_owned(),
    });
    directory.apply(&AnyRecord::Substitution(substitution, record(event)));
    substitution
}

#[test]
fn a_grant_adds_and_a_denial_wins() {
    let mut directory = Directory::default();
    set_up(&mut directory, "ana", &[Role::REGISTRAR], &[]);
    assert!(!may(&directory, "ana", ReportsCreate));
    let one = Permissions::of(&[ReportsCreate]);
    change(&mut directory, "ana", one, Permissions::NONE);
    assert!(may(&directory, "ana", ReportsCreate));
    let both = Permissions::of(&[ReportsCreate, DocumentsArchive]);
    change(&mut directory, "ana", one, both);
    assert!(!may(&directory, "ana", ReportsCreate));
    assert!(!may(&directory, "ana", DocumentsArchive));
}

#[test]
fn a_change_of_a_role_counts_at_once_for_all_who_have_it() {
    let mut directory = Directory::default();
    let own: Role = "archivist".parse().unwrap();
    set_up(&mut directory, "luis", &[own], &[]);
    assert!(!may(&directory, "luis", DocumentsArchive), "no such role");
    let permissions = Permissions::of(&[DocumentsArchive]);
    let created = RoleEvent::Created(RoleCreated {
        role: own,
        name: "Archivo".to_owned(),
        permissions,
    });
    directory.apply(&AnyRecord::Role(own, record(created)));
    assert!(may(&directory, "luis", DocumentsArchive));
    let retired = RoleEvent::Retired(Closed {
        reason: "no".to_owned(),
    });
    directory.apply(&AnyRecord::Role(own, record(retired)));
    assert!(!may(&directory, "luis", DocumentsArchive));
}

#[test]
fn a_built_in_role_can_be_given_another_meaning() {
    let mut directory = Directory::default();
    set_up(&mut directory, "root", &[Role::ADMIN], &[]);
    assert!(directory.is_administered());
    let changed = RoleEvent::Changed(RoleChanged {
        name: "Administrador".to_owned(),
        permissions: Permissions::of(&[Permission::UsersManage]),
    });
    directory.apply(&AnyRecord::Role(Role::ADMIN, record(changed)));
    assert!(!directory.is_administered());
}

#[test]
fn a_substitute_acts_in_the_offices_of_the_one_away_from_the_first_day_to_the_last() {
    let mut directory = Directory::default();
    set_up(&mut directory, "jefa", &[Role::HEAD, Role::ADMIN], &["LEG"]);
    set_up(&mut directory, "luis", &[Role::OFFICER], &["LOG"]);
    let substitution = substitute(&mut directory, "luis", Place::User(id("jefa")));
    let (home, there) = (OfficeId::of_code("LOG"), OfficeId::of_code("LEG"));
    let acting = |at| directory.acting(id("luis"), at).unwrap();
    // The days are those of Lima, five hours behind.
    for outside in ["2026-03-02T04:59:59Z", "2026-03-07T05:00:00Z"] {
        assert!(acting(at(outside)).mandates.is_empty(), "{outside}");
    }
    for inside in ["2026-03-02T05:00:00Z", "2026-03-07T04:59:59Z"] {
        let luis = acting(at(inside));
        assert!(luis.may_in(there, DocumentsHead), "{inside}");
        assert!(!luis.may_in(home, DocumentsHead), "not head at home");
        assert!(!luis.may(Permission::UsersManage), "no administration");
        assert!(luis.may_in(home, DocumentsReceive));
        let acting_for = luis.acting_for(there).unwrap();
        assert_eq!(acting_for.substitution, substitution);
        assert_eq!(acting_for.user, Some(id("jefa")));
        assert_eq!(luis.acting_for(home), None);
        // Asking as a head, luis is of the other office alone.
        let asking = luis.asking(DocumentsHead);
        assert!(asking.belongs_to(there) && !asking.belongs_to(home));
    }
}

#[test]
fn a_substitution_ends_when_it_is_ended_or_the_one_away_is_deactivated() {
    let now = at("2026-03-03T12:00:00Z");
    let mut directory = Directory::default();
    set_up(&mut directory, "jefa", &[Role::HEAD], &["LEG"]);
    set_up(&mut directory, "luis", &[], &[]);
    let substitution = substitute(&mut directory, "luis", Place::User(id("jefa")));
    let closed = Closed {
        reason: "volvió".to_owned(),
    };
    let mut without = directory.clone();
    let gone = UserEvent::Deactivated(closed.clone());
    without.apply(&AnyRecord::User(id("jefa"), record(gone)));
    let ended = SubstitutionEvent::Ended(closed);
    let mut over = directory.clone();
    over.apply(&AnyRecord::Substitution(substitution, record(ended)));
    let offices = |directory: &Directory| {
        let luis = directory.acting(id("luis"), now).unwrap();
        luis.all_offices().len()
    };
    assert_eq!(offices(&directory), 1);
    assert_eq!(offices(&without), 0);
    assert_eq!(offices(&over), 0);
}

#[test]
fn an_office_without_a_head_is_headed_by_a_substitute_whose_own_denials_still_win() {
    let now = at("2026-03-03T12:00:00Z");
    let mut directory = Directory::default();
    set_up(&mut directory, "luis", &[Role::OFFICER], &[]);
    let office = OfficeId::of_code("GAF");
    substitute(&mut directory, "luis", Place::HeadOf(office));
    let denied = Permissions::of(&[DocumentsArchive]);
    change(&mut directory, "luis", Permissions::NONE, denied);
    let luis = directory.acting(id("luis"), now).unwrap();
    assert!(luis.may_in(office, DocumentsHead));
    assert!(!luis.may(DocumentsArchive));
    assert_eq!(luis.acting_for(office).unwrap().user, None);
}

#[test]
fn a_key_opens_no_more_than_its_scopes() {
    let mut directory = Directory::default();
    set_up(&mut directory, "ana", &[Role::REGISTRAR], &[]);
    let ana = directory.user(id("ana")).unwrap().clone();
    let scoped = ana.scoped(Permissions::of(&[DocumentsArchive, ReportsCreate]));
    assert!(scoped.may(DocumentsArchive));
    assert!(!scoped.may(DocumentsReceive), "outside the scopes");
    assert!(!scoped.may(ReportsCreate), "outside what the user may");
}
