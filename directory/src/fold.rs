//! The fold of directory events into the catalogue that authorisation and names come from.

use std::collections::BTreeMap;

use events::{
    AnyRecord, ApiKeyEvent, ApiKeyId, DocumentTypeEvent, DocumentTypeId, OfficeEvent, OfficeId,
    UserEvent, UserId,
};

use crate::{ApiKey, DocumentType, Office, User};

/// The organisation at one position of `MESA_DIRECTORY`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    offices: BTreeMap<OfficeId, Office>,
    document_types: BTreeMap<DocumentTypeId, DocumentType>,
    users: BTreeMap<UserId, User>,
    api_keys: BTreeMap<ApiKeyId, ApiKey>,
}

impl Directory {
    /// Takes in a record. Applying a history again from its beginning leads to the same directory.
    pub fn apply(&mut self, record: &AnyRecord) {
        match record {
            AnyRecord::Office(id, record) => {
                for envelope in &record.events {
                    self.apply_office(*id, &envelope.event);
                }
            }
            AnyRecord::DocumentType(id, record) => {
                for envelope in &record.events {
                    self.apply_document_type(*id, &envelope.event);
                }
            }
            AnyRecord::User(id, record) => {
                for envelope in &record.events {
                    self.apply_user(*id, &envelope.event);
                }
            }
            AnyRecord::ApiKey(id, record) => {
                for envelope in &record.events {
                    self.apply_api_key(*id, &envelope.event);
                }
            }
            AnyRecord::Document(..) | AnyRecord::Series(..) => {}
        }
    }

    fn apply_office(&mut self, id: OfficeId, event: &OfficeEvent) {
        match event {
            OfficeEvent::Created(created) => {
                let office = Office {
                    id,
                    code: created.code.clone(),
                    name: created.name.clone(),
                    parent: created.parent,
                    active: true,
                };
                self.offices.insert(id, office);
            }
            OfficeEvent::Changed(changed) => {
                if let Some(office) = self.offices.get_mut(&id) {
                    office.name.clone_from(&changed.name);
                    office.parent = changed.parent;
                }
            }
            OfficeEvent::Closed(_) => {
                if let Some(office) = self.offices.get_mut(&id) {
                    office.active = false;
                }
            }
            OfficeEvent::Reopened(_) => {
                if let Some(office) = self.offices.get_mut(&id) {
                    office.active = true;
                }
            }
        }
    }

    fn apply_document_type(&mut self, id: DocumentTypeId, event: &DocumentTypeEvent) {
        match event {
            DocumentTypeEvent::Created(created) => {
                let document_type = DocumentType {
                    id,
                    code: created.code.clone(),
                    name: created.name.clone(),
                    series: created.series.clone(),
                    active: true,
                };
                self.document_types.insert(id, document_type);
            }
            DocumentTypeEvent::Changed(changed) => {
                if let Some(document_type) = self.document_types.get_mut(&id) {
                    document_type.name.clone_from(&changed.name);
                    document_type.series.clone_from(&changed.series);
                }
            }
            DocumentTypeEvent::Retired(_) => {
                if let Some(document_type) = self.document_types.get_mut(&id) {
                    document_type.active = false;
                }
            }
            DocumentTypeEvent::Reinstated(_) => {
                if let Some(document_type) = self.document_types.get_mut(&id) {
                    document_type.active = true;
                }
            }
        }
    }

    fn apply_user(&mut self, id: UserId, event: &UserEvent) {
        match event {
            UserEvent::Created(created) => {
                let user = User {
                    id,
                    login: created.login.clone(),
                    name: created.name.clone(),
                    offices: created.offices.clone(),
                    roles: created.roles.clone(),
                    active: true,
                };
                self.users.insert(id, user);
            }
            UserEvent::Changed(changed) => {
                if let Some(user) = self.users.get_mut(&id) {
                    user.name.clone_from(&changed.name);
                    user.offices.clone_from(&changed.offices);
                    user.roles.clone_from(&changed.roles);
                }
            }
            UserEvent::Deactivated(_) => {
                if let Some(user) = self.users.get_mut(&id) {
                    user.active = false;
                }
            }
            UserEvent::Activated(_) => {
                if let Some(user) = self.users.get_mut(&id) {
                    user.active = true;
                }
            }
        }
    }

    fn apply_api_key(&mut self, id: ApiKeyId, event: &ApiKeyEvent) {
        match event {
            ApiKeyEvent::Issued(issued) => {
                let key = ApiKey {
                    id,
                    user: issued.user,
                    name: issued.name.clone(),
                    expires_at: issued.expires_at,
                    revoked: false,
                };
                self.api_keys.insert(id, key);
            }
            ApiKeyEvent::Revoked(_) => {
                if let Some(key) = self.api_keys.get_mut(&id) {
                    key.revoked = true;
                }
            }
        }
    }

    /// The office with this id.
    pub fn office(&self, id: OfficeId) -> Option<&Office> {
        self.offices.get(&id)
    }

    /// The document type with this id.
    pub fn document_type(&self, id: DocumentTypeId) -> Option<&DocumentType> {
        self.document_types.get(&id)
    }

    /// The user with this id.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The API key with this id.
    pub fn api_key(&self, id: ApiKeyId) -> Option<&ApiKey> {
        self.api_keys.get(&id)
    }

    /// All offices, by id.
    pub fn offices(&self) -> impl Iterator<Item = &Office> {
        self.offices.values()
    }

    /// All document types, by id.
    pub fn document_types(&self) -> impl Iterator<Item = &DocumentType> {
        self.document_types.values()
    }

    /// All users, by id.
    pub fn users(&self) -> impl Iterator<Item = &User> {
        self.users.values()
    }

    /// All API keys, by id.
    pub fn api_keys(&self) -> impl Iterator<Item = &ApiKey> {
        self.api_keys.values()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use events::directory::{ApiKeyIssued, Closed, OfficeChanged, OfficeCreated};
    use events::{Actor, CommandId, Envelope, EventId, Fingerprint, Hash, Record};
    use uuid::Uuid;

    use super::*;

    fn record<E>(event: E) -> Record<E> {
        let command = CommandId(Uuid::nil());
        Record {
            command,
            request: Fingerprint::default(),
            recorded_at: DateTime::<Utc>::UNIX_EPOCH,
            version: 0,
            prev: Hash::default(),
            correlation: Uuid::nil(),
            causation: None,
            events: vec![Envelope {
                id: EventId::derive(command, "trial", 0),
                at: DateTime::<Utc>::UNIX_EPOCH,
                by: Actor::system(),
                event,
            }],
        }
    }

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
}
