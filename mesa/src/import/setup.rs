//! What the directory lacks: the commands that set up an import's offices, type and users.
//!
//! A second run finds everything there; a later file that shows a user in another office extends
//! the user, and leaves name and roles as they are.

use std::collections::BTreeSet;

use chrono::DateTime;
use directory::Directory;
use domain::directory::{
    DirectoryRefusal, DocumentType, DocumentTypeCommand, Office, OfficeCommand, User, UserCommand,
};
use domain::{Context, Decider};
use events::classify::Role;
use events::directory::{UserChanged, UserPermissionsChanged};
use events::{
    Actor, AnyRecord, CommandId, DocumentTypeId, Envelope, EventId, Fingerprint, Hash, OfficeId,
    Record, UserId,
};
use uuid::Uuid;

use super::explain;
use super::map::Map;
use super::plan::Needs;

/// One command on the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// On an office.
    Office(OfficeId, OfficeCommand),
    /// On a document type.
    DocumentType(DocumentTypeId, DocumentTypeCommand),
    /// On a user.
    User(UserId, UserCommand),
}

impl Change {
    /// What it is about, for people.
    pub fn about(&self) -> String {
        match self {
            Self::Office(_, OfficeCommand::Create { code, .. }) => format!("office {code}"),
            Self::DocumentType(_, DocumentTypeCommand::Create { code, .. }) => {
                format!("document type {code}")
            }
            Self::User(_, UserCommand::Create { login, .. }) => format!("user {login}"),
            Self::User(_, UserCommand::Change { name, .. }) => format!("user {name}"),
            Self::Office(id, _) => format!("office {id}"),
            Self::DocumentType(id, _) => format!("document type {id}"),
            Self::User(id, _) => format!("user {id}"),
        }
    }
}

/// What of `needs` is not in `directory`; offices come before the users who belong to them.
pub fn missing(needs: &Needs, map: &Map, directory: &Directory) -> Vec<Change> {
    let mut changes = Vec::new();
    for (code, name) in &needs.offices {
        let id = OfficeId::of_code(code);
        if directory.office(id).is_none() {
            let command = OfficeCommand::Create {
                code: code.clone(),
                name: name.clone(),
                parent: None,
            };
            changes.push(Change::Office(id, command));
        }
    }
    let document_type = &map.institution.document_type;
    let id = DocumentTypeId::of_code(&document_type.code.0);
    if directory.document_type(id).is_none() {
        let command = DocumentTypeCommand::Create {
            code: document_type.code.0.clone(),
            name: document_type.name.clone(),
            series: document_type.series.0.clone(),
        };
        changes.push(Change::DocumentType(id, command));
    }
    for (login, (name, offices)) in &needs.users {
        let offices = offices.iter().map(|code| OfficeId::of_code(code));
        changes.extend(user(login, name, offices.collect(), directory));
    }
    changes
}

fn user(login: &str, name: &str, needed: Vec<OfficeId>, directory: &Directory) -> Option<Change> {
    let id = UserId::of_login(login);
    let Some(known) = directory.user(id) else {
        let command = UserCommand::Create {
            login: login.to_owned(),
            name: name.to_owned(),
            offices: needed,
            roles: BTreeSet::from([Role::OFFICER]),
        };
        return Some(Change::User(id, command));
    };
    let mut offices = known.offices.clone();
    offices.extend(
        needed
            .into_iter()
            .filter(|office| !known.belongs_to(*office)),
    );
    (offices != known.offices).then(|| {
        let command = UserCommand::Change {
            name: known.name.clone(),
            offices,
            roles: known.roles.clone(),
        };
        Change::User(id, command)
    })
}

/// The directory as it will be after `changes`, and those that the rules refuse, with the reason.
pub fn foreseen(changes: &[Change], directory: &Directory) -> (Directory, Vec<(Change, String)>) {
    let mut directory = directory.clone();
    let mut refused = Vec::new();
    for change in changes {
        match record(change, &directory) {
            Ok(record) => directory.apply(&record),
            Err(reason) => refused.push((change.clone(), reason)),
        }
    }
    (directory, refused)
}

fn record(change: &Change, directory: &Directory) -> Result<AnyRecord, String> {
    Ok(match change {
        Change::Office(id, command) => {
            AnyRecord::Office(*id, told(&Office::default(), command, directory)?)
        }
        Change::DocumentType(id, command) => {
            AnyRecord::DocumentType(*id, told(&DocumentType::default(), command, directory)?)
        }
        Change::User(id, command) => {
            let known = directory.user(*id).map(|user| User::Present {
                id: *id,
                description: UserChanged {
                    name: user.name.clone(),
                    offices: user.offices.clone(),
                    roles: user.roles.clone(),
                },
                permissions: UserPermissionsChanged {
                    grants: user.grants,
                    denials: user.denials,
                },
                active: user.active,
                changed_at: DateTime::UNIX_EPOCH,
            });
            AnyRecord::User(*id, told(&known.unwrap_or_default(), command, directory)?)
        }
    })
}

fn told<D>(
    state: &D,
    command: &D::Command,
    directory: &Directory,
) -> Result<Record<D::Event>, String>
where
    D: Decider<Refusal = DirectoryRefusal>,
{
    let context = Context {
        at: DateTime::UNIX_EPOCH,
        user: &directory::User::system(),
        directory,
    };
    let decided = state.decide(command, &context);
    let decided = decided.map_err(|refusal| explain(&refusal))?;
    let command = CommandId(Uuid::nil());
    let envelope = |(index, event)| Envelope {
        id: EventId::derive(command, "foreseen", index),
        at: context.at,
        by: Actor::system(),
        event,
    };
    Ok(Record {
        command,
        request: Fingerprint::default(),
        recorded_at: context.at,
        version: 0,
        prev: Hash::default(),
        correlation: Uuid::nil(),
        causation: None,
        events: decided
            .events
            .into_iter()
            .enumerate()
            .map(envelope)
            .collect(),
    })
}
