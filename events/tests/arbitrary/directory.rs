//! Facts about the organisation.

use events::classify::Role;
use events::directory::{
    ApiKeyIssued, Closed, DocumentTypeChanged, DocumentTypeCreated, OfficeChanged, OfficeCreated,
    UserChanged, UserCreated,
};
use events::{
    ApiKeyEvent, ApiKeyId, DocumentTypeEvent, DocumentTypeId, OfficeEvent, OfficeId, UserEvent,
    UserId,
};
use proptest::prelude::*;
use proptest::{collection, option};

use super::{instant, text, uuid, word};

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
    ]
}

pub(super) fn user_event() -> impl Strategy<Value = UserEvent> {
    let offices = || collection::vec(uuid().prop_map(OfficeId), 0..4);
    let roles = || collection::btree_set(word(Role::ALL), 0..4);
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
    ]
}

pub(super) fn api_key_event() -> impl Strategy<Value = ApiKeyEvent> {
    prop_oneof![
        (uuid(), uuid(), text(), option::of(instant())).prop_map(
            |(key, user, name, expires_at)| {
                let (key, user) = (ApiKeyId(key), UserId(user));
                ApiKeyEvent::Issued(ApiKeyIssued {
                    key,
                    user,
                    name,
                    expires_at,
                })
            }
        ),
        closed().prop_map(ApiKeyEvent::Revoked),
    ]
}
