//! The fold of directory events into the catalogue that authorisation and names come from.

use std::collections::BTreeMap;

use events::classify::Role;
use events::institution::Profile;
use events::{
    AnyRecord, ApiKeyEvent, ApiKeyId, DocumentTypeEvent, DocumentTypeId, InstitutionEvent,
    OfficeEvent, OfficeId, RoutingRuleId, SubstitutionId, UserId,
};

use crate::{ApiKey, Clockwork, DocumentType, Office, RoleEntry, RoutingRule, Substitution, User};

/// The organisation at one position of `MESA_DIRECTORY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    offices: BTreeMap<OfficeId, Office>,
    document_types: BTreeMap<DocumentTypeId, DocumentType>,
    pub(crate) users: BTreeMap<UserId, User>,
    api_keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(crate) roles: BTreeMap<Role, RoleEntry>,
    pub(crate) substitutions: BTreeMap<SubstitutionId, Substitution>,
    clockwork: Clockwork,
    institution: Option<Profile>,
    pub(crate) routing_rules: BTreeMap<RoutingRuleId, RoutingRule>,
}

/// Nothing but the roles that are built in.
impl Default for Directory {
    fn default() -> Self {
        Self {
            offices: BTreeMap::new(),
            document_types: BTreeMap::new(),
            users: BTreeMap::new(),
            api_keys: BTreeMap::new(),
            roles: crate::people::built_in(),
            substitutions: BTreeMap::new(),
            clockwork: Clockwork::default(),
            institution: None,
            routing_rules: BTreeMap::new(),
        }
    }
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
            AnyRecord::Role(code, record) => {
                for envelope in &record.events {
                    self.apply_role(*code, &envelope.event);
                }
            }
            AnyRecord::Substitution(id, record) => {
                for envelope in &record.events {
                    self.apply_substitution(*id, &envelope.event);
                }
            }
            AnyRecord::Calendar(record) => self.clockwork.apply_calendar(record),
            AnyRecord::IntakePolicy(channel, record) => {
                for envelope in &record.events {
                    self.clockwork.apply_intake(*channel, &envelope.event);
                }
            }
            AnyRecord::Institution(record) => {
                for envelope in &record.events {
                    self.apply_institution(&envelope.event);
                }
            }
            AnyRecord::RoutingRule(id, record) => {
                for envelope in &record.events {
                    self.apply_routing_rule(*id, &envelope.event);
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
                    place: None,
                    hours: None,
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
            OfficeEvent::Situated(situated) => {
                if let Some(office) = self.offices.get_mut(&id) {
                    office.place = situated.place;
                    office.hours = situated.hours;
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
                    terms: Vec::new(),
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
            DocumentTypeEvent::TermSet(set) => {
                if let Some(document_type) = self.document_types.get_mut(&id) {
                    document_type.set_term(set.category.as_deref(), set.period);
                }
            }
        }
    }

    fn apply_institution(&mut self, event: &InstitutionEvent) {
        match event {
            InstitutionEvent::Set(set) => self.institution = Some(set.profile.clone()),
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
                    scopes: issued.scopes,
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

    /// What it says about days and terms.
    pub const fn clockwork(&self) -> &Clockwork {
        &self.clockwork
    }

    /// How the institution is described, if it ever was.
    pub const fn institution(&self) -> Option<&Profile> {
        self.institution.as_ref()
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
mod tests;
