//! Short words for commands and events.

use events::DocumentEvent;
use events::classify::DerivationKind;
use events::document::{
    DerivationAttended, DerivationRefused, DerivationSent, DerivationTouched, DocumentArchived,
    DocumentAttended, DocumentDerived, DocumentRestored, DocumentVoided,
};

use super::fixture::{office, user_id};
use crate::document::{Archive, Attend, Conclude, Derive, DocumentCommand, Target};

pub(super) fn target(code: &str, kind: DerivationKind) -> Target {
    Target {
        office: office(code),
        kind,
        user: None,
        instructions: None,
        urgent: false,
        answer_required: false,
        due_on: None,
    }
}

pub(super) fn principal(code: &str) -> Target {
    target(code, DerivationKind::Principal)
}

pub(super) fn parallel(code: &str) -> Target {
    target(code, DerivationKind::Parallel)
}

pub(super) fn copy(code: &str) -> Target {
    target(code, DerivationKind::Copy)
}

pub(super) fn derive(targets: impl IntoIterator<Item = Target>) -> DocumentCommand {
    DocumentCommand::Derive(Derive {
        targets: targets.into_iter().collect(),
        reason: None,
    })
}

pub(super) fn sent(ordinal: u32, kind: DerivationKind, from: &str, to: &str) -> DerivationSent {
    DerivationSent {
        ordinal,
        number: format!("EXP-1969-000007-D{ordinal:02}"),
        kind,
        from_office: office(from),
        to_office: office(to),
        to_user: None,
        instructions: None,
        urgent: false,
        answer_required: false,
        due_on: None,
    }
}

pub(super) fn derived(sent: impl IntoIterator<Item = DerivationSent>) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations: sent.into_iter().collect(),
        forwards: None,
        reopens: None,
    })
}

/// As [`derived`], closing derivation `forwards` as forwarded.
pub(super) fn forwarded(
    forwards: u32,
    sent: impl IntoIterator<Item = DerivationSent>,
) -> DocumentEvent {
    DocumentEvent::Derived(DocumentDerived {
        derivations: sent.into_iter().collect(),
        forwards: Some(forwards),
        reopens: None,
    })
}

pub(super) fn received(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationReceived(DerivationTouched { ordinal })
}

pub(super) fn acknowledged(ordinal: u32) -> DocumentEvent {
    DocumentEvent::CopyAcknowledged(DerivationTouched { ordinal })
}

fn refused(ordinal: u32) -> DerivationRefused {
    DerivationRefused {
        ordinal,
        reason: "why".to_owned(),
    }
}

pub(super) fn rejected(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationRejected(refused(ordinal))
}

pub(super) fn returned(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationReturned(refused(ordinal))
}

pub(super) fn recalled(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationRecalled(refused(ordinal))
}

pub(super) fn attended(ordinal: u32) -> DocumentEvent {
    DocumentEvent::DerivationAttended(DerivationAttended {
        ordinal,
        note: None,
        outcome: None,
    })
}

/// The document is attended, at `code`.
pub(super) fn finished(code: &str) -> DocumentEvent {
    DocumentEvent::Attended(DocumentAttended {
        office: office(code),
        outcome: None,
        note: None,
    })
}

pub(super) fn archived() -> DocumentEvent {
    DocumentEvent::Archived(DocumentArchived {
        classification: "Licences".to_owned(),
        retention_years: 10,
        location: "Shelf 4".to_owned(),
    })
}

pub(super) fn restored() -> DocumentEvent {
    DocumentEvent::Restored(DocumentRestored {
        reason: "an appeal came".to_owned(),
    })
}

pub(super) fn voided() -> DocumentEvent {
    DocumentEvent::Voided(DocumentVoided {
        reason: "why".to_owned(),
    })
}

pub(super) fn receive(ordinal: u32) -> DocumentCommand {
    DocumentCommand::Receive { ordinal }
}

pub(super) fn acknowledge(ordinal: u32) -> DocumentCommand {
    DocumentCommand::Acknowledge { ordinal }
}

pub(super) fn reject(ordinal: u32) -> DocumentCommand {
    DocumentCommand::Reject {
        ordinal,
        reason: "why".to_owned(),
    }
}

pub(super) fn send_back(ordinal: u32) -> DocumentCommand {
    DocumentCommand::Return {
        ordinal,
        reason: "why".to_owned(),
    }
}

pub(super) fn recall(ordinal: u32) -> DocumentCommand {
    DocumentCommand::Recall {
        ordinal,
        reason: "why".to_owned(),
    }
}

pub(super) fn assign(ordinal: u32, login: &str) -> DocumentCommand {
    DocumentCommand::Assign {
        ordinal,
        user: user_id(login),
    }
}

pub(super) fn attend(ordinal: u32, next: impl IntoIterator<Item = Target>) -> DocumentCommand {
    DocumentCommand::Attend(Attend {
        ordinal,
        note: None,
        outcome: None,
        next_targets: next.into_iter().collect(),
    })
}

pub(super) fn conclude() -> DocumentCommand {
    DocumentCommand::Conclude(Conclude {
        outcome: None,
        note: None,
    })
}

pub(super) fn archive() -> DocumentCommand {
    DocumentCommand::Archive(Archive {
        classification: "Licences".to_owned(),
        retention_years: 10,
        location: "Shelf 4".to_owned(),
    })
}

pub(super) fn restore() -> DocumentCommand {
    DocumentCommand::Restore {
        reason: "an appeal came".to_owned(),
    }
}

pub(super) fn void() -> DocumentCommand {
    DocumentCommand::Void {
        reason: "why".to_owned(),
    }
}
