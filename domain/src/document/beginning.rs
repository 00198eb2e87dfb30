//! How a document begins: registered at once, or submitted and registered later.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::UserId;
use events::classify::Priority;
use events::desk::DocumentSubmitted;
use events::document::DocumentRegistered;

use super::{Dossier, Phase};

impl Dossier {
    pub(super) fn registered(registered: &DocumentRegistered, at: DateTime<Utc>) -> Self {
        Self {
            id: registered.document,
            number: Some(registered.number.clone()),
            phase: Phase::Registered,
            document_type: registered.document_type,
            category: registered.category.clone(),
            tags: registered.tags.clone(),
            priority: registered.priority,
            sender: registered.sender.clone(),
            subject: registered.subject.clone(),
            external_number: registered.external_number.clone(),
            folios: registered.folios,
            has_annexes: registered.has_annexes,
            answer_required: registered.answer_required,
            notes: registered.notes.clone(),
            filed_on: registered.filed_on,
            deadline: registered.deadline.clone(),
            stopped_on: None,
            alerts: BTreeSet::new(),
            submitted_by: None,
            submission: None,
            observation: None,
            links: BTreeSet::new(),
            tracking_token: registered.tracking_token.clone(),
            registry_office: registered.registry_office,
            holder: registered.registry_office,
            derivations: Vec::new(),
            attachments: Vec::new(),
            restricted: None,
            last_at: at,
        }
    }

    pub(super) fn submitted(submitted: &DocumentSubmitted, by: UserId, at: DateTime<Utc>) -> Self {
        Self {
            id: submitted.document,
            number: None,
            phase: Phase::Submitted,
            document_type: submitted.document_type,
            category: None,
            tags: BTreeSet::new(),
            priority: Priority::Normal,
            sender: submitted.sender.clone(),
            subject: submitted.subject.clone(),
            external_number: submitted.external_number.clone(),
            folios: submitted.folios,
            has_annexes: submitted.has_annexes,
            answer_required: submitted.answer_required,
            notes: submitted.notes.clone(),
            filed_on: submitted.filed_on,
            deadline: None,
            stopped_on: None,
            alerts: BTreeSet::new(),
            submitted_by: Some(by),
            submission: Some(Box::new(submitted.clone())),
            observation: None,
            links: BTreeSet::new(),
            tracking_token: submitted.tracking_token.clone(),
            registry_office: submitted.registry_office,
            holder: submitted.registry_office,
            derivations: Vec::new(),
            attachments: Vec::new(),
            restricted: None,
            last_at: at,
        }
    }

    /// What was submitted is in the register now; what was observed of it, and links, stay.
    pub(super) fn enter(&mut self, registered: &DocumentRegistered) {
        let before = Self::registered(registered, self.last_at);
        let submitted = std::mem::replace(self, before);
        self.filed_on = submitted.filed_on;
        self.submitted_by = submitted.submitted_by;
        self.observation = submitted.observation;
        self.links = submitted.links;
        self.attachments = submitted.attachments;
    }
}
