//! Facts about the organisation.

use events::classify::Role;
use events::directory::{
    ApiKeyIssued, Closed, DocumentTypeChanged, DocumentTypeCreated, OfficeChanged, OfficeCreated,
    OfficeSituated, TermSet, UserChanged, UserCreated, UserPermissionsChanged,
};
use events::people::{Place, RoleChanged, RoleCreated, SubstitutionSetUp};
use events::{
    ApiKeyEvent, ApiKeyId, DocumentTypeEvent, DocumentTypeId, OfficeEvent, OfficeId, Permission,
    Permissions, RoleEvent, SubstitutionEvent, SubstitutionId, UserEvent, UserId,
};
use proptest::prelude::*;
use proptest::{collection, option};

use super::{clock, date, instant, text, uuid, word};

fn closed() -> impl Strategy<Value = Closed> {
    text().prop_map(|reason| Closed { reason })
}

pub(super) fn office_event() -> impl Strategy<Value = OfficeEvent> {
    let parent = || option::of(uuid().prop_map(OfficeId));
    prop_oneof![
        (uuid(), text(), text(), parent()).prop_map(|(office, code, name, parent)| {
            let office = OfficeId(office);
            OfficeEvent::Created(OfficeCreated {
                office,
                code,
                name,
                parent,
            })
        }),
        (text(), parent())
            .prop_map(|(name, parent)| OfficeEvent::Changed(OfficeChanged { name, parent })),
        closed().prop_map(OfficeEvent::Closed),
        closed().prop_map(OfficeEvent::Reopened),
        (option::of(clock::place()), option::of(clock::hours()))
            .prop_map(|(place, hours)| OfficeEvent::Situated(OfficeSituated { place, hours })),
    ]
}

pub(super) fn document_type_event() -> impl Strategy<Value = DocumentTypeEvent> {
    prop_oneof![
        (uuid(), text(), text(), text()).prop_map(|(id, code, name, series)| {
            let document_type = DocumentTypeId(id);
            let created = DocumentTypeCreated {
                document_type,
                code,
                name,
                series,
            };
            DocumentTypeEvent::Created(created)
        }),
        (text(), text()).prop_map(|(name, series)| {
            DocumentTypeEvent::Changed(DocumentTypeChanged { name, series })
        }),
        closed().prop_map(DocumentTypeEvent::Retired),
        closed().prop_map(DocumentTypeEvent::Reinstated),
        (option::of(text()), option::of(clock::period())).prop_map(|(category, period)| {
            DocumentTypeEvent::TermSet(TermSet { category, period })
        }),
    ]
}

pub(super) fn user_event() -> impl Strategy<Value = UserEvent> {
    let offices = || collection::vec(uuid().prop_map(OfficeId), 0..4);
    let roles = || collection::btree_set(role(), 0..4);
    prop_oneof![
        (uuid(), text(), text(), offices(), roles()).prop_map(
            |(user, login, name, offices, roles)| {
                let user = UserId(user);
                UserEvent::Created(UserCreated {
                    user,
                    login,
                    name,
                    offices,
                    roles,
                })
            }
        ),
        (text(), offices(), roles()).prop_map(|(name, offices, roles)| {
            UserEvent::Changed(UserChanged {
                name,
                offices,
                roles,
            })
        }),
        closed().prop_map(UserEvent::Deactivated),
        closed().prop_map(UserEvent::Activated),
        (permissions(), permissions()).prop_map(|(grants, denials)| {
            UserEvent::PermissionsChanged(UserPermissionsChanged { grants, denials })
        }),
    ]
}

pub(super) fn api_key_event() -> impl Strategy<Value = ApiKeyEvent> {
    prop_oneof![
        (
            uuid(),
            uuid(),
            text(),
            option::of(instant()),
            option::of(permissions())
        )
            .prop_map(|(key, user, name, expires_at, scopes)| {
                let (key, user) = (ApiKeyId(key), UserId(user));
                ApiKeyEvent::Issued(ApiKeyIssued {
                    key,
                    user,
                    name,
                    expires_at,
                    scopes,
                })
            }),
        closed().prop_map(ApiKeyEvent::Revoked),
    ]
}

/// A role that is built in, or one of the institution's own.
pub(super) fn role() -> impl Strategy<Value = Role> {
    let own = "[a-z][a-z0-9_]{0,30}".prop_map(|code| code.parse().unwrap());
    prop_oneof![word(Role::ALL), own]
}

fn permissions() -> impl Strategy<Value = Permissions> {
    collection::vec(word(Permission::ALL), 0..6).prop_map(|list| list.into_iter().collect())
}

pub(super) fn role_event() -> impl Strategy<Value = RoleEvent> {
    prop_oneof![
        (role(), text(), permissions()).prop_map(|(role, name, permissions)| {
            RoleEvent::Created(RoleCreated {
                role,
                name,
                permissions,
            })
        }),
        (text(), permissions())
            .prop_map(|(name, permissions)| RoleEvent::Changed(RoleChanged { name, permissions })),
        closed().prop_map(RoleEvent::Retired),
        closed().prop_map(RoleEvent::Reinstated),
    ]
}

pub(super) fn substitution_event() -> impl Strategy<Value = SubstitutionEvent> {
    let place = prop_oneof![
        uuid().prop_map(|id| Place::User(UserId(id))),
        uuid().prop_map(|id| Place::HeadOf(OfficeId(id))),
    ];
    prop_oneof![
        (uuid(), uuid(), place, date(), date(), text()).prop_map(
            |(id, substitute, place, from_on, until_on, reason)| {
                SubstitutionEvent::SetUp(SubstitutionSetUp {
                    substitution: SubstitutionId(id),
                    substitute: UserId(substitute),
                    place,
                    from_on,
                    until_on,
                    reason,
                })
            }
        ),
        closed().prop_map(SubstitutionEvent::Ended),
    ]
}
