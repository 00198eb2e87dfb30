//! Short words for what happens at the desk: handed in, observed, corrected, not filed.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::classify::{Channel, DocumentStatus, Priority};
use events::desk::{
    DocumentNotFiled, DocumentObserved, DocumentSubmitted, ObservationCorrected, ObservedItem,
};
use events::document::DocumentRegistered;
use events::{DocumentEvent, DocumentId, RegistryNumber, legal_date};
use uuid::Uuid;

use super::fixture::{Story, directory, nameless, office, type_id, unknown, user};
use crate::Context;
use crate::document::{
    Correct, DocumentCommand, DocumentRefusal, Draft, Observe, RegisterSubmitted, Submit,
};

/// Wednesday, 31 December 1969 in Lima; two weekdays later is a Friday.
pub(super) const EPOCH: DateTime<Utc> = DateTime::<Utc>::UNIX_EPOCH;

pub(super) fn document() -> DocumentId {
    DocumentId(Uuid::from_u128(1))
}

pub(super) fn last_day() -> NaiveDate {
    "1970-01-02".parse().unwrap()
}

pub(super) fn after(days: i64) -> DateTime<Utc> {
    EPOCH + TimeDelta::days(days)
}

pub(super) fn submit() -> Submit {
    Submit {
        document: document(),
        document_type: type_id("SOL"),
        office: Some(office("A")),
        external_number: None,
        sender: nameless(),
        subject: "A licence".to_owned(),
        folios: 3,
        has_annexes: false,
        channel: None,
        notes: Some("by night".to_owned()),
        answer_required: false,
        related_document: None,
        origin: None,
        tracking_token: "0".repeat(32),
    }
}

pub(super) fn hand_in(submit: Submit) -> DocumentCommand {
    DocumentCommand::Submit(Box::new(submit))
}

pub(super) fn handed_in() -> DocumentEvent {
    DocumentEvent::Submitted(Box::new(DocumentSubmitted {
        document: document(),
        document_type: type_id("SOL"),
        external_number: None,
        sender: nameless(),
        subject: "A licence".to_owned(),
        folios: 3,
        has_annexes: false,
        channel: Channel::Exchange,
        notes: Some("by night".to_owned()),
        answer_required: false,
        presented_at: EPOCH,
        filed_on: legal_date(EPOCH),
        registry_office: office("A"),
        related_document: None,
        origin: None,
        tracking_token: "0".repeat(32),
    }))
}

/// What ivan, who exchanges documents, handed in for desk A.
pub(super) fn submitted() -> Story {
    unknown().by("ivan", handed_in())
}

pub(super) fn observe(items: &[&str]) -> DocumentCommand {
    DocumentCommand::Observe(Observe {
        items: items.iter().map(|item| missing(item)).collect(),
    })
}

pub(super) fn missing(item: &str) -> ObservedItem {
    ObservedItem {
        item: item.to_owned(),
        detail: format!("{item} is missing"),
    }
}

pub(super) fn observed(items: &[&str]) -> DocumentEvent {
    DocumentEvent::Observed(DocumentObserved {
        items: items.iter().map(|item| missing(item)).collect(),
        correct_by_on: last_day(),
    })
}

pub(super) fn correct(items: &[&str]) -> DocumentCommand {
    DocumentCommand::Correct(Correct {
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        note: None,
    })
}

pub(super) fn corrected(items: &[&str]) -> DocumentEvent {
    DocumentEvent::Corrected(ObservationCorrected {
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        note: None,
    })
}

pub(super) fn not_filed(items: &[&str]) -> DocumentEvent {
    DocumentEvent::NotFiled(DocumentNotFiled {
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        correct_by_on: last_day(),
    })
}

pub(super) fn as_said() -> RegisterSubmitted {
    RegisterSubmitted {
        document_type: None,
        category: None,
        folios: None,
        priority: Priority::Normal,
        tags: [].into(),
        notes: None,
        due_on: None,
        acknowledged_warnings: [].into(),
        restricted: None,
    }
}

pub(super) fn enter_at(
    story: Story,
    login: &str,
    at: DateTime<Utc>,
    command: &RegisterSubmitted,
) -> Result<Draft, DocumentRefusal> {
    let directory = directory();
    let context = Context {
        at,
        user: &user(login),
        directory: &directory,
    };
    story.folded().enter(command, &context)
}

pub(super) fn written(draft: Draft) -> DocumentRegistered {
    let series = draft.series().clone();
    let number = RegistryNumber { series, value: 7 };
    let event = draft.registered(document(), number, "0".repeat(32));
    let DocumentEvent::Registered(registered) = event else {
        panic!("{event:?}");
    };
    *registered
}

pub(super) fn stands(status: DocumentStatus) -> DocumentRefusal {
    DocumentRefusal::WrongStatus { status }
}

pub(super) fn only_a() -> DocumentRefusal {
    DocumentRefusal::NotOfOffice {
        office: office("A"),
    }
}
