//! What the fold of the directory's events leads to.

use chrono::{DateTime, Utc};
use events::directory::{ApiKeyIssued, Closed, OfficeChanged, OfficeCreated};
use uuid::Uuid;

use super::*;
use crate::testing::record;

#[test]
fn an_office_is_what_its_last_events_say() {
    let id = OfficeId::of_code("MP");
    let mut directory = Directory::default();
    directory.apply(&AnyRecord::Office(
        id,
        record(OfficeEvent::Created(OfficeCreated {
            office: id,
            code: "MP".to_owned(),
            name: "Mesa".to_owned(),
            parent: None,
        })),
    ));
    directory.apply(&AnyRecord::Office(
        id,
        record(OfficeEvent::Changed(OfficeChanged {
            name: "Mesa de Partes".to_owned(),
            parent: None,
        })),
    ));
    assert_eq!(directory.office(id).unwrap().name, "Mesa de Partes");
    assert_eq!(directory.office(id).unwrap().code, "MP");
    let closed = OfficeEvent::Closed(Closed {
        reason: "moved".to_owned(),
    });
    directory.apply(&AnyRecord::Office(id, record(closed)));
    assert!(!directory.office(id).unwrap().active);
}

#[test]
fn a_revoked_or_expired_key_opens_nothing() {
    let id = ApiKeyId(Uuid::nil());
    let end: DateTime<Utc> = "2026-06-01T00:00:00Z".parse().unwrap();
    let mut directory = Directory::default();
    let issued = ApiKeyEvent::Issued(ApiKeyIssued {
        key: id,
        user: UserId::of_login("ana"),
        name: "desk".to_owned(),
        expires_at: Some(end),
        scopes: None,
    });
    directory.apply(&AnyRecord::ApiKey(id, record(issued)));
    let key = directory.api_key(id).unwrap();
    assert!(key.is_valid_at(DateTime::<Utc>::UNIX_EPOCH));
    assert!(!key.is_valid_at(end));
    let revoked = ApiKeyEvent::Revoked(Closed {
        reason: "lost".to_owned(),
    });
    directory.apply(&AnyRecord::ApiKey(id, record(revoked)));
    let key = directory.api_key(id).unwrap();
    assert!(!key.is_valid_at(DateTime::<Utc>::UNIX_EPOCH));
}
